import { type Page, test as base, expect } from "@playwright/test";

import { Camera, flags } from "./camera";
import { listenTo } from "./complaints";
import { API_KEY, Server } from "./server";
import { ACCOUNTS, type Role } from "./world";

interface OfEachTest {
  /** Sign an operator in, as the form would, and go to a page. */
  readonly enter: (role: Role, path: string) => Promise<void>;
  /** Fails a test whose page complained, or whose page was stopped by its policy. */
  readonly complaints: readonly string[];
}

interface OfTheWorker {
  readonly server: Server;
  readonly camera: Camera;
}

export const test = base.extend<OfEachTest, OfTheWorker>({
  server: [
    async ({}, use, { workerIndex }) => {
      const server = await Server.start(String(workerIndex));
      await use(server);
      await server.stop();
      const log = server.log();
      expect(log).not.toContain("Traceback");
      expect(log).not.toContain("unexpected error");
      expect(log).not.toContain(API_KEY);
    },
    { scope: "worker", timeout: 90_000 },
  ],
  camera: [async ({}, use) => use(new Camera()), { scope: "worker" }],
  launchOptions: [
    async ({ camera }, use) =>
      use({
        executablePath: process.env.MIEN_CHROMIUM ?? "/usr/bin/chromium",
        args: flags(camera),
      }),
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  complaints: [
    async ({ page }, use) => {
      const complaints = await listenTo(page);
      await use(complaints);
      expect(complaints, "the page has nothing to complain of").toEqual([]);
    },
    { auto: true },
  ],
  enter: async ({ page }, use) => use((role, path) => enterAs(page, role, path)),
});

export { expect };

/** Get a browser the cookie that the form would have got it, and go to a page. */
export async function enterAs(page: Page, role: Role, path: string): Promise<void> {
  const answer = await page.request.post("/api/v1/session", { data: ACCOUNTS[role] });
  expect(answer.status(), await answer.text()).toBe(200);
  await page.goto(path);
  await expect(page.getByRole("main")).toBeVisible();
}
