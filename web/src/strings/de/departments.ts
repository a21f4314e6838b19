import type { departments as english } from "../en/departments";
import type { Translated } from "../translated";

export const departments: Translated<typeof english> = {
  title: "Abteilungen",
  purpose: "Zahlen von Abteilungen mit mindestens fünf Personen; einzelne sind nie zu sehen.",
  span: "Wie weit zurück",
  spans: { "7": "7 Tage", "30": "30 Tage", "90": "90 Tage" },
  which: "Abteilung",
  all: "Alle Abteilungen",
  export: "Ausdruck exportieren (CSV)",
  exportFile: "ausdruck-nach-abteilung.csv",
  exported: "Die Datei wurde Ihrem Browser übergeben.",
  members_one: "{{count}} Person gehört dazu",
  members_other: "{{count}} Personen gehören dazu",
  attendance: "Erkannt je Tag",
  attendanceOf: "{{group}}: erkannt je Tag",
  attendanceSays:
    "An einem gewöhnlichen Tag etwa {{people}} von {{of}} Personen; {{share}} der Versuche angenommen.",
  attendanceNothing: "An jedem Tag waren es zu wenige Personen, um es zu zeigen.",
  day: "{{at}}: {{people}} Personen erkannt, {{accepted}} von {{attempts}} Versuchen angenommen.",
  dayNothing: "{{at}}: zu wenige Personen, um es zu zeigen.",
  inspect: "{{chart}}: mit den Pfeiltasten Tag für Tag ansehen",
  date: "Tag",
  people: "Personen",
  attempts: "Versuche",
  accepted: "Angenommen",
  tooFew: "zu wenige, um es zu zeigen",
  expressions: "Ausdruck",
  expressionsNone:
    "Von dieser Abteilung nicht zu sagen: Es braucht fünf Personen, die zugestimmt haben, und einen ganzen Zeitraum.",
  withheldTitle_one: "{{count}} Abteilung wird nicht gezeigt",
  withheldTitle_other: "{{count}} Abteilungen werden nicht gezeigt",
  withheldAdvice:
    "Eine Zahl von weniger als {{min}} Personen könnte etwas über eine von ihnen verraten und wird deshalb zurückgehalten; manchmal auch die einer größeren Abteilung, weil sonst die Differenz es verriete.",
  note: "Tage sind in UTC und enden gestern: Eine Zahl von heute verriete, wer eben gekommen ist.",
  empty: "Noch lässt sich keine Abteilung zeigen",
  emptyAdvice:
    "Geben Sie Personen bei der Erfassung oder auf ihrer Seite unter Personen eine Abteilung. Zahlen erscheinen einen Tag später für Abteilungen mit mindestens {{min}} Personen.",
};
