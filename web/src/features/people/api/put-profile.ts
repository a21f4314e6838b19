import { api, unwrap } from "@/lib/api-client";

/** Note a name and a role; an empty one is forgotten. */
export function putProfile(userId: string, profile: { name: string; role: string }) {
  return unwrap(
    api.PUT("/api/v1/users/{user_id}/profile", {
      params: { path: { user_id: userId } },
      body: { name: profile.name.trim() || null, role: profile.role.trim() || null },
    }),
  );
}
