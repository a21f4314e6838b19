import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import { grabFrame } from "@/lib/camera/grab-frame";

import { type LiveState, LiveStream } from "./live-stream";

/** The server looks at faces in frames of this size; larger ones only take longer to send. */
const LONGEST_SIDE_PX = 640;

const CONNECTING: LiveState = { kind: "connecting" };

/** What a session is shown under; see `POST /api/v1/live`. */
export interface LiveTicket {
  readonly session_id: string;
  readonly websocket: string;
}

/** Show the camera to the server for one session, until it has decided or the page is left. */
export function useLiveStream(
  video: RefObject<HTMLVideoElement | null>,
  ticket: LiveTicket | null,
  onDecided: (ticket: LiveTicket) => void,
): LiveState | null {
  const [state, setState] = useState<LiveState | null>(null);
  const hear = useEffectEvent((heard: LiveState) => {
    setState(heard);
    if (heard.kind === "decided" && ticket !== null) onDecided(ticket);
  });
  useEffect(() => {
    const element = video.current;
    if (ticket === null || element === null) return;
    const socket = new WebSocket(addressOf(ticket));
    const stream = new LiveStream(socket, ticket.session_id, hear);
    const stop = onEveryFrame(element, () => showFrame(element, stream));
    return () => {
      stop();
      stream.leave();
      setState(null);
    };
  }, [video, ticket]);
  return state ?? (ticket === null ? null : CONNECTING);
}

function addressOf(ticket: LiveTicket): URL {
  const address = new URL(ticket.websocket, window.location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address;
}

async function showFrame(video: HTMLVideoElement, stream: LiveStream): Promise<void> {
  if (!stream.wantsFrame) return;
  const capturedMs = performance.now();
  const jpeg = await grabFrame(video, LONGEST_SIDE_PX);
  if (jpeg !== null) stream.show(await jpeg.arrayBuffer(), capturedMs);
}

/** Run work for each new picture of a video, but never twice at a time; returns what ends it. */
function onEveryFrame(video: HTMLVideoElement, work: () => Promise<void>): () => void {
  let busy = false;
  let handle = video.requestVideoFrameCallback(take);
  function take() {
    handle = video.requestVideoFrameCallback(take);
    if (busy) return;
    busy = true;
    void work().finally(() => {
      busy = false;
    });
  }
  return () => video.cancelVideoFrameCallback(handle);
}
