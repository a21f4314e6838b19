import type { system as english } from "../en/system";
import type { Translated } from "../translated";

export const system: Translated<typeof english> = {
  title: "System",
  purpose: "Wie es dem Server geht, was an seiner Einrichtung schwach ist und was er kann.",
  refresh: { pause: "Anhalten: alle 10 s neu", resume: "Alle 10 s erneuern" },
  health: {
    well: "Alles ist gut",
    weak_one: "Er läuft, {{count}} Punkt ist zu beheben",
    weak_other: "Er läuft, {{count}} Punkte sind zu beheben",
    failing: "Der Server scheitert an Anfragen: Sein Log sagt mehr",
    silent: "Der Server antwortet nicht mehr: Was unten steht, ist alt",
    version: "mien {{version}}, gestartet",
    production: "im Produktionsmodus",
    notProduction: "nicht im Produktionsmodus",
  },
  warnings: { title: "Zu beheben", notes: "Gut zu wissen" },
  figures: {
    title: "Gerade jetzt",
    gallery: "Galerie",
    galleryNote: "Personen im Speicher",
    pending: "Fotos in Arbeit",
    pendingNote_one: "{{count}} zugleich, andere warten",
    pendingNote_other: "{{count}} zugleich, andere warten",
    streams: "Live-Verbindungen",
    streamsNote: "offen",
    requests: "Anfragen",
    requestsNote: "seit dem Start",
    errors: "Serverfehler",
    errorsNote: "{{share}} der Anfragen",
    memory: "Speicher",
    memoryNote: "dieses Prozesses",
  },
  features: {
    title: "Was er kann",
    on: "An",
    off: "Aus",
    live: {
      name: "Live-Sitzungen",
      switch: "Kommen mit den Modellen: mien models pull liveness",
    },
    passive: {
      name: "Bilder beurteilen",
      switch: "Kommt mit den Modellen: mien models pull liveness",
    },
    face_sign_in: {
      name: "Anmeldung mit dem Gesicht",
      switch: "MIEN_FACE_SIGN_IN: was gezeigt werden muss, etwa both",
    },
    adaptation: {
      name: "Aus Treffern lernen",
      switch: "MIEN_ADAPT=true (docs/adaptation.md)",
    },
    wellbeing: {
      name: "Wohlbefinden",
      switch:
        "MIEN_WELLBEING_PURPOSE: wozu, in den Worten, die man den Menschen sagt (docs/wellbeing.md)",
    },
    federation: {
      name: "Föderation",
      switch: "Nicht in dieser Version",
    },
  },
  runtime: {
    title: "Worauf er läuft",
    database: "Datenbank",
    started: "Gestartet",
    platform: "Plattform",
  },
  metrics: {
    title: "Für eine Überwachung",
    advice:
      "Prometheus liest /metrics mit einem API-Schlüssel, der „metrics“ darf und sonst nichts.",
    health:
      "/healthz sagt, dass der Prozess antwortet, /readyz, dass Modelle geladen sind und die " +
      "Datenbank arbeitet; beide brauchen keinen Schlüssel.",
  },
};
