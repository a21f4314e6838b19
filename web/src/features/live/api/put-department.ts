import { api, unwrap } from "@/lib/api-client";

export async function putDepartment(userId: string, department: string): Promise<void> {
  const params = { path: { user_id: userId, attribute: "department" } };
  const body = { group: department };
  await unwrap(api.PUT("/api/v1/users/{user_id}/groups/{attribute}", { params, body }));
}
