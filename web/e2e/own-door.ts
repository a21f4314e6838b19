import type { Page } from "@playwright/test";

import { expect } from "./fixtures";
import { ACCOUNTS } from "./world";

/** Go where people sign in who are no operators. */
export async function goToOwnDoor(page: Page, userId: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByText("My face", { exact: true }).click();
  await page.getByLabel("Your user ID").fill(userId);
}

/** Sign in as the person who has a password for when the face fails. */
export async function enterOwnPage(page: Page): Promise<void> {
  await goToOwnDoor(page, ACCOUNTS.person.name);
  await page.getByRole("button", { name: "Use a password" }).click();
  await page.getByRole("textbox", { name: "Your password" }).fill(ACCOUNTS.person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/me$/);
}
