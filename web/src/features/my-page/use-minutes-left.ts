import { useEffect, useState } from "react";

import { type SubjectSession, isStale } from "@/lib/session/session";
import { endSession } from "@/lib/session/store";

const MINUTE_MS = 60_000;

export function minutesLeft({ expiresAt }: SubjectSession, now: number): number {
  return Math.max(0, Math.floor((expiresAt - now) / MINUTE_MS));
}

/** Return how many whole minutes a session lasts, and end it when its time is over. */
export function useMinutesLeft(session: SubjectSession): number {
  const [left, setLeft] = useState(() => minutesLeft(session, Date.now()));
  useEffect(() => {
    const timer = setInterval(() => {
      const now = Date.now();
      setLeft(minutesLeft(session, now));
      if (isStale(session, now)) endSession("server");
    }, 1000);
    return () => clearInterval(timer);
  }, [session]);
  return left;
}
