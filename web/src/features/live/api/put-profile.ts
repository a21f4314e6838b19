import { api, unwrap } from "@/lib/api-client";

/** Note how a person is called and what they do; null for what is not known. */
export async function putProfile(
  userId: string,
  profile: { name: string | null; role: string | null },
): Promise<void> {
  const params = { path: { user_id: userId } };
  await unwrap(api.PUT("/api/v1/users/{user_id}/profile", { params, body: profile }));
}
