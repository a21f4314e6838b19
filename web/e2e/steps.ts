import type { Locator, Page } from "@playwright/test";

/** Choose files as the system's dialog would, which a button of this name opens. */
export async function upload(page: Page, button: RegExp, files: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await chooser).setFiles(files);
}

/** Choose one of a few words beside each other. */
export async function choose(page: Page, group: string, word: string): Promise<void> {
  await page.getByRole("radiogroup", { name: group }).getByText(word, { exact: true }).click();
}

const TRIES = 3;

/**
 * Pass a live session by what the clip before the camera shows; `open` leads to where one begins.
 *
 * A clip waits for nobody: a machine that is busy otherwise misses too many of its turns.
 */
export async function passLiveSession(
  page: Page,
  open: () => Promise<unknown>,
  { passed, refused }: { passed: Locator; refused: Locator },
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await open();
    await page.getByRole("button", { name: "Start live session" }).click();
    await passed.or(refused).waitFor({ timeout: 40_000 });
    if (await passed.isVisible()) return;
  }
  throw new Error(`the live session was refused ${TRIES} times: is the machine busy otherwise?`);
}
