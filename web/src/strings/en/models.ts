export const models = {
  title: "Models",
  purpose: "What recognizes faces here: how well, how fast, and who may use it.",
  pack: {
    label: "The pack that runs",
    contract: "Contract",
    contractMeaning: "Templates are compared only with those of the same contract.",
    calibration: "Calibrated on",
  },
  rates: {
    title: "Errors to expect",
    meaning:
      "While {{rate}} of other people would pass, so many attempts of the right person are " +
      "refused. More pictures at the enrollment help most.",
    samples_one: "Enrolled with {{count}} picture",
    samples_other: "Enrolled with {{count}} pictures",
    refused: "refused, of the right people",
  },
  speed: {
    title: "Speed on this machine",
    advice: "Times each stage of a photo. For about two seconds one worker does nothing else.",
    action: "Measure",
    again: "Measure again",
    machine_one: "{{machine}}; one stage may use {{count}} thread.",
    machine_other: "{{machine}}; one stage may use {{count}} threads.",
    sum_one:
      "Together {{ms}} ms for a photo of 1280 × 960 with one face; medians of {{count}} run.",
    sum_other:
      "Together {{ms}} ms for a photo of 1280 × 960 with one face; medians of {{count}} runs.",
  },
  stages: {
    decode: "Decode the photo",
    detect: "Find the face",
    landmarks: "Find its landmarks",
    embed: "Describe it:",
  },
  tasks: {
    detect: "Finds faces",
    landmarks: "Finds eyes, nose and mouth",
    embed: "Describes a face as a template",
    attacks: "Tells pictures of faces from faces",
    depth: "Estimates depth",
    express: "Reads expressions",
  },
  table: {
    title: "All models",
    meaning:
      "What is not here can be fetched at the server, with “mien models pull”. A business must " +
      "not use what is for research only.",
    name: "Model",
    license: "License",
    business: "In a business",
    source: "Source",
    sha256: "SHA-256",
    size: "Size",
    here: "On this server",
    allowed: "Allowed",
    researchOnly: "Research only",
    nobodyVouches: "Nobody vouches",
    ready: "Ready",
    absent: "Not here",
  },
} as const;
