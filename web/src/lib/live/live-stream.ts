import {
  type LiveDecision,
  type LiveError,
  type LiveStatus,
  packFrame,
  readMessage,
} from "./messages";

/** Why a stream ended without a decision; each has words in `strings`. */
export type LiveFailure =
  "lost" | "server" | "busy" | "outdated" | "forbidden" | "expired" | "idle" | "tooFast" | "locked";

export type LiveState =
  | { readonly kind: "connecting" }
  | { readonly kind: "showing"; readonly status: LiveStatus }
  | { readonly kind: "decided"; readonly decision: LiveDecision }
  | { readonly kind: "failed"; readonly failure: LiveFailure };

/** The part of a WebSocket that is used. */
export type Socket = Pick<
  WebSocket,
  "binaryType" | "readyState" | "send" | "close" | "onopen" | "onmessage" | "onclose"
>;

/** One frame is looked at and one waits; a third would only take the place of the second. */
const MOST_UNDERWAY = 2;
const OPEN = 1;

/**
 * One session's stream, from hello to its decision. Whatever ends it first counts.
 *
 * `onState` hears of every change. Frames go out as fast as the server takes them, each with the
 * newest nonce.
 */
export class LiveStream {
  #state: LiveState = { kind: "connecting" };
  #error: LiveError | null = null;
  #sent = 0;
  #shown = new Uint8Array();

  constructor(
    private readonly socket: Socket,
    sessionId: string,
    private readonly onState: (state: LiveState) => void,
  ) {
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", session_id: sessionId }));
    socket.onmessage = (event: MessageEvent) => this.#hear(event.data);
    socket.onclose = (event: CloseEvent) => {
      this.#become({ kind: "failed", failure: failureOf(event.code, this.#error?.code ?? null) });
    };
  }

  /** Whether the server would look at one more frame now. */
  get wantsFrame(): boolean {
    if (this.#state.kind !== "showing") return false;
    const { taken, dropped } = this.#state.status.frames;
    return this.#sent - taken - dropped < MOST_UNDERWAY;
  }

  /**
   * Send a frame. capturedMs: when the camera took it, by a clock that does not jump.
   *
   * Browsers, and cameras in dim light, hand out the same picture twice now and then; the server
   * would take the second for a recording.
   */
  show(jpeg: ArrayBuffer, capturedMs: number): void {
    if (this.#state.kind !== "showing" || this.socket.readyState !== OPEN) return;
    const shown = new Uint8Array(jpeg);
    if (isSame(shown, this.#shown)) return;
    this.#shown = shown;
    this.#sent += 1;
    this.socket.send(packFrame(this.#state.status.nonce, capturedMs, jpeg));
  }

  /** Give up, which is a failed attempt, and hear no more. */
  leave(): void {
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    if (this.socket.readyState === OPEN) this.socket.send(JSON.stringify({ type: "bye" }));
    this.socket.close();
  }

  #hear(data: unknown): void {
    const message = typeof data === "string" ? readMessage(data) : null;
    if (message?.type === "status") this.#become({ kind: "showing", status: message });
    else if (message?.type === "decision") this.#become({ kind: "decided", decision: message });
    else if (message?.type === "error") this.#error = message; // the close that follows ends it
  }

  #become(state: LiveState): void {
    if (this.#state.kind === "decided" || this.#state.kind === "failed") return;
    this.#state = state;
    this.onState(state);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

const FAILURES: Readonly<Record<number, LiveFailure>> = {
  1011: "server",
  1013: "busy",
  4400: "outdated",
  4401: "forbidden",
  4403: "forbidden",
  4404: "expired",
  4408: "expired",
  4429: "tooFast",
};

function failureOf(close: number, code: string | null): LiveFailure {
  if (code === "LOCKED_OUT") return "locked";
  if (code === "IDLE") return "idle";
  return FAILURES[close] ?? "lost";
}
