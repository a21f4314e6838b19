import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, expect, test, vi } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";

import { HistoryList } from "./HistoryList";
import type { HistoryEvent } from "./history";
import type { Voice } from "./voice";

const SIGN_IN: HistoryEvent = {
  sequence: 2,
  at: "2026-11-21T08:00:00Z",
  kind: "authenticate",
  actor: "key:1f2e3d4c",
  accepted: true,
  reason: "MATCH",
  false_match_rate: 0.000038,
  details: { attempt: "a1", liveness: "active", failed_checks: "" },
};
const REFUSED: HistoryEvent = {
  ...SIGN_IN,
  sequence: 1,
  accepted: false,
  reason: "SPOOF_SUSPECTED",
  false_match_rate: 0.1,
  details: { attempt: "a0", liveness: "active", failed_checks: "blink,turn" },
};
const DISOWNED: HistoryEvent = {
  ...SIGN_IN,
  sequence: 3,
  kind: "disown",
  actor: "self",
  accepted: null,
  reason: null,
  false_match_rate: null,
  details: { attempt: "a1", adapted: 1, candidates: 1 },
};

beforeAll(startSpeaking);

function show(events: HistoryEvent[], voice: Voice, onDisown?: () => Promise<unknown>) {
  render(
    <MantineProvider env="test">
      <HistoryList events={events} voice={voice} onDisown={onDisown} isLoadingMore={false} />
    </MantineProvider>,
  );
  return screen.queryAllByRole("listitem");
}

test("operators read who asked, what was checked and how sure it was", () => {
  const [item] = show([SIGN_IN], "them");
  expect(item).toHaveTextContent("by API key 1f2e3d4c · tasks before the camera");
  expect(item).toHaveTextContent("One stranger in 26,000 would look as alike");
});

test("the person reads it in plain words, and of a refusal nothing about strangers", () => {
  const [accepted, refused] = show([SIGN_IN, REFUSED], "you");
  expect(accepted).toHaveTextContent("Sign-in with your face");
  expect(accepted).toHaveTextContent("through an application");
  expect(refused).toHaveTextContent("Not passed: blink, turn");
  expect(refused).not.toHaveTextContent("stranger");
});

test("an accepted sign-in is disowned by its name, after a question", async () => {
  const onDisown = vi.fn(() => Promise.resolve());
  show([SIGN_IN, REFUSED], "you", onDisown);
  await userEvent.click(screen.getByRole("button", { name: "This was not me" }));
  expect(onDisown).not.toHaveBeenCalled();
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "This was not me" }));
  expect(onDisown).toHaveBeenCalledExactlyOnceWith("a1");
});

test("what was disowned is marked, and cannot be disowned again", () => {
  const [disown, signIn] = show([DISOWNED, SIGN_IN], "them", () => Promise.resolve());
  expect(disown).toHaveTextContent("2 learned templates taken back");
  expect(signIn).toHaveTextContent("Disowned");
  expect(screen.queryByRole("button", { name: "This was not them" })).toBeNull();
});

test("an event of a kind that has no words is shown by its name", () => {
  const [item] = show([{ ...DISOWNED, kind: "teleport", details: {} }], "them");
  expect(item).toHaveTextContent("teleport");
});

test("says so when nothing has happened", () => {
  show([], "you");
  expect(screen.getByText("Nothing has happened yet.")).toBeVisible();
});
