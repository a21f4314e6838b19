import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { beforeAll, describe, expect, it } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";

import type { ScoreFigures, ScoreSource } from "../api/get-scores";
import { Explorer } from "./Explorer";

const SOURCE: ScoreSource = {
  source: "calibration",
  samples: 1,
  description: "lfw_dev",
  genuine_comparisons: 4340,
  impostor_comparisons: 7_156_880,
  edges: [0, 0.5, 1],
  genuine: [0.1, 0.9],
  impostor: [0.99, 0.01],
  thresholds: [0, 0.5, 1],
  false_match_rates: [1, 0.01, 0.0001],
  false_non_match_rates: [0, 0.1, 1],
  fmr_intervals: [
    [1, 1],
    [0.005, 0.02],
    [0.00005, 0.0002],
  ],
};
const FIGURES: ScoreFigures = {
  unit: "cosine",
  target_fmr: 0.01,
  threshold: 0.5,
  sources: [SOURCE],
};

function show() {
  render(
    <MantineProvider>
      <MemoryRouter>
        <Explorer figures={FIGURES} source={SOURCE} />
      </MemoryRouter>
    </MantineProvider>,
  );
  return screen.getByRole("slider", { name: "Threshold" });
}

beforeAll(startSpeaking);

describe("the threshold", () => {
  it("begins with the server's and says what it costs", () => {
    expect(show()).toHaveAttribute(
      "aria-valuetext",
      "At 0.500, 1% of strangers would pass and 10% of genuine attempts fail.",
    );
  });

  it("moves with the arrow keys, and the costs with it", () => {
    const slider = show();
    fireEvent.keyDown(slider, { key: "ArrowRight" });
    expect(slider).toHaveAttribute("aria-valuenow", "0.505");
    fireEvent.keyDown(slider, { key: "End" });
    expect(slider).toHaveAttribute("aria-valuenow", "1");
    expect(screen.getByText(/1 in 10,000 strangers · 95%: 0.005% to 0.02%/)).toBeInTheDocument();
    fireEvent.keyDown(slider, { key: "ArrowRight" });
    expect(slider).toHaveAttribute("aria-valuenow", "1");
  });

  it("leaves other keys to the page", () => {
    const slider = show();
    expect(fireEvent.keyDown(slider, { key: "Tab" })).toBe(true);
    expect(slider).toHaveAttribute("aria-valuenow", "0.5");
  });

  it("goes back to the server's", () => {
    const slider = show();
    fireEvent.keyDown(slider, { key: "Home" });
    expect(slider).toHaveAttribute("aria-valuenow", "0");
    fireEvent.click(screen.getByRole("button", { name: "Back to the server’s" }));
    expect(slider).toHaveAttribute("aria-valuenow", "0.5");
  });
});

describe("the figure", () => {
  it("shows its numbers as a table", () => {
    show();
    const [button] = screen.getAllByRole("button", { name: "Show as table" });
    if (button) fireEvent.click(button);
    expect(screen.getByRole("cell", { name: "0.005% to 0.02%" })).toBeInTheDocument();
  });
});
