import type { person as english } from "../en/person";
import type { Translated } from "../translated";

export const person: Translated<typeof english> = {
  kinds: {
    enroll: "Gesicht erfasst",
    authenticate: "Gesicht verglichen",
    identify: "Am Gesicht gefunden",
    expire: "Nach Ablauf der Zeit gelöscht",
    export: "Daten ausgegeben",
    lock: "Gesperrt",
    unlock: "Entsperrt",
    adapt: "Aus einer Anmeldung gelernt",
    disown: "Anmeldung bestritten",
    consent: "Eingewilligt",
    withdraw: "Einwilligung widerrufen",
    group: "Gruppe geändert",
    erase_expressions: "Ausdrücke gelöscht",
    profile: "Profil geändert",
    request: "Antrag gestellt",
    decide: "Über Antrag entschieden",
    set_password: "Passwort gesetzt",
    log_in: "Angemeldet",
  },
  yourKinds: {
    authenticate: "Anmeldung mit Ihrem Gesicht",
    adapt: "Ihr Gesicht neu gelernt",
    disown: "Sie sagten: Das war ich nicht",
    export: "Ihre Daten ausgegeben",
    request: "Sie baten um etwas",
    decide: "Über Ihren Antrag entschieden",
  },
  actors: {
    them: {
      operator: "von {{name}}",
      key: "mit API-Schlüssel {{name}}",
      cli: "auf der Kommandozeile",
      self: "in der Selbstbedienung",
      other: "von {{name}}",
    },
    you: {
      operator: "vom Bediener {{name}}",
      key: "über eine Anwendung",
      cli: "von einem Bediener",
      self: "auf dieser Seite",
      other: "vom Server",
    },
  },
  liveness: {
    none: "nach einem Foto, Lebendigkeit nicht geprüft",
    passive: "Bild auf Fälschung geprüft",
    active: "Aufgaben vor der Kamera",
    both: "Aufgaben vor der Kamera, auch das Bild geprüft",
  },
  details: {
    failed: "Nicht bestanden: {{checks}}",
    chance: "Einer von {{strangers}} Fremden sähe so ähnlich aus",
    images_one: "{{count}} Foto",
    images_other: "{{count}} Fotos",
    removed_one: "{{count}} gelernte Vorlage zurückgenommen",
    removed_other: "{{count}} gelernte Vorlagen zurückgenommen",
    nothingRemoved: "nichts war daraus gelernt worden",
  },
  ways: { face: "mit dem Gesicht", password: "mit Passwort", review: "nach einer Prüfung" },
  requests: { verification: "auf Einlass", erasure: "auf Löschung" },
  history: {
    empty: "Bisher ist nichts geschehen.",
    disowned: "Bestritten",
    them: {
      action: "Das war die Person nicht",
      title: "War das jemand anderes?",
      explain:
        "Es wird festgehalten, dass sich die Person hier nicht angemeldet hat. Alles, was aus dieser Anmeldung gelernt wurde, wird zurückgenommen. Was erfasst wurde, bleibt.",
      done: "Es ist festgehalten, und das Gelernte ist zurückgenommen.",
    },
    you: {
      action: "Das war ich nicht",
      title: "War das jemand anderes?",
      explain:
        "Wir halten fest, dass Sie das nicht waren, und vergessen alles, was aus dieser Anmeldung gelernt wurde. Ihr erfasstes Gesicht bleibt, wie es ist. Sagen Sie auch Ihrer Administration Bescheid: Vielleicht benutzt jemand Ihren Namen.",
      done: "Danke. Es ist festgehalten, und das Gelernte ist vergessen.",
    },
  },
  purposes: {
    expression: "Ausdrücke behalten",
    fairness: "Gruppen vergleichen",
  },
  consents: {
    since: "Eingewilligt",
    notStated:
      "Dieser Server tut nichts dergleichen; es gibt nichts, worin man einwilligen könnte.",
    told: "Der Zweck, wie er hier genannt wird:",
    them: {
      expression:
        "Der Ausdruck bei jeder Anmeldung wird behalten: als Verlauf für die Person und in Zahlen über Gruppen ab fünf Personen.",
      fairness:
        "Gruppen, zu denen die Person gehört, etwa ihr Alter, werden notiert, um zu sehen, ob sich der Server bei manchen Menschen öfter irrt als bei anderen.",
      give: "Einwilligung notieren",
      giveTitle: "Hat die Person eingewilligt?",
      giveExplain:
        "Fragen Sie zuerst, mit den Worten unten. Dass sie eingewilligt hat, wird festgehalten.",
      withdrawTitle: "Diese Einwilligung widerrufen?",
    },
    you: {
      expression:
        "Der Ausdruck Ihres Gesichts bei jeder Anmeldung wird behalten. Ihren Verlauf sehen Sie; andere sehen nur Zahlen über Gruppen ab fünf Personen.",
      fairness:
        "Gruppen, zu denen Sie gehören, etwa Ihr Alter, werden notiert, um zu sehen, ob sich der Server bei manchen Menschen öfter irrt als bei anderen.",
      give: "Ich willige ein",
      giveTitle: "Willigen Sie ein?",
      giveExplain:
        "Sie können es sich jederzeit anders überlegen, und nichts, was Sie brauchen, hängt davon ab.",
      withdrawTitle: "Ihre Einwilligung widerrufen?",
    },
    withdraw: "Widerrufen und löschen",
    erases: {
      expression:
        "Alle behaltenen Ausdrücke werden sofort gelöscht. Das lässt sich nicht rückgängig machen.",
      fairness:
        "Alle Gruppen außer der Abteilung werden sofort gelöscht. Das lässt sich nicht rückgängig machen; nach einer neuen Einwilligung können sie wieder notiert werden.",
    },
  },
};
