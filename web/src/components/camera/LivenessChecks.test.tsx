import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";

import { LivenessChecks } from "./LivenessChecks";

type Liveness = Parameters<typeof LivenessChecks>[0]["liveness"];

function show(check: Partial<Liveness["checks"][number]>) {
  const made = {
    name: "relief",
    score: null,
    threshold: null,
    passed: false,
    parts: null,
  } as const;
  render(
    <MantineProvider>
      <LivenessChecks
        liveness={{ policy: "active", accepted: false, checks: [{ ...made, ...check }] }}
      />
    </MantineProvider>,
  );
  return screen.getByRole("listitem");
}

describe("a check", () => {
  beforeAll(startSpeaking);

  it("shows its score beside what it needed", () => {
    expect(show({ score: 0.05, threshold: 0.03, passed: true })).toHaveTextContent(
      "passed: 0.05, needs 0.03",
    );
  });

  it("that could not be made is called that, and has not passed", () => {
    const row = show({ threshold: 0.03 });
    expect(row).toHaveTextContent("could not be checked, so not passed");
    expect(row).toHaveAttribute("data-outcome", "unmade");
  });

  it("tells those who may not see scores whether it passed", () => {
    expect(show({ passed: true })).toHaveTextContent("passed");
  });
});
