import { expect, test } from "vitest";

import { initials } from "./initials";

test.each([
  ["Ada Lovelace", "AL"],
  ["Augusta Ada King", "AK"],
  ["grace.hopper", "GH"],
  ["kaito.moreau.01804", "KM"],
  ["employee-0042", "E"],
  ["0042", "0"],
  ["ada", "A"],
  ["Ägidius Öhm", "ÄÖ"],
  ["…", "?"],
])("%s is %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});
