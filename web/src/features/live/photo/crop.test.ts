import { describe, expect, it } from "vitest";

import { cropAround } from "./crop";

describe("what is cut out of a photo", () => {
  it("is the face with its own size on each side", () => {
    const face = { left: 400, top: 300, right: 500, bottom: 420 };
    expect(cropAround(face, { width: 1000, height: 800 })).toEqual({
      left: 300,
      top: 180,
      width: 300,
      height: 360,
    });
  });

  it("ends where the photo ends", () => {
    const face = { left: 20, top: -5, right: 120, bottom: 95 };
    expect(cropAround(face, { width: 180, height: 130 })).toEqual({
      left: 0,
      top: 0,
      width: 180,
      height: 130,
    });
  });

  it("loses no pixel of the margin to rounding", () => {
    const face = { left: 400.6, top: 300.6, right: 500.2, bottom: 420.2 };
    const crop = cropAround(face, { width: 1000, height: 800 });
    expect(crop.left).toBeLessThanOrEqual(400.6 - 99.6);
    expect(crop.left + crop.width).toBeGreaterThanOrEqual(500.2 + 99.6);
  });
});
