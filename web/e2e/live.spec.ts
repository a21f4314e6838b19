import type { Page } from "@playwright/test";

import { expect, test } from "./fixtures";
import { choose, passLiveSession, upload } from "./steps";
import { isComplete, photo } from "./world";

test("a photo verifies whose it is, and nobody else", async ({ page, enter }) => {
  await enter("operator", "/live?mode=verify");
  await page.getByLabel("User ID").fill("eileen.collins");
  await choose(page, "How", "Photo");
  await upload(page, /Drop a photo/, [photo("eileen.collins-0")]);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByRole("heading", { name: "Accepted" })).toBeVisible();
  await page.getByRole("button", { name: "Another photo" }).click();
  await upload(page, /Drop a photo/, [photo("grace.hopper-0")]);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByRole("heading", { name: "Refused" })).toBeVisible();
  await expect(page.getByText("The face is not alike enough.")).toBeVisible();
});

test("who is before the camera is found among everybody", async ({ page, enter, camera }) => {
  camera.show("face");
  await enter("operator", "/live?mode=identify");
  await page.getByRole("button", { name: "Take photo" }).click();
  await page.getByRole("button", { name: "Identify" }).click();
  await expect(page.getByRole("heading", { name: "Found", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "eileen.collins" })).toBeVisible();
});

test("of several faces the person chooses one, by keyboard too", async ({ page, enter }) => {
  await enter("operator", "/live?mode=identify");
  await upload(page, /Drop a photo/, [photo("both")]);
  await expect(page.getByText("Several faces: choose one.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Identify" })).toBeDisabled();
  await page.getByRole("button", { name: /^Face 2/ }).press("Enter");
  await page.getByRole("button", { name: "Identify" }).click();
  await expect(page.getByRole("link", { name: "grace.hopper" })).toBeVisible();
});

test("somebody is enrolled before the camera", async ({ page, enter, camera }) => {
  camera.show("face");
  await enter("operator", "/live?mode=enroll");
  await page.getByLabel("User ID").fill("posing.person");
  await page.getByLabel("What they agreed to").fill("the end-to-end tests");
  await page.getByRole("button", { name: "Start capturing" }).click();
  await expect(page.getByRole("button", { name: /^Straight.*: taken/ })).toBeVisible();
  // A clip of one portrait turns no head, as some people cannot either.
  for (const pose of [/left.*: taken/i, /right.*: taken/i]) {
    await page.getByRole("button", { name: "Take now" }).click();
    await expect(page.getByRole("button", { name: pose })).toBeVisible();
  }
  await page.getByRole("button", { name: "Enroll with 3 pictures" }).click();
  await expect(page.getByRole("heading", { name: "Enrolled" })).toBeVisible();
  await expect(page.getByText("Looks like somebody who is enrolled already")).toBeVisible();
});

test("who does what is asked for passes the live session", async ({ page, enter, camera }) => {
  test.skip(!isComplete(), "live sessions need the downloaded models: set MIEN_SHARED");
  test.setTimeout(150_000);
  camera.show("turning");
  await enter("operator", "/live?mode=enroll");
  await choose(page, "How", "Photo");
  await upload(
    page,
    /Drop photos/,
    [0, 3, 6, 9].map((number) => photo(`turning-${number}`)),
  );
  await page.getByLabel("User ID").fill("turning.person");
  await page.getByRole("button", { name: "Enroll with 4 pictures" }).click();
  await expect(page.getByRole("heading", { name: "Enrolled" })).toBeVisible();
  await passLiveSession(page, () => page.goto("/live?mode=verify&user_id=turning.person"), {
    passed: page.getByRole("heading", { name: "Accepted" }),
    refused: page.getByRole("heading", { name: "Refused" }),
  });
  const movements = page.getByRole("listitem").filter({ hasText: "Movements as asked" });
  await expect(movements).toContainText("1, needs 1");
});

test("the camera is off as soon as nobody looks at the page", async ({ page, enter, camera }) => {
  camera.show("face");
  await watchTracks(page);
  await enter("operator", "/live");
  await expect.poll(() => liveTracks(page)).toBe(1);
  await pretendToBe(page, "hidden");
  await expect.poll(() => liveTracks(page)).toBe(0);
  await pretendToBe(page, "visible");
  await expect.poll(() => liveTracks(page)).toBe(1);
  await page.getByRole("link", { name: "People" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "People" })).toBeVisible();
  expect(await liveTracks(page)).toBe(0);
});

/** Remember every track of a camera that the page is given. */
async function watchTracks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const given: MediaStreamTrack[] = [];
    Object.assign(window, { given });
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      given.push(...stream.getTracks());
      return stream;
    };
  });
}

function liveTracks(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { given } = window as typeof window & { given: MediaStreamTrack[] };
    return given.filter((track) => track.readyState === "live").length;
  });
}

async function pretendToBe(page: Page, state: DocumentVisibilityState): Promise<void> {
  await page.evaluate((now) => {
    Object.defineProperty(document, "visibilityState", { value: now, configurable: true });
    Object.defineProperty(document, "hidden", { value: now === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}
