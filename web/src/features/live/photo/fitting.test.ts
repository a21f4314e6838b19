import { expect, it } from "vitest";

import { fitting } from "./fitting";

it("takes photos that the server reads and counts what it leaves", () => {
  const photo = new File(["x"], "ada.jpg", { type: "image/jpeg" });
  const text = new File(["x"], "ada.txt", { type: "text/plain" });
  const large = new File([new Uint8Array(10_000_001)], "ada.png", { type: "image/png" });
  expect(fitting([photo, text, large])).toEqual({ photos: [photo], unfit: 2 });
});
