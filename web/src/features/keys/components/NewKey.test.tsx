import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeAll, expect, it, vi } from "vitest";

import { startSpeaking } from "@/lib/i18n/i18n";

import type { NewKey as Made } from "../api/create-key";
import { NewKey } from "./NewKey";

const MADE: Made = {
  key: "mien_1f2e3d4c_secret",
  about: {
    key_id: "1f2e3d4c",
    label: "front door",
    scopes: ["verify"],
    audience: "front door",
    created_at: "2026-11-21T12:00:00Z",
    expires_at: null,
    last_used_at: null,
    liveness: "none",
  },
};

beforeAll(startSpeaking);

it("shows the key, and goes away only when told that it is stored", async () => {
  const onStored = vi.fn();
  render(<NewKey made={MADE} onStored={onStored} />, { wrapper: MantineProvider });
  expect(screen.getByLabelText("The new key")).toHaveTextContent("mien_1f2e3d4c_secret");

  const done = screen.getByRole("button", { name: "Done" });
  expect(done).toBeDisabled();
  await userEvent.click(screen.getByRole("checkbox"));
  await userEvent.click(done);
  expect(onStored).toHaveBeenCalledOnce();
});
