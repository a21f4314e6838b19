import { expect, it } from "vitest";

import { claimsOf } from "./claims";

it("reads an assertion's claims, letters beyond ASCII included", () => {
  // {"sub":"Zoë ❯❯❯","aud":"door"} in base64url, which has - and _ where base64 has + and /.
  const body = "eyJzdWIiOiJab8OrIOKdr-Kdr-KdryIsImF1ZCI6ImRvb3IifQ";
  expect(claimsOf(`e30.${body}.c2ln`)).toEqual({ sub: "Zoë ❯❯❯", aud: "door" });
});
