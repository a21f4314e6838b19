/** What is said on the stream of a live session (docs/api.md, "Live sessions"). */

export type Phase = "rest" | "asked" | "pause" | "light" | "passed" | "failed";
export type Point = readonly [x: number, y: number];

/** What the person is to be told. `box` and `landmarks` are in shares of the frame. */
export interface LiveStatus {
  readonly type: "status";
  readonly phase: Phase;
  readonly prompt: string;
  /** As `turn_left`, in the person's own left and right. */
  readonly demand: string | null;
  readonly done: number;
  readonly total: number;
  /** What keeps the session from going on. */
  readonly hint: string | null;
  readonly box: readonly [left: number, top: number, right: number, bottom: number] | null;
  readonly landmarks: readonly Point[] | null;
  /** The color that the whole screen has to show, as CSS names it. */
  readonly light: string | null;
  /** Hexadecimal; goes with the frames that follow. */
  readonly nonce: string;
  readonly expires_in_ms: number;
  readonly frames: { readonly taken: number; readonly dropped: number };
}

/** For a page, which holds no key, only yes or no; whoever began the session asks for the rest. */
export interface LiveDecision {
  readonly type: "decision";
  readonly authenticated: boolean;
  readonly reason: string;
}

export interface LiveError {
  readonly type: "error";
  readonly code: string;
  readonly detail: string;
}

export type LiveMessage = LiveStatus | LiveDecision | LiveError;

const TYPES: readonly unknown[] = ["status", "decision", "error"] satisfies LiveMessage["type"][];

/** Read a message of the server; null for one that this version does not know. */
export function readMessage(text: string): LiveMessage | null {
  const said: unknown = JSON.parse(text);
  if (typeof said !== "object" || said === null || !("type" in said)) return null;
  return TYPES.includes(said.type) ? (said as LiveMessage) : null;
}

const MARK = [0x4d, 0x49, 0x45, 0x4e, 0x01]; // MIEN, version 1
const NONCE_BYTES = 16;
const TIME_BYTES = 8;

/** Return a frame as it is sent: mark, nonce, time in milliseconds, JPEG. */
export function packFrame(nonce: string, capturedMs: number, jpeg: ArrayBuffer): ArrayBuffer {
  const head = MARK.length + NONCE_BYTES + TIME_BYTES;
  const packed = new Uint8Array(head + jpeg.byteLength);
  packed.set(MARK);
  packed.set(bytesOf(nonce), MARK.length);
  new DataView(packed.buffer).setFloat64(MARK.length + NONCE_BYTES, capturedMs);
  packed.set(new Uint8Array(jpeg), head);
  return packed.buffer;
}

function bytesOf(hexadecimal: string): Uint8Array {
  const pairs = hexadecimal.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}
