import { describe, expect, it } from "vitest";

import { hintParts } from "./hints";

describe("a hint", () => {
  it("is translated part by part", () => {
    expect(hintParts("come closer to the camera; put more light on the face")).toEqual([
      { key: "quality.TOO_SMALL" },
      { key: "quality.TOO_DARK" },
    ]);
  });

  it("that is new is told in the server's words", () => {
    expect(hintParts("take off the mask")).toEqual([{ words: "take off the mask" }]);
  });
});
