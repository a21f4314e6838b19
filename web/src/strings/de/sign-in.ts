import type { signIn as english } from "../en/sign-in";
import type { Translated } from "../translated";

export const signIn: Translated<typeof english> = {
  title: "Anmelden",
  welcome: "Willkommen zurück",
  ended: "Ihre Sitzung ist zu Ende. Melden Sie sich neu an.",
  how: "Art der Anmeldung",
  ways: { password: "Bediener", key: "API-Schlüssel", face: "Mein Gesicht" },
  name: "Name",
  password: "Passwort",
  key: "API-Schlüssel",
  keyAdvice: "Er bleibt nur in diesem Tab, bis er geschlossen wird.",
  keyUnknown: "Dieser API-Schlüssel ist unbekannt, abgelaufen oder widerrufen.",
  wrong: "Name oder Passwort ist falsch.",
  submit: "Anmelden",
  face: {
    userId: "Ihre Benutzer-ID",
    refused: "Sie wurden nicht angemeldet",
    why: "Das Gesicht war nicht ähnlich genug, oder es wurde nicht gezeigt, dass ein lebender Mensch da ist. Versuchen Sie es noch einmal, in gleichmäßigem Licht und mit nichts vor dem Gesicht.",
    photo: "Foto aufnehmen und anmelden",
    otherWays: "Es klappt nicht?",
    use: {
      face: "Mit dem Gesicht",
      password: "Mit einem Passwort",
      request: "Um Einlass bitten",
    },
    password: "Ihr Passwort",
    passwordAdvice: "Auf Ihrer eigenen Seite können Sie eines setzen, sobald Sie angemeldet sind.",
    passwordWrong: "Diese Benutzer-ID und dieses Passwort gehören nicht zusammen.",
    note: "Was sollten wir wissen?",
    noteAdvice: "Das liest ein Bediener, etwa „Mein Auge ist bis Freitag verbunden“.",
    send: "Anfrage senden",
    explain:
      "Ein Bediener entscheidet, ob Sie eingelassen werden. Lassen Sie diese Seite offen: Sie werden angemeldet, sobald er zustimmt.",
    state: {
      open: "Ihre Anfrage wartet auf einen Bediener",
      approved: "Ein Bediener hat zugestimmt: Sie werden angemeldet",
      denied: "Ihre Anfrage wurde abgelehnt",
      expired: "Ihre Anfrage ist zu Ende",
    },
    advice: {
      open: "Lassen Sie diese Seite offen. Sie fragt alle paar Sekunden nach.",
      approved: "Einen Moment.",
      denied: "Wenden Sie sich auf anderem Weg an die Betreiber dieses Servers.",
      expired:
        "Niemand hat rechtzeitig entschieden, oder eine neuere Anfrage hat sie ersetzt. Senden Sie eine neue.",
    },
    withdraw: "Nicht länger warten",
    again: "Von vorn beginnen",
  },
  fact: {
    heading: "Gesichter bleiben hier.",
    encrypted: "Jede Vorlage ist verschlüsselt; Fotos werden nie behalten.",
    live: "Ein lebender Mensch wird von Foto und Aufzeichnung unterschieden.",
    audited: "Jede Entscheidung steht in einem Protokoll, das niemand unbemerkt ändert.",
  },
};
