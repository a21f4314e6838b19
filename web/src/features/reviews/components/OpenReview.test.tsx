import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";
import type { Scope } from "@/lib/session/session";
import { beginSession, endSession } from "@/lib/session/store";

import type { Review } from "../review";
import { OpenReview } from "./OpenReview";

const REVIEW: Review = {
  review_id: "r1",
  kind: "verification",
  user_id: "ada",
  name: "Ada Lovelace",
  note: "My eye is bandaged.",
  requested_at: "2026-11-21T08:00:00Z",
  expires_at: "2026-11-22T08:00:00Z",
  state: "open",
  decided_by: null,
  decided_at: null,
  reason: null,
};

// The client takes hold of `fetch` when it is made, which is when it is imported.
const network = vi.hoisted(() => {
  const network = { answer: () => new Response(), sent: [] as Request[] };
  vi.stubGlobal("fetch", (request: Request) => {
    network.sent.push(request);
    return Promise.resolve(network.answer());
  });
  return network;
});

beforeAll(startSpeaking);
beforeEach(() => {
  network.sent = [];
  network.answer = () => Response.json({ ...REVIEW, state: "approved" });
});
afterEach(() => endSession("user"));

function show(review: Review, scopes: readonly Scope[]) {
  beginSession({ kind: "key", name: "key:1f2e", scopes, token: "mine" });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <OpenReview review={review} />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

async function decide(verdict: string, reason: string) {
  await userEvent.click(screen.getByRole("button", { name: verdict }));
  const dialog = within(screen.getByRole("dialog"));
  const confirm = dialog.getByRole("button", { name: verdict });
  expect(confirm).toBeDisabled();
  await userEvent.type(dialog.getByRole("textbox", { name: "Reason" }), reason);
  await userEvent.click(confirm);
}

test("an approval is sent with its reason, and not without", async () => {
  show(REVIEW, ["review"]);
  await decide("Approve", "called back");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(new URL(network.sent[0]?.url ?? "").pathname).toBe("/api/v1/reviews/r1/approve");
  expect(await network.sent[0]?.json()).toEqual({ reason: "called back" });
});

test("a denial goes its own way", async () => {
  show(REVIEW, ["review"]);
  await decide("Deny", "nobody answered");
  await waitFor(() => expect(network.sent).toHaveLength(1));
  expect(new URL(network.sent[0]?.url ?? "").pathname).toBe("/api/v1/reviews/r1/deny");
});

test("who is too late is told so", async () => {
  const late = { code: "ALREADY_DECIDED", detail: "this request was decided on before" };
  network.answer = () => Response.json(late, { status: 409 });
  show(REVIEW, ["review"]);
  await decide("Approve", "called back");
  expect(await screen.findByRole("alert")).toHaveTextContent("was decided on before");
});

test("an erasure is an administrator's to decide", () => {
  show({ ...REVIEW, kind: "erasure" }, ["review"]);
  expect(screen.getByText("Only an administrator decides on an erasure.")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Approve/ })).toBeNull();
});

test("an administrator reads what an erasure takes before they decide", () => {
  show({ ...REVIEW, kind: "erasure" }, ["review", "admin"]);
  expect(screen.getByText(/An approval erases templates/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Approve and erase" })).toBeEnabled();
});
