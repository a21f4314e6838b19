import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

export type Verification = components["schemas"]["AuditVerificationResult"];

/** Have the server check every entry and every signature. */
export async function verifyChain(): Promise<Verification> {
  return unwrap(api.POST("/api/v1/audit/verify"));
}
