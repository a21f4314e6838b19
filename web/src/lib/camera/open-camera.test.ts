import { afterEach, describe, expect, it, vi } from "vitest";

import { CameraError, openCamera } from "./open-camera";

function cameraThat(getUserMedia: () => Promise<MediaStream>) {
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
}

describe("opening a camera", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("says that a page without https has no cameras", async () => {
    vi.stubGlobal("navigator", {});
    await expect(openCamera(null)).rejects.toEqual(new CameraError("insecure"));
  });

  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "none"],
    ["NotReadableError", "busy"],
    ["EncodingError", "unknown"],
  ] as const)("tells %s as %s", async (name, problem) => {
    cameraThat(() => Promise.reject(new DOMException("", name)));
    const failed = await openCamera(null).catch((error: unknown) => error);
    expect(failed).toMatchObject({ problem });
  });
});
