import { api, unwrap } from "@/lib/api-client";

/** Ask operators to be let in; return the ticket that tells how far the request is. */
export async function selfRequest(userId: string, note: string): Promise<string> {
  const body = { user_id: userId, note };
  const { ticket } = await unwrap(api.POST("/api/v1/self/requests", { body }));
  return ticket;
}
