import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures";

test("the whole chain is checked, and its head is there to be kept", async ({ page, enter }) => {
  await enter("auditor", "/audit");
  await page.getByRole("button", { name: "Check the chain" }).click();
  await expect(page.getByText(/The chain is sound: [\d,]{5,} entries/)).toBeVisible();
  await expect(page.getByText("Keep this head somewhere else.")).toBeVisible();
});

test("entries are filtered by what was done, and the address says so", async ({ page, enter }) => {
  await enter("auditor", "/audit");
  await page.getByLabel("Person").fill("grace.hopper");
  await page.getByLabel("Person").press("Enter");
  await expect(page).toHaveURL(/grace\.hopper/);
  await page.getByRole("combobox", { name: "What was done" }).click();
  await page.getByRole("option", { name: "Enrolled" }).click();
  await expect(page.getByRole("main").getByText("Enrolled", { exact: true })).toHaveCount(1);
});

test("what the filter shows is exported", async ({ page, enter }) => {
  await enter("auditor", "/audit?action=enroll");
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  const file = await (await download).path();
  const lines = readFileSync(file, "utf8").trim().split("\n");
  expect(lines.length).toBeGreaterThan(60);
  expect(lines.slice(1).every((line) => line.includes("enroll"))).toBe(true);
});
