import { expect, it } from "vitest";

import { nameSource } from "./source";

it("names a URL by its host and its file", () => {
  const source = "https://github.com/opencv/opencv_zoo/raw/966be/models/yunet_2023mar.onnx";
  expect(nameSource(source)).toBe("github.com · yunet_2023mar.onnx");
});

it("leaves a packaged file as it is", () => {
  expect(nameSource("mmod_human_face_detector.dat")).toBe("mmod_human_face_detector.dat");
});
