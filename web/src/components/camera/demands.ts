/** How a head looks that does something, as the person sees it in a mirror. */
export interface HeadLook {
  /** Where the face points: 1 to the right, or down, of the picture. */
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
  readonly eyes: "open" | "closed";
  readonly mouth: "rest" | "smile" | "open";
  /** Whether it is nearer than at rest. */
  readonly near: boolean;
}

export const AT_REST: HeadLook = { x: 0, y: 0, eyes: "open", mouth: "rest", near: false };

const LOOKS: Readonly<Record<string, HeadLook>> = {
  blink: { ...AT_REST, eyes: "closed" },
  smile: { ...AT_REST, mouth: "smile" },
  turn_left: { ...AT_REST, x: -1 },
  turn_right: { ...AT_REST, x: 1 },
  look_up: { ...AT_REST, y: -1 },
  look_down: { ...AT_REST, y: 1 },
  open_mouth: { ...AT_REST, mouth: "open" },
  come_closer: { ...AT_REST, near: true },
};

/** Return how a demand of the wire is drawn; a head at rest for none and for unknown ones. */
export function lookOf(demand: string | null): HeadLook {
  return (demand === null ? undefined : LOOKS[demand]) ?? AT_REST;
}
