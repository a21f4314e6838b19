/** The server's own words for what is in the way, by their key in `strings`. */
const KEYS = {
  "no face: look into the camera": "hint.noFace",
  "one person at a time": "hint.several",
  "the frame could not be read": "hint.unreadable",
  "hold the camera still and focus on the face": "quality.BLURRED",
  "put more light on the face": "quality.TOO_DARK",
  "avoid direct light on the face": "quality.TOO_BRIGHT",
  "use even light without haze or backlight": "quality.LOW_CONTRAST",
  "come closer to the camera": "quality.TOO_SMALL",
  "hold the head upright": "quality.TILTED",
  "look straight into the camera": "quality.TURNED_AWAY",
  "keep the whole face inside the picture": "quality.CUT_OFF",
} as const;

export type HintKey = (typeof KEYS)[keyof typeof KEYS];

/** Return how to say a hint in another language: the key of each part, or its own words. */
export function hintParts(hint: string): ({ key: HintKey } | { words: string })[] {
  return hint.split("; ").map((words) => (isKnown(words) ? { key: KEYS[words] } : { words }));
}

function isKnown(words: string): words is keyof typeof KEYS {
  return words in KEYS;
}
