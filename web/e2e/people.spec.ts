import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures";

test("people are searched, and the search is in the address", async ({ page, enter }) => {
  await enter("operator", "/people");
  await expect(page.getByText(/1–\d+ of 6\d/)).toBeVisible();
  await page.getByLabel("Search by ID").fill("hopper");
  await expect(page.getByText("1–1 of 1")).toBeVisible();
  await expect(page).toHaveURL(/hopper/);
  await page.reload();
  await page.getByRole("link", { name: /Grace Hopper/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Grace Hopper" })).toBeVisible();
  await page.goBack();
  await page.getByLabel("Search by ID").fill("nobody at all");
  await page.getByRole("button", { name: "Show everybody" }).click();
  await page.getByRole("combobox", { name: "Department" }).fill("Leadership");
  await expect(page.getByText("1–4 of 4")).toBeVisible();
});

test("an administrator locks a person and lets them in again", async ({ page, enter }) => {
  await enter("admin", "/people/eileen.collins");
  await page.getByRole("button", { name: "Lock", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Lock" }).click();
  await expect(page.getByText("Locked until an operator unlocks")).toBeVisible();
  await page.getByRole("button", { name: "Unlock" }).first().click();
  await expect(page.getByText("eileen.collins can sign in again.")).toBeVisible();
  await expect(page.getByText("Locked until an operator unlocks")).toBeHidden();
});

test("everything of a person is exported, and then erased", async ({ page, enter }) => {
  await enter("admin", "/people");
  await page.getByRole("link", { name: /Ada Barros/ }).click();
  await page.getByRole("button", { name: "More actions" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Export as JSON" }).click();
  const file = await (await download).path();
  const exported = JSON.parse(readFileSync(file, "utf8")) as { user: { user_id: string } };
  expect(exported.user.user_id).toBe("ada.barros");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Erase" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Erase" })).toBeDisabled();
  await dialog.getByLabel("Type ada.barros to confirm").fill("ada.barros");
  await dialog.getByRole("button", { name: "Erase" }).click();
  await expect(page).toHaveURL(/\/people$/);
  await page.getByLabel("Search by ID").fill("ada.barros");
  await expect(page.getByText("Nobody fits this search")).toBeVisible();
});

test("an operator changes a profile but erases nobody", async ({ page, enter }) => {
  await enter("operator", "/people/grace.hopper");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Role").fill("Rear admiral");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The profile is saved.")).toBeVisible();
  await expect(page.getByText("Rear admiral").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Lock", exact: true })).toBeHidden();
});
