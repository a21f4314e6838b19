import type { FoundFace } from "../api/detect-faces";

/**
 * How a head is turned, as far as a few landmarks tell; both zero when it faces the camera.
 *
 * yaw: the nose off the middle between the eyes, in eye distances, positive to the right of the
 * picture as the camera took it: the person's own left. pitch: the nose further below (+) or nearer
 * to (-) the eyes than usual. As the server measures it, see `mien.core.pose`.
 */
export interface HeadTurn {
  readonly yaw: number;
  readonly pitch: number;
}

type Point = readonly [x: number, y: number];

/** Which landmarks are the eyes, left and right in the picture, and the nose; and how far the nose
 * lies below the eyes of a face that is level. */
const SCHEMES: Readonly<
  Record<string, { left: number[]; right: number[]; nose: number; level: number }>
> = {
  "eye corners, nose base": { left: [2, 3], right: [0, 1], nose: 4, level: 0.765 },
  "eyes, nose tip, mouth corners": { left: [0], right: [1], nose: 2, level: 0.596 },
  "eyes, nose tip, mouth": { left: [0], right: [1], nose: 2, level: 0.596 },
};

/** Return how a head is turned; null for landmarks that this version does not know. */
export function headTurn({
  landmarks,
  landmark_scheme,
}: Pick<FoundFace, "landmarks" | "landmark_scheme">): HeadTurn | null {
  const scheme = SCHEMES[landmark_scheme];
  const nose = scheme && landmarks[scheme.nose];
  if (scheme === undefined || nose === undefined) return null;
  const left = middle(scheme.left.map((index) => landmarks[index]));
  const right = middle(scheme.right.map((index) => landmarks[index]));
  const distance = Math.hypot(right[0] - left[0], right[1] - left[1]) || 1;
  const along: Point = [(right[0] - left[0]) / distance, (right[1] - left[1]) / distance];
  const between = middle([left, right]);
  const [noseX, noseY] = middle([nose]);
  const off: Point = [(noseX - between[0]) / distance, (noseY - between[1]) / distance];
  return {
    yaw: off[0] * along[0] + off[1] * along[1],
    pitch: off[1] * along[0] - off[0] * along[1] - scheme.level,
  };
}

function middle(points: readonly (readonly number[] | undefined)[]): Point {
  const sum = (axis: number) =>
    points.reduce((total, point) => total + (point?.[axis] ?? Number.NaN), 0);
  return [sum(0) / points.length, sum(1) / points.length];
}
