import { useState } from "react";

import { dropTicket, keepTicket, keptTicket } from "../api/self-ticket";

/** The ticket of a request that waits, if there is one. */
export function useTicket() {
  const [ticket, setTicket] = useState(keptTicket);
  return {
    ticket,
    keep: (received: string) => {
      keepTicket(received);
      setTicket(received);
    },
    forget: () => {
      dropTicket();
      setTicket(null);
    },
  };
}
