import type { WellbeingSeries } from "@/lib/group-wellbeing";

/** Where a line goes: nowhere, unless it is sure to 95 percent. */
export type Direction = "rising" | "falling" | "steady";

export function directionOf({ trend }: WellbeingSeries): Direction {
  if (trend === null) return "steady";
  if (trend.low > 0) return "rising";
  return trend.high < 0 ? "falling" : "steady";
}
