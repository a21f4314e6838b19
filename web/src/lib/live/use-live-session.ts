import { useMutation } from "@tanstack/react-query";
import type { RefObject } from "react";

import type { LiveState } from "./live-stream";
import { type LiveTicket, useLiveStream } from "./use-live-stream";

export interface LiveSession<T> {
  /** What the stream says; null before one was begun. */
  readonly state: LiveState | null;
  /** What `complete` answered. */
  readonly answer: T | undefined;
  /** What `begin` or `complete` threw. */
  readonly error: unknown;
  /** Whether one is being begun, shown or decided now. */
  readonly isGoingOn: boolean;
  readonly start: () => void;
  /** Leave it; what it answered is forgotten. */
  readonly stop: () => void;
}

/** A live session from its beginning, over its stream, to what the server answers about it. */
export function useLiveSession<T>(
  video: RefObject<HTMLVideoElement | null>,
  begin: () => Promise<LiveTicket>,
  complete: (sessionId: string) => Promise<T>,
): LiveSession<T> {
  const begun = useMutation({ mutationFn: begin });
  const completed = useMutation({ mutationFn: complete });
  const state = useLiveStream(video, begun.data ?? null, ({ session_id }) => {
    completed.mutate(session_id);
  });
  const isShown = state?.kind === "connecting" || state?.kind === "showing";
  return {
    state,
    answer: completed.data,
    error: begun.error ?? completed.error,
    isGoingOn: begun.isPending || completed.isPending || isShown,
    start() {
      completed.reset();
      begun.mutate();
    },
    stop() {
      begun.reset();
      completed.reset();
    },
  };
}
