import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeAll, describe, expect, it } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";

import { StackedBars } from "./StackedBars";

const STACKS = [
  { good: 8, bad: 2 },
  { good: 0, bad: 0 },
  { good: 5, bad: 5 },
];

function Chart() {
  const [place, onInspect] = useState<number | null>(null);
  return (
    <MantineProvider>
      <StackedBars
        stacks={STACKS}
        tickOf={(each) => `day ${each}`}
        inspection={{
          name: "Attempts",
          count: STACKS.length,
          place,
          says: (each) => `${STACKS[each]?.good ?? 0} accepted`,
          onInspect,
        }}
      />
    </MantineProvider>
  );
}

beforeAll(startSpeaking);

describe("a chart", () => {
  it("is looked at place by place with the arrow keys", () => {
    render(<Chart />);
    const slider = screen.getByRole("slider", { name: "Attempts" });
    fireEvent.keyDown(slider, { key: "ArrowLeft" });
    expect(slider).toHaveAttribute("aria-valuetext", "5 accepted");
    fireEvent.keyDown(slider, { key: "Home" });
    expect(slider).toHaveAttribute("aria-valuetext", "8 accepted");
    fireEvent.keyDown(slider, { key: "ArrowLeft" });
    expect(slider).toHaveAttribute("aria-valuenow", "0");
  });

  it("is looked at where the pointer is", () => {
    render(<Chart />);
    const slider = screen.getByRole("slider", { name: "Attempts" });
    fireEvent.pointerMove(slider, { clientX: 330 });
    expect(slider).toHaveAttribute("aria-valuenow", "1");
  });

  it("draws nothing where there is nothing", () => {
    const { container } = render(<Chart />);
    // Two bars of two kinds; the hatch has a rectangle of its own.
    expect(container.querySelectorAll("svg > g rect")).toHaveLength(4);
  });
});
