import { api, unwrap } from "@/lib/api-client";

export function setPassword(password: string) {
  return unwrap(api.PUT("/api/v1/self/password", { body: { password } }));
}
