import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { StrictMode, useRef } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useLiveSession } from "./use-live-session";

class FakeWebSocket {
  static opened: FakeWebSocket[] = [];
  readyState = 1;
  readonly sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly address: URL) {
    FakeWebSocket.opened.push(this);
  }
  send(data: unknown) {
    this.sent.push(data);
  }
  close() {
    this.readyState = 3;
  }
}

const complete = vi.fn((sessionId: string) => Promise.resolve(`${sessionId} was accepted`));

function Session() {
  const video = useRef<HTMLVideoElement>(null);
  const session = useLiveSession(
    video,
    () => Promise.resolve({ session_id: "secret", websocket: "/ws/page" }),
    complete,
  );
  return (
    <>
      <video ref={video} />
      <button onClick={session.start}>start</button>
      <button onClick={session.stop}>stop</button>
      <output>{session.answer ?? session.state?.kind ?? "none"}</output>
    </>
  );
}

async function start(): Promise<FakeWebSocket> {
  fireEvent.click(screen.getByText("start"));
  await waitFor(() => expect(FakeWebSocket.opened).toHaveLength(1));
  const [socket] = FakeWebSocket.opened;
  if (socket === undefined) throw new Error("no stream was opened");
  return socket;
}

function hear(socket: FakeWebSocket, message: object) {
  act(() => socket.onmessage?.({ data: JSON.stringify(message) }));
}

describe("a live session", () => {
  beforeEach(() => {
    FakeWebSocket.opened = [];
    complete.mockClear();
    vi.stubGlobal("WebSocket", FakeWebSocket);
    HTMLVideoElement.prototype.requestVideoFrameCallback = () => 1;
    HTMLVideoElement.prototype.cancelVideoFrameCallback = () => undefined;
    render(
      <StrictMode>
        <QueryClientProvider client={new QueryClient()}>
          <Session />
        </QueryClientProvider>
      </StrictMode>,
    );
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("streams to the address that it was given, on this server", async () => {
    const socket = await start();
    expect(socket.address.href).toBe("ws://localhost:3000/ws/page");
  });

  it("asks once what was decided, for it is told once", async () => {
    const socket = await start();
    hear(socket, { type: "decision", authenticated: true, reason: "MATCH" });
    act(() => socket.onclose?.({ code: 1000 }));
    await waitFor(() =>
      expect(screen.getByRole("status")).toHaveTextContent("secret was accepted"),
    );
    expect(complete).toHaveBeenCalledOnce();
  });

  it("asks nothing when the stream was lost", async () => {
    const socket = await start();
    act(() => socket.onclose?.({ code: 1006 }));
    expect(screen.getByRole("status")).toHaveTextContent("failed");
    expect(complete).not.toHaveBeenCalled();
  });

  it("says bye when it is stopped", async () => {
    const socket = await start();
    fireEvent.click(screen.getByText("stop"));
    await waitFor(() => expect(socket.sent).toEqual(['{"type":"bye"}']));
    expect(screen.getByRole("status")).toHaveTextContent("none");
  });
});
