import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

export type Speed = components["schemas"]["SpeedResult"];

/** Time every stage of a photo; it takes about two seconds of one worker. */
export async function measureSpeed(): Promise<Speed> {
  return unwrap(api.POST("/api/v1/models/measure"));
}
