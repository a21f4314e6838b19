import type { audit as english } from "../en/audit";
import type { Translated } from "../translated";

export const audit: Translated<typeof english> = {
  title: "Protokoll",
  purpose: "Was hier getan und versucht wurde, und von wem. Jeder Eintrag besiegelt alle davor.",
  pseudonyms:
    "Personen erscheinen unter Pseudonymen, von denen hier nichts zu einem Namen zurückführt. " +
    "Filtern Sie nach der Kennung einer Person, um ihre Einträge zu sehen; ist sie gelöscht, " +
    "kann das niemand mehr.",
  export: {
    action: "Exportieren",
    failed: "Das Protokoll wurde nicht exportiert",
    ndjson: {
      name: "JSON-Zeilen",
      advice: "Alle Felder. Ohne Filter samt Signaturen, sodass jeder es prüfen kann.",
    },
    csv: { name: "CSV", advice: "Für eine Tabellenkalkulation." },
  },
  check: {
    action: "Kette prüfen",
    sound_one: "Die Kette ist heil: {{count}} Eintrag",
    sound_other: "Die Kette ist heil: {{count, number}} Einträge",
    soundAt: "Jeder Hash und jede Signatur wurde geprüft, {{at}}",
    keep:
      "Bewahren Sie diesen Kopf anderswo auf. Wer das Protokoll kürzt oder neu schreibt, kann " +
      "denselben Hash nicht noch einmal erzeugen.",
    kid: "Signiert mit Schlüssel",
    signature: "Signatur",
    broken: "Das Protokoll ist nicht mehr, wie es geschrieben wurde",
    brokenAdvice:
      "Jemand hat Einträge geändert, entfernt oder umgestellt, oder die Datenbank ist " +
      "beschädigt. Kopieren Sie die Datenbank, bevor irgendetwas anderes geschieht, und " +
      "vergleichen Sie sie mit einer Sicherung und mit den aufbewahrten Köpfen.",
  },
  filters: {
    name: "Filter",
    active_one: "{{count}} Filter",
    active_other: "{{count}} Filter",
    action: "Was getan wurde",
    outcome: "Ergebnis",
    accepted: "Angenommen",
    refused: "Abgewiesen",
    actor: "Von wem",
    person: "Person",
    personExample: "ihre Kennung",
    since: "Von",
    until: "Bis",
    any: "Beliebig",
    reset: "Alle Filter löschen",
  },
  nothing: {
    title: "Kein Eintrag passt",
    advice: "In dieser Zeit geschah nichts dergleichen. Nehmen Sie einen Filter weg.",
  },
  entry: {
    when: "Wann",
    subject: "Pseudonym",
    reason: "Grund",
    falseMatchRate: "Falschakzeptanzrate",
    falseMatchRateOf: "{{rate}} anderer Menschen sehen mindestens so ähnlich aus",
    sequence: "Eintrag",
    digest: "Hash",
  },
  actions: {
    authenticate: "Verifiziert",
    identify: "Identifiziert",
    enroll: "Erfasst",
    erase: "Gelöscht",
    expire: "Nach Fristablauf gelöscht",
    export: "Exportiert",
    lock: "Gesperrt",
    unlock: "Entsperrt",
    adapt: "Vorlage dazugelernt",
    disown: "Versuch bestritten",
    consent: "Eingewilligt",
    withdraw: "Einwilligung widerrufen",
    profile: "Profil geändert",
    group: "Gruppe geändert",
    request: "Bediener gefragt",
    decide: "Anfrage entschieden",
    set_password: "Passwort gesetzt",
    state_purpose: "Zweck festgehalten",
    erase_expressions: "Gesichtsausdrücke gelöscht",
    change_threshold: "Schwelle geändert",
    log_in: "Angemeldet",
    change_callers: "Schlüssel oder Bediener geändert",
    change_keys: "Verschlüsselung umgestellt",
    back_up: "Gesichert",
    restore: "Sicherung eingespielt",
  },
};
