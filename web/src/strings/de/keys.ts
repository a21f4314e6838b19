import type { keys as english } from "../en/keys";
import type { Translated } from "../translated";

export const keys: Translated<typeof english> = {
  title: "API-Schlüssel",
  purpose:
    "Mit einem Schlüssel ruft ein Programm diesen Server auf. Geben Sie jedem einen eigenen, und nicht mehr, als es braucht.",
  accepted: "Gültig",
  ended: "Nicht mehr gültig",
  mine: "Ihrer",
  ending: "Endet bald",
  actionsOn: "Was mit {{label}} geschehen soll",
  none: {
    title: "Kein Programm hat einen Schlüssel",
    advice: "Erstellen Sie einen für das erste Programm, das hier Gesichter erkennen soll.",
  },
  fields: {
    label: "Name",
    scopes: "Was er darf",
    liveness: "Außer dem Gesicht",
    audience: "Seine Aussagen gelten für",
    lastUsed: "Zuletzt benutzt",
    endsAt: "Endet",
    endedAt: "Endete",
  },
  scopes: {
    verify: "Fragen, ob ein Gesicht das einer bestimmten Person ist.",
    identify: "Fragen, wessen Gesicht es ist, unter allen Erfassten.",
    enroll: "Personen und die Vorlagen ihrer Bilder hinzufügen.",
    read: "Sehen, wer erfasst ist, ihren Verlauf und was auf einem Foto ist.",
    scores: "Sehen, wie ähnlich Gesichter sind, nicht nur ja oder nein.",
    review: "Über Anfragen entscheiden, die Personen an Bediener richten.",
    audit: "Das Protokoll lesen und Zahlen über alle.",
    metrics: "Lesen, wie es dem Server geht.",
    admin: "Alles andere: löschen, sperren, Schlüssel und Bediener anlegen.",
  },
  policies: {
    none: {
      name: "Nichts",
      advice: "Nur wo jemand auf die Kamera achtet: Ein Foto des Gesichts genügt.",
    },
    passive: {
      name: "Ein Bild eines lebenden Gesichts",
      advice: "Das Bild selbst wird beurteilt.",
    },
    active: { name: "Eine Live-Sitzung", advice: "Die Person tut sofort, worum sie gebeten wird." },
    both: { name: "Eine Live-Sitzung, auch beurteilt", advice: "Am sichersten: beides zusammen." },
  },
  create: {
    action: "Neuer Schlüssel",
    title: "Ein neuer Schlüssel",
    submit: "Schlüssel erstellen",
    labelAdvice: "Das Programm und der Ort, etwa „Haustür“.",
    labelMissing: "Geben Sie ihm einen Namen, an dem Sie ihn erkennen.",
    scopesAdvice: "Wählen Sie so wenig, wie genügt.",
    scopesMissing: "Wählen Sie mindestens eines, das er darf.",
    livenessAdvice: "Was eine Person zeigen muss, wenn das Programm nach ihr fragt.",
    audienceAdvice:
      "Die Anwendung, die dem vertraut, was der Server für diesen Schlüssel signiert. Leer: der Name des Schlüssels.",
    validity: "Er gilt",
  },
  validities: {
    "30": "30 Tage",
    "90": "90 Tage",
    "365": "1 Jahr",
    "730": "2 Jahre",
    never: "Bis ihn jemand widerruft",
  },
  shown: {
    heading: "Ihr neuer Schlüssel",
    title: "Bewahren Sie ihn jetzt auf",
    advice: "Der Server behält nur seinen Fingerabdruck: Niemand kann ihn noch einmal zeigen.",
    key: "Der neue Schlüssel",
    stored: "Ich habe ihn dort abgelegt, wo nur das Programm ihn lesen kann",
    done: "Fertig",
  },
  rotate: {
    action: "Erneuern",
    title: "{{label}} erneuern",
    explanation:
      "Ein neuer Schlüssel entsteht, der dasselbe darf. Eine Zeit lang gelten beide, damit das " +
      "Programm ohne Pause umstellen kann.",
    overlap: "Den alten Schlüssel noch annehmen",
    submit: "Nächsten Schlüssel erstellen",
    until: "Der alte Schlüssel gilt bis {{at}}.",
  },
  overlaps: {
    "0": "Keinen Augenblick: Andere kennen ihn",
    "1": "1 Stunde",
    "24": "1 Tag",
    "168": "1 Woche",
    "720": "30 Tage",
  },
  revoke: {
    action: "Widerrufen",
    title: "{{label}} widerrufen?",
    consequence:
      "Was ihn benutzt, wird binnen Sekunden abgewiesen. Das lässt sich nicht rückgängig machen: Das Programm braucht einen neuen Schlüssel.",
    mine: "Sie sind mit diesem Schlüssel angemeldet und werden abgemeldet.",
    done: "{{label}} gilt nicht mehr",
  },
};
