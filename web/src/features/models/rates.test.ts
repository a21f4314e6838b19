import { expect, it } from "vitest";

import { ratesOf } from "./rates";

it("orders the rates by how many pictures stand behind them", () => {
  expect(ratesOf({ "10 samples": 0.01, "1 samples": 0.06, "2 samples": 0.02 })).toEqual([
    { samples: 1, falseNonMatchRate: 0.06 },
    { samples: 2, falseNonMatchRate: 0.02 },
    { samples: 10, falseNonMatchRate: 0.01 },
  ]);
});
