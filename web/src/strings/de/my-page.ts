import type { myPage as english } from "../en/my-page";
import type { Translated } from "../translated";

export const myPage: Translated<typeof english> = {
  title: "Meine Seite",
  hello: "Hallo, {{name}}",
  purpose: "Das ist alles, was hier von Ihnen gespeichert ist, und was Sie damit tun können.",
  settings: "Farben und Sprache",
  session: {
    signedIn: {
      face: "Mit dem Gesicht angemeldet",
      password: "Mit Passwort angemeldet",
      review: "Nach einer Prüfung eingelassen",
    },
    left_one: "noch {{count}} Minute",
    left_other: "noch {{count}} Minuten",
    leftSeconds: "noch weniger als eine Minute",
    soon: "In weniger als einer Minute werden Sie abgemeldet. Was Sie gerade schreiben, geht verloren.",
  },
  profile: {
    title: "Sie",
    id: "Kennung",
    name: "Name",
    role: "Funktion",
    department: "Abteilung",
    enrolled: "Gesicht erfasst",
    keeps_one: "{{count}} verschlüsselte Vorlage Ihres Gesichts ist gespeichert",
    keeps_other: "{{count}} verschlüsselte Vorlagen Ihres Gesichts sind gespeichert",
    learned: ", {{count}} davon aus Ihren Anmeldungen gelernt",
    purpose: "Wofür",
    agreed: "Eingewilligt",
    until: "Wird von selbst gelöscht",
    noPhotos:
      "Kein Foto von Ihnen wird behalten. Eine Vorlage ist eine Reihe von Zahlen, die aus Ihrem Gesicht berechnet ist.",
    wrong: "Stimmt etwas nicht? Ein Bediener kann es ändern.",
    notNoted: "Nicht notiert",
  },
  history: {
    title: "Was geschehen ist",
    purpose:
      "Jede Anmeldung mit Ihrem Gesicht oder in Ihrem Namen. Sagen Sie uns, wenn Sie das nicht waren.",
  },
  consents: {
    title: "Worin Sie einwilligen",
    purpose: "Sie können zu allem Nein sagen und sich trotzdem anmelden.",
    given: "Danke. Sie können das hier jederzeit widerrufen.",
    withdrawn: "Ihre Einwilligung ist widerrufen, und was durch sie behalten wurde, ist gelöscht.",
  },
  expressions: {
    title: "Wie Ihr Gesicht aussah",
    purpose:
      "50 ist ein neutrales Gesicht, mehr ein helleres. Das ist, was eine Kamera sah, nicht, wie Sie sich fühlten.",
    off: "Von Ihren Ausdrücken wird nichts behalten, weil Sie nicht eingewilligt haben.",
    empty: "Noch gibt es nichts zu zeigen: Die erste Woche erscheint, wenn sie vorbei ist.",
    nothing: "Woche vom {{day}}: nichts behalten.",
    weekly_one: "Woche vom {{day}}: {{score}} von 100, aus {{count}} Tag.",
    weekly_other: "Woche vom {{day}}: {{score}} von 100, aus {{count}} Tagen.",
    rising: "Es steigt um {{points}} Punkte in der Woche.",
    falling: "Es fällt um {{points}} Punkte in der Woche.",
    steady: "Von Woche zu Woche ändert sich nichts Deutliches.",
    week: "Woche vom",
    score: "Wert",
    smoothed: "Geglättet",
    days: "Tage",
    chart: "Wert Ihrer Ausdrücke, Woche für Woche",
  },
  password: {
    title: "Ein Passwort für das nächste Mal",
    purpose:
      "Für den Tag, an dem die Kamera Sie nicht erkennt: neue Frisur, Verband, schlechtes Licht.",
    has: "Sie haben ein Passwort. Ein neues ersetzt es.",
    label: "Neues Passwort",
    advice: "Mindestens 15 Zeichen. Ein paar zufällige Wörter merkt man sich leicht.",
    tooShort_one: "Bitte noch {{count}} Zeichen.",
    tooShort_other: "Bitte noch {{count}} Zeichen.",
    set: "Passwort setzen",
    done: "Ab jetzt können Sie sich mit Ihrer Kennung und diesem Passwort anmelden.",
  },
  export: {
    title: "Ihre Daten mitnehmen",
    purpose:
      "Eine Datei mit allem, was von Ihnen gespeichert ist. Sie enthält Ihre Vorlagen; behalten Sie sie für sich.",
    action: "Meine Daten herunterladen",
    done: "Die Datei liegt bei Ihren Downloads.",
  },
  erasure: {
    title: "Sich löschen lassen",
    purpose:
      "Ein Bediener entscheidet innerhalb eines Tages. Dann ist all das weg, auch aus Sicherungen, und Ihr Gesicht öffnet hier nichts mehr.",
    action: "Um Löschung bitten",
    note: "Was soll der Bediener wissen?",
    noteAdvice: "Zum Beispiel, dass Sie gehen. Niemand sonst liest es.",
    confirmTitle: "Um Löschung bitten?",
    send: "Antrag senden",
    sent: "Ihr Antrag ist gesendet.",
    denied:
      "Ihr letzter Antrag wurde abgelehnt. Der Grund steht in Ihren Daten, die Sie hier herunterladen können.",
    asked:
      "Ihr Antrag liegt bei den Bedienern. Sobald er zugesagt ist, können Sie sich nicht mehr anmelden.",
    askedAdvice:
      "Entscheidet niemand innerhalb eines Tages, verfällt der Antrag: Stellen Sie ihn dann neu.",
  },
};
