import type { Page } from "@playwright/test";

const OF_THE_NETWORK = "Failed to load resource"; // an answer of 4xx, which a spec may want

/** Collect what a page complains of: errors, and what its content security policy stopped. */
export async function listenTo(page: Page): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith(OF_THE_NETWORK)) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP ${event.violatedDirective} stopped ${event.blockedURI} ${event.sample}`);
    });
  });
  return complaints;
}
