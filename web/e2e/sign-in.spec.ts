import { type Page } from "@playwright/test";

import { expectAccessible } from "./accessible";
import { expect, test } from "./fixtures";
import { API_KEY } from "./server";
import { ACCOUNTS } from "./world";

test("an operator signs in with a password and out again", async ({ page }) => {
  await page.goto("/sign-in");
  await signIn(page, ACCOUNTS.admin.name, ACCOUNTS.admin.password);
  await expect(page.getByText("Administrator")).toBeVisible();
  await page.getByRole("button", { name: "You and your settings" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/sign-in/);
  await page.goto("/people");
  await expect(page).toHaveURL(/sign-in/);
});

test("who came for a page gets to it after signing in", async ({ page }) => {
  await page.goto("/audit");
  await expect(page).toHaveURL(/sign-in/);
  await signIn(page, ACCOUNTS.auditor.name, ACCOUNTS.auditor.password);
  await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeVisible();
});

test("an API key signs in for as long as the tab is open", async ({ page, context }) => {
  await page.goto("/sign-in");
  await page.getByText("API key", { exact: true }).click();
  await page.getByRole("textbox", { name: "API key" }).fill("mien_no_such_key");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("not known");
  await page.getByRole("textbox", { name: "API key" }).fill(API_KEY);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("signed in with an API key")).toBeVisible();
  await page.reload();
  await expect(page.getByText("signed in with an API key")).toBeVisible();
  const another = await context.newPage();
  await another.goto("/people");
  await expect(another).toHaveURL(/sign-in/);
});

test("a wrong password is refused, and the name is locked after some", async ({ page }) => {
  await page.goto("/sign-in");
  for (const status of [401, 401, 401, 401, 429]) {
    const answer = page.waitForResponse("**/api/v1/session");
    await signIn(page, "nobody-of-that-name", "a password that is nobody's");
    expect((await answer).status()).toBe(status);
    await expect(page.getByRole("alert")).toContainText(
      status === 401 ? "Wrong name or password" : /Try again in \d+ seconds/,
    );
  }
});

test("a session is renewed unseen, and says so when it has ended", async ({
  page,
  context,
  enter,
}) => {
  await page.clock.install();
  await enter("admin", "/people");
  const renewed = page.waitForResponse("**/api/v1/session/refresh");
  await page.clock.fastForward("01:00:00");
  await page.getByRole("link", { name: "Audit" }).click();
  expect((await renewed).status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeVisible();
  await context.clearCookies();
  // Whatever the page asks for next tells it: by itself it asks now and then.
  await expect(async () => {
    await page.clock.fastForward("01:00:00");
    await expect(page.getByText("Your session has ended")).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test("the door is open to everybody", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expectAccessible(page);
});

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
