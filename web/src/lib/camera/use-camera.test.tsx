import { act, render, screen, waitFor } from "@testing-library/react";
import { useRef } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useCamera } from "./use-camera";

class FakeTrack extends EventTarget {
  stopped = false;
  stop() {
    this.stopped = true;
  }
  getSettings() {
    return { deviceId: "front" };
  }
}

function Camera({ wanted = true }: { wanted?: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video, wanted);
  return (
    <>
      <video ref={video} />
      <output>{camera.state}</output>
    </>
  );
}

function show(state: DocumentVisibilityState) {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  act(() => {
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

describe("a camera", () => {
  let tracks: FakeTrack[];

  beforeEach(() => {
    tracks = [];
    vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
    vi.stubGlobal("navigator", {
      mediaDevices: {
        getUserMedia: () => {
          const track = new FakeTrack();
          tracks.push(track);
          return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] });
        },
        enumerateDevices: () => Promise.resolve([]),
      },
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  async function shownOn() {
    await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("on"));
  }

  it("stops when its page is hidden, and is on again when it is shown", async () => {
    render(<Camera />);
    await shownOn();
    show("hidden");
    expect(tracks.map((track) => track.stopped)).toEqual([true]);
    expect(screen.getByRole("status")).toHaveTextContent("off");
    show("visible");
    await shownOn();
    expect(tracks.map((track) => track.stopped)).toEqual([true, false]);
  });

  it("stops when its page is left", async () => {
    const { unmount } = render(<Camera />);
    await shownOn();
    unmount();
    expect(tracks.map((track) => track.stopped)).toEqual([true]);
  });

  it("stops although it opens only after the page was left", async () => {
    const { unmount } = render(<Camera />);
    unmount();
    await waitFor(() => expect(tracks.map((track) => track.stopped)).toEqual([true]));
  });

  it("stays off while nobody wants it", () => {
    render(<Camera wanted={false} />);
    expect(tracks).toEqual([]);
  });

  it("says so when it is taken away", async () => {
    render(<Camera />);
    await shownOn();
    act(() => {
      tracks[0]?.dispatchEvent(new Event("ended"));
    });
    expect(screen.getByRole("status")).toHaveTextContent("busy");
  });
});
