import { queryOptions } from "@tanstack/react-query";

import type { components } from "@/api/schema";

import { api, unwrap } from "./api-client";

export type WellbeingSeries = components["schemas"]["WellbeingSeries"];
export type WellbeingPoint = components["schemas"]["WellbeingPoint"];

/** How the expressions of departments went, in the one period that this server tells. */
export const getGroupWellbeing = queryOptions({
  queryKey: ["wellbeing", "groups"],
  queryFn: async () => {
    const told = await unwrap(api.GET("/api/v1/wellbeing"));
    if (typeof told === "string") throw new TypeError("a table came, where figures were asked for");
    return told;
  },
});

const LENGTH_MS = { day: 86_400_000, week: 7 * 86_400_000 } as const;

/** A period and what is told of it: null where nothing may be. */
export interface Told {
  readonly start: string;
  readonly point: WellbeingPoint | null;
}

/** Return every period from the first to the last that is told of, also those between. */
export function withGaps(series: WellbeingSeries, period: keyof typeof LENGTH_MS): Told[] {
  const told = new Map(series.points.map((point) => [point.start, point]));
  const starts = series.points.map((point) => Date.parse(point.start));
  if (starts.length === 0) return [];
  const first = Math.min(...starts);
  const count = Math.round((Math.max(...starts) - first) / LENGTH_MS[period]) + 1;
  return Array.from({ length: count }, (_, place) => {
    const start = new Date(first + place * LENGTH_MS[period]).toISOString().slice(0, 10);
    return { start, point: told.get(start) ?? null };
  });
}
