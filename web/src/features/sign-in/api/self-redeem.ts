import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

import { begun } from "./self-sign-in";
import { dropTicket } from "./self-ticket";

const ASKED_EVERY_MS = 5_000;

/** How far a request is, asked again while it is open; one that was approved signs in, once. */
export function selfRedeem(ticket: string) {
  return queryOptions({
    queryKey: ["self", "ticket", ticket],
    queryFn: async () => {
      const body = { ticket };
      const answer = await unwrap(api.POST("/api/v1/self/requests/redeem", { body }));
      if (answer.sign_in !== null) {
        dropTicket();
        begun(answer.sign_in);
      }
      return answer.state;
    },
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data === "open" ? ASKED_EVERY_MS : false,
    refetchIntervalInBackground: true, // whoever waits looks at something else meanwhile
    gcTime: 0,
  });
}
