import { api, unwrap } from "@/lib/api-client";

export function exportMyData() {
  return unwrap(api.GET("/api/v1/self/export"));
}
