import { beforeEach, describe, expect, it } from "vitest";

import { type LiveState, LiveStream, type Socket } from "./live-stream";
import type { LiveStatus } from "./messages";

class FakeSocket implements Socket {
  binaryType: BinaryType = "blob";
  readyState: number = WebSocket.CONNECTING;
  readonly sent: unknown[] = [];
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;

  send(data: unknown) {
    this.sent.push(data);
  }
  close() {
    this.readyState = WebSocket.CLOSED;
  }
  open() {
    this.readyState = WebSocket.OPEN;
    this.onopen?.call(asWebSocket(this), new Event("open"));
  }
  say(message: object) {
    const event = new MessageEvent("message", { data: JSON.stringify(message) });
    this.onmessage?.call(asWebSocket(this), event);
  }
  end(code: number) {
    this.onclose?.call(asWebSocket(this), new CloseEvent("close", { code }));
  }
}

/** No handler looks at its `this`. */
function asWebSocket(socket: FakeSocket): WebSocket {
  return socket as Socket as WebSocket;
}

function status(taken = 0, dropped = 0, nonce = "00".repeat(16)): LiveStatus {
  return {
    type: "status",
    phase: "rest",
    prompt: "look here",
    demand: null,
    done: 0,
    total: 3,
    hint: null,
    box: null,
    landmarks: null,
    light: null,
    nonce,
    expires_in_ms: 30_000,
    frames: { taken, dropped },
  };
}

const JPEG = picture(0xff);

function picture(last: number): ArrayBuffer {
  return Uint8Array.of(0xff, 0xd8, last).buffer;
}

describe("a live stream", () => {
  let socket: FakeSocket;
  let states: LiveState[];
  let stream: LiveStream;

  beforeEach(() => {
    socket = new FakeSocket();
    states = [];
    stream = new LiveStream(socket, "secret", (state) => states.push(state));
    socket.open();
  });

  it("says hello with its session, and not in the address", () => {
    expect(socket.sent).toEqual(['{"type":"hello","session_id":"secret"}']);
  });

  it("wants no frame before the server has greeted", () => {
    expect(stream.wantsFrame).toBe(false);
    stream.show(JPEG, 1);
    expect(socket.sent).toHaveLength(1);
  });

  it("packs mark, newest nonce, time and picture", () => {
    socket.say(status(0, 0, "00".repeat(16)));
    socket.say(status(0, 0, "ab".repeat(16)));
    stream.show(JPEG, 1234.5);
    const packed = new DataView(socket.sent[1] as ArrayBuffer);
    const bytes = [...new Uint8Array(packed.buffer)];
    expect(bytes.slice(0, 5)).toEqual([0x4d, 0x49, 0x45, 0x4e, 1]);
    expect(bytes.slice(5, 21)).toEqual(Array(16).fill(0xab));
    expect(packed.getFloat64(21)).toBe(1234.5);
    expect(bytes.slice(29)).toEqual([0xff, 0xd8, 0xff]);
  });

  it("sends no faster than frames are taken", () => {
    socket.say(status());
    stream.show(picture(1), 1);
    expect(stream.wantsFrame).toBe(true);
    stream.show(picture(2), 2);
    expect(stream.wantsFrame).toBe(false);
    socket.say(status(1));
    expect(stream.wantsFrame).toBe(true);
    stream.show(picture(3), 3);
    socket.say(status(1, 1));
    expect(stream.wantsFrame).toBe(true);
  });

  it("does not send the same picture twice in a row", () => {
    socket.say(status());
    stream.show(picture(1), 1);
    stream.show(picture(1), 2);
    expect(socket.sent).toHaveLength(2); // with the hello
    stream.show(picture(2), 3);
    expect(socket.sent).toHaveLength(3);
  });

  it("keeps the decision, whatever follows", () => {
    socket.say({ type: "decision", authenticated: true, reason: "MATCH" });
    socket.end(1000);
    socket.say(status());
    expect(states.map((state) => state.kind)).toEqual(["decided"]);
  });

  it.each([
    [1001, "lost"],
    [1006, "lost"],
    [1011, "server"],
    [1013, "busy"],
    [4403, "forbidden"],
    [4404, "expired"],
    [4408, "expired"],
    [4429, "tooFast"],
  ] as const)("tells a close of %i as %s", (code, failure) => {
    socket.end(code);
    expect(states).toEqual([{ kind: "failed", failure }]);
  });

  it.each([
    [4429, "LOCKED_OUT", "locked"],
    [4408, "IDLE", "idle"],
  ] as const)("tells %i after %s as %s", (code, error, failure) => {
    socket.say({ type: "error", code: error, detail: "" });
    socket.end(code);
    expect(states).toEqual([{ kind: "failed", failure }]);
  });

  it("says bye when it is left, and hears no more", () => {
    socket.say(status());
    stream.leave();
    expect(socket.sent.at(-1)).toBe('{"type":"bye"}');
    expect(socket.onclose).toBeNull();
  });

  it("ignores what it does not know", () => {
    socket.say({ type: "news" });
    socket.say([]);
    expect(states).toEqual([]);
  });
});
