import { join } from "node:path";

import type { Page } from "@playwright/test";

import { wear } from "./accessible";
import { enterAs, expect, test } from "./fixtures";
import { enterOwnPage, goToOwnDoor } from "./own-door";
import { PAGES } from "./pages";
import { choose, upload } from "./steps";
import { REPOSITORY, photo, runPython } from "./world";

/** Pictures of every page, for the guide; the only faces are the two of the public domain. */

const FOLDER = join(REPOSITORY, "docs", "images", "dashboard");
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const SCHEMES = ["light", "dark"] as const;

type Way = (page: Page) => Promise<unknown>;

const WAYS: Readonly<Record<string, Way>> = {
  "sign-in": goToDoor,
  "sign-in-face": (page) => goToOwnDoor(page, "eileen.collins"),
  ...Object.fromEntries(
    Object.keys(PAGES).map((name) => [name, (page: Page) => enterAs(page, "admin", `/${name}`)]),
  ),
  live: verifyByPhoto,
  enroll: (page) => enterAs(page, "operator", "/live?mode=enroll"),
  person: (page) => enterAs(page, "admin", "/people/grace.hopper"),
  scores: (page) => enterAs(page, "auditor", "/analytics?tab=scores"),
  thresholds: (page) => enterAs(page, "admin", "/analytics?tab=thresholds"),
  fairness: (page) => enterAs(page, "auditor", "/analytics?tab=fairness"),
  me: enterWholeOwnPage,
};

test.afterAll(() => runPython("-m", "web.e2e.to_webp", FOLDER));

for (const [name, go] of Object.entries(WAYS)) {
  test(`picture of ${name}`, async ({ page, camera }) => {
    camera.show("face");
    await go(page);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of SCHEMES) {
        await wear(page, colorScheme);
        await page.evaluate(() => {
          scrollTo(0, 0);
        });
        await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) });
      }
    }
  });
}

async function goToDoor(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

async function verifyByPhoto(page: Page): Promise<void> {
  await enterAs(page, "admin", "/live?mode=verify&user_id=eileen.collins");
  await choose(page, "How", "Photo");
  await upload(page, /Drop a photo/, [photo("eileen.collins-0")]);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByRole("heading", { name: "Accepted" })).toBeVisible();
}

/** With the chart that comes last. */
async function enterWholeOwnPage(page: Page): Promise<void> {
  await enterOwnPage(page);
  await expect(page.getByRole("button", { name: "Show as table" })).toBeVisible();
}
