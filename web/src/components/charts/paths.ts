/** Pixels from the left and from the top. */
export type Point = readonly [number, number];

/** Return the path of a line through points. */
export function lineThrough(points: readonly Point[]): string {
  return points
    .map(([x, y], place) => `${place === 0 ? "M" : "L"}${round(x)} ${round(y)}`)
    .join("");
}

/** Return a path for each stretch of points without a gap; a single one is a line to itself. */
export function runsOf(points: readonly (Point | false)[]): string[] {
  const runs: Point[][] = [];
  points.forEach((point, place) => {
    if (!point) return;
    if (place === 0 || !points[place - 1]) runs.push([]);
    runs.at(-1)?.push(point);
  });
  return runs.map((run) => lineThrough(run.length > 1 ? run : [...run, ...run]));
}

/** Return the outline of what lies between two lines. */
export function between(upper: readonly Point[], lower: readonly Point[]): string {
  if (upper.length === 0) return "";
  return `${lineThrough([...upper, ...lower.toReversed()])}Z`;
}

/** Return the outline of bars that stand side by side, from a base up to their heights. */
export function stepsOf(edges: readonly number[], tops: readonly number[], base: number): string {
  const first = edges[0];
  const last = edges.at(-1);
  if (first === undefined || last === undefined) return "";
  const corners = tops.flatMap((top, bin): Point[] => [
    [edges[bin] ?? first, top],
    [edges[bin + 1] ?? last, top],
  ]);
  return lineThrough([[first, base], ...corners, [last, base]]);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
