import type { reviews as english } from "../en/reviews";
import type { Translated } from "../translated";

export const reviews: Translated<typeof english> = {
  title: "Prüfungen",
  purpose: "Menschen bitten um Einlass ohne ihr Gesicht oder um Löschung. Sie entscheiden.",
  tabs: { name: "Welche Anträge", open: "Offen", decided: "Entschieden" },
  kinds: { verification: "Bittet um Einlass", erasure: "Bittet um Löschung" },
  asked: "Gestellt",
  expires: "Verfällt",
  note: "Was die Person schrieb",
  verification:
    "Rufen Sie die Person an, oder treffen Sie sie, um sicher zu sein. Eine Zusage lässt sie einmal ein, innerhalb einer Stunde.",
  erasure:
    "Eine Zusage löscht Vorlagen, Profil, Einwilligungen, Ausdrücke, Passwort und Verlauf, auch aus Sicherungen. Niemand kann sie zurückholen.",
  needsAdmin: "Über eine Löschung entscheidet nur die Administration.",
  approve: "Zusagen",
  approveErasure: "Zusagen und löschen",
  deny: "Ablehnen",
  decide: {
    approveTitle: "{{who}} einlassen?",
    eraseTitle: "{{who}} löschen?",
    denyTitle: "Den Antrag von {{who}} ablehnen?",
    reason: "Begründung",
    reasonAdvice:
      "Wie Sie sich überzeugt haben, oder warum nicht. Sie bleibt beim Antrag; die Person kann sie lesen.",
    approved: "{{who}} kann sich innerhalb der nächsten Stunde anmelden.",
    erased: "{{who}} ist gelöscht.",
    denied: "Der Antrag ist abgelehnt.",
  },
  states: {
    open: "Offen",
    approved: "Zugesagt",
    denied: "Abgelehnt",
    redeemed: "Zugesagt und genutzt",
    expired: "Abgelaufen",
  },
  none: {
    title: "Niemand wartet",
    advice:
      "Ein Antrag erscheint hier von selbst, sobald ihn jemand stellt, und Sie erfahren es auf jeder Seite.",
  },
  noneDecided: {
    title: "Noch ist nichts entschieden",
    advice:
      "Hierher kommen Anträge, die zugesagt, abgelehnt oder abgelaufen sind. Sie bleiben 30 Tage.",
  },
  notice: {
    title: "Jemand bittet um eine Entscheidung",
    verification: "{{who}} bittet um Einlass.",
    erasure: "{{who}} bittet um Löschung.",
    look: "Ansehen",
  },
};
