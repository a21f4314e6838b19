import type { operators as english } from "../en/operators";
import type { Translated } from "../translated";

export const operators: Translated<typeof english> = {
  title: "Bediener",
  purpose: "Wer mit diesem Server arbeitet und was jedem anvertraut ist.",
  you: "Sie",
  disabled: "Stillgelegt",
  since: "Hinzugefügt",
  disabledSince: "Stillgelegt",
  actionsOn: "Was an {{name}} zu ändern ist",
  notYourself: "Ihre eigene Rolle kann nur eine andere Administration ändern.",
  changed: "{{name}} wurde geändert",
  notChanged: "{{name}} wurde nicht geändert",
  lastAdmin:
    "Das ist die letzte Administration, die sich anmelden darf. Danach kann nur jemand am Server " +
    "eine neue anlegen, mit „mien operators“.",
  none: {
    title: "Es gibt keine Bediener",
    advice:
      "Fügen Sie jemanden hinzu: Ein geteilter API-Schlüssel hinterlässt keinen Namen im Protokoll.",
  },
  oneAdmin: {
    title: "Es gibt nur eine Administration",
    advice:
      "Ist ihr Passwort vergessen, kann nur jemand am Server sie wieder einlassen. Fügen Sie eine " +
      "zweite hinzu.",
  },
  fields: { name: "Name", role: "Rolle", password: "Passwort" },
  roles: {
    auditor:
      "Liest: Personen und ihren Verlauf, das Protokoll, Zahlen, den Zustand des Servers. Ändert nichts.",
    operator: "Arbeitet mit Personen: erfasst, verifiziert, identifiziert, entscheidet Anfragen.",
    admin: "Alles, auch Personen löschen und Schlüssel und Bediener anlegen.",
  },
  add: {
    action: "Bediener hinzufügen",
    title: "Neu hinzufügen",
    nameAdvice: "Buchstaben a bis z, Ziffern und . _ @ + -. Er steht im Protokoll.",
    submit: "Hinzufügen",
    done: "{{name}} darf sich anmelden",
  },
  role: {
    action: "Rolle ändern",
    title: "Die Rolle von {{name}}",
    consequence: "Laufende Sitzungen enden; die nächste Anmeldung hat die neue Rolle.",
    submit: "Rolle ändern",
  },
  password: {
    action: "Passwort setzen",
    title: "Ein Passwort für {{name}}",
    advice: "Ein paar zufällige Wörter sind leicht zu merken und schwer zu erraten.",
    consequence: "Laufende Sitzungen enden, und eine Sperre des Namens wird aufgehoben.",
    mine: "Es ist Ihr eigenes: Ihre Sitzungen enden, und Sie melden sich damit neu an.",
    submit: "Passwort setzen",
    done: "{{name}} hat ein neues Passwort",
    kept: "Erfüllt",
    open: "Noch nicht erfüllt",
    rules: {
      longEnough: "mindestens {{count}} Zeichen jeder Art",
      varied: "mindestens 5 verschiedene",
      notTheName: "nicht nur aus dem Namen, Folgen oder häufigen Passwörtern",
      shortEnough: "höchstens 1.024 Bytes",
    },
  },
  disable: {
    action: "Stilllegen",
    title: "{{name}} stilllegen?",
    consequence:
      "Laufende Sitzungen enden, und eine Anmeldung ist nicht mehr möglich. Was getan wurde, " +
      "bleibt im Protokoll, und es lässt sich rückgängig machen.",
  },
  enable: { action: "Wieder zulassen" },
};
