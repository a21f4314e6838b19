import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { beforeAll, expect, test, vi } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";
import { ApiProblem } from "@/lib/problem";

import { type Consent, ConsentSwitches } from "./ConsentSwitches";

const AGREED: Consent = {
  purpose: "expression",
  stated: "To plan quieter weeks.",
  given_at: "2026-11-21T08:00:00Z",
};
const NOT_AGREED: Consent = { ...AGREED, given_at: null };

beforeAll(startSpeaking);

function Around({ children }: { children: ReactNode }) {
  return (
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
    </MantineProvider>
  );
}

function show(consent: Consent, onChange?: () => Promise<unknown>) {
  const switches = <ConsentSwitches consents={[consent]} voice="you" onChange={onChange} />;
  render(switches, { wrapper: Around });
  return screen.getByRole("switch", { name: /^Keep expressions/ });
}

test("consent is noted only after the stated purpose was shown", async () => {
  const onChange = vi.fn(() => Promise.resolve());
  await userEvent.click(show(NOT_AGREED, onChange));
  expect(screen.getByText("To plan quieter weeks.")).toBeVisible();
  expect(onChange).not.toHaveBeenCalled();

  await userEvent.click(screen.getByRole("button", { name: "I agree" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith("expression", true);
});

test("who cancels has not agreed", async () => {
  const onChange = vi.fn(() => Promise.resolve());
  const toggle = show(NOT_AGREED, onChange);
  await userEvent.click(toggle);
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(onChange).not.toHaveBeenCalled();
  expect(toggle).not.toBeChecked();
});

test("withdrawing says first that it erases", async () => {
  const onChange = vi.fn(() => Promise.resolve());
  await userEvent.click(show(AGREED, onChange));
  expect(screen.getByText(/erased at once/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Withdraw and erase" }));
  expect(onChange).toHaveBeenCalledExactlyOnceWith("expression", false);
});

test("the dialog stays and says why when consent could not be noted", async () => {
  const refused = new ApiProblem("INVALID_REQUEST", 422, "this server states no purpose");
  await userEvent.click(show(NOT_AGREED, () => Promise.reject(refused)));
  await userEvent.click(screen.getByRole("button", { name: "I agree" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("this server states no purpose");
});

test("nobody can agree to what is not stated", () => {
  const change = () => Promise.resolve();
  expect(show({ ...NOT_AGREED, stated: null }, change)).toBeDisabled();
});

test("what is stated no more can still be taken back", () => {
  expect(show({ ...AGREED, stated: null }, () => Promise.resolve())).toBeEnabled();
});

test("who may only look cannot change anything", () => {
  expect(show(AGREED)).toBeDisabled();
});
