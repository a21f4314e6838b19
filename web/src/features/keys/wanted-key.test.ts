import { expect, it } from "vitest";

import { NO_KEY, requestOf } from "./wanted-key";

it("asks for a key that ends, with what was chosen", () => {
  const wanted = { ...NO_KEY, label: " front door ", scopes: ["verify" as const] };
  expect(requestOf(wanted)).toEqual({
    label: "front door",
    scopes: ["verify"],
    liveness: "none",
    audience: null,
    valid_days: 365,
  });
});

it("asks for a key without an end only when that was chosen", () => {
  const wanted = { ...NO_KEY, audience: " https://door ", validity: "never" as const };
  expect(requestOf(wanted)).toMatchObject({ audience: "https://door", valid_days: null });
});
