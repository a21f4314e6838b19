import { describe, expect, it } from "vitest";

import type { Detection } from "../api/detect-faces";
import { type Capture, NO_SHOTS, isPosed, observe, photosOf, retake, take } from "./capture-plan";

const PHOTO = new Blob(["one"]);

function seen(yaw: number, pitch = 0, reasons: string[] = []): Detection {
  return {
    width: 640,
    height: 480,
    faces: [
      {
        box: { left: 200, top: 100, right: 400, bottom: 360 },
        score: 1,
        landmarks: [
          [250, 200],
          [350, 200],
          [300 + 100 * yaw, 259.6 + 100 * pitch],
          [260, 310],
          [340, 310],
        ],
        landmark_scheme: "eyes, nose tip, mouth corners",
        quality_score: 0.9,
        quality_reasons: reasons,
      },
    ],
  };
}

function watch(capture: Capture, ...pictures: Detection[]): Capture {
  return pictures.reduce((before, found) => observe(before, PHOTO, found), capture);
}

describe("a guided capture", () => {
  it("takes a pose only when it is held", () => {
    const once = watch(NO_SHOTS, seen(0));
    expect(photosOf(once)).toEqual([]);
    expect(once.advice).toEqual({ kind: "hold" });
    const twice = watch(once, seen(0));
    expect(twice.shots.straight?.quality).toBe(0.9);
    expect(twice.wanted).toBe("left");
  });

  it("begins anew when a pose is given up in between", () => {
    const broken = watch(NO_SHOTS, seen(0), seen(0.3), seen(0));
    expect(photosOf(broken)).toEqual([]);
  });

  it("goes through all poses, as the person's own left and right", () => {
    const done = watch(
      NO_SHOTS,
      ...[seen(0), seen(0), seen(0.2), seen(0.2), seen(-0.2), seen(-0.2)],
      ...[seen(0, -0.15), seen(0, -0.15), seen(0, 0.15), seen(0, 0.15)],
    );
    expect(done.wanted).toBeNull();
    expect(photosOf(done)).toHaveLength(5);
    expect(watch(done, seen(0), seen(0))).toBe(done);
  });

  it("measures nods against how the person looks straight", () => {
    const low = watch(NO_SHOTS, seen(0, 0.12), seen(0, 0.12));
    expect(low.straight?.pitch).toBeCloseTo(0.12);
    expect(isPosed("down", { yaw: 0, pitch: 0.12 }, low.straight)).toBe(false);
    expect(isPosed("up", { yaw: 0, pitch: 0.01 }, low.straight)).toBe(true);
  });

  it.each([
    [{ width: 640, height: 480, faces: [] }, { kind: "noFace" }],
    [seen(0.3), { kind: "turn" }],
    [seen(0, 0, ["TOO_DARK", "BLURRED"]), { kind: "quality", reason: "TOO_DARK" }],
  ] as const)("says what is missing (%#)", (found, advice) => {
    expect(watch(NO_SHOTS, found as Detection).advice).toEqual(advice);
  });

  it("takes nobody while several are in the picture", () => {
    const found = seen(0);
    const crowd = { ...found, faces: [...found.faces, ...found.faces] };
    const capture = watch(NO_SHOTS, crowd, crowd, crowd);
    expect(capture.advice).toEqual({ kind: "several" });
    expect(photosOf(capture)).toEqual([]);
  });

  it("takes what the person says to take", () => {
    expect(take(NO_SHOTS, PHOTO, null).wanted).toBe("left");
  });

  it("asks for a pose again and then for the one that is missing", () => {
    const two = watch(NO_SHOTS, seen(0), seen(0), seen(0.2), seen(0.2));
    const again = retake(two, "straight");
    expect(again.wanted).toBe("straight");
    expect(photosOf(again)).toHaveLength(1);
    expect(watch(again, seen(0), seen(0)).wanted).toBe("right");
  });
});
