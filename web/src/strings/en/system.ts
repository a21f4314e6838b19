export const system = {
  title: "System",
  purpose: "How the server is, what is weak about its configuration, and what it can do.",
  refresh: { pause: "Pause: refreshes every 10 s", resume: "Refresh every 10 s" },
  health: {
    well: "All is well",
    weak_one: "It runs, with {{count}} thing to mend",
    weak_other: "It runs, with {{count}} things to mend",
    failing: "The server fails requests: look into its log",
    silent: "The server does not answer any more: what is below is old",
    version: "mien {{version}}, started",
    production: "in production mode",
    notProduction: "not in production mode",
  },
  warnings: { title: "To mend", notes: "Worth knowing" },
  figures: {
    title: "Right now",
    gallery: "Gallery",
    galleryNote: "people in memory",
    pending: "Photos in work",
    pendingNote_one: "{{count}} at a time, others wait",
    pendingNote_other: "{{count}} at a time, others wait",
    streams: "Live streams",
    streamsNote: "open",
    requests: "Requests",
    requestsNote: "since it started",
    errors: "Server errors",
    errorsNote: "{{share}} of requests",
    memory: "Memory",
    memoryNote: "of this process",
  },
  features: {
    title: "What it can do",
    on: "On",
    off: "Off",
    live: {
      name: "Live sessions",
      switch: "Come with the models: mien models pull liveness",
    },
    passive: {
      name: "Judging pictures",
      switch: "Comes with the models: mien models pull liveness",
    },
    face_sign_in: {
      name: "Signing in by face",
      switch: "MIEN_FACE_SIGN_IN: what has to be shown, as both",
    },
    adaptation: {
      name: "Learning from matches",
      switch: "MIEN_ADAPT=true (docs/adaptation.md)",
    },
    wellbeing: {
      name: "Well-being",
      switch: "MIEN_WELLBEING_PURPOSE: why, in the words people are told (docs/wellbeing.md)",
    },
    federation: {
      name: "Federation",
      switch: "Not in this version",
    },
  },
  runtime: {
    title: "What it runs on",
    database: "Database",
    started: "Started",
    platform: "Platform",
  },
  metrics: {
    title: "For a monitoring system",
    advice: "Prometheus reads /metrics with an API key that may do “metrics” and nothing else.",
    health:
      "/healthz says that the process answers, /readyz that models are loaded and the database " +
      "works; neither needs a key.",
  },
} as const;
