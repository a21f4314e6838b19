import { expectAccessible } from "./accessible";
import { expect, test } from "./fixtures";
import { PAGES, SHOWN_TO } from "./pages";
import { ACCOUNTS, type Role } from "./world";

test("every role is shown its pages, and the others are refused", async ({ page, enter }) => {
  for (const role of Object.keys(SHOWN_TO) as Role[]) {
    await enter(role, "/");
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    await expect(links).toHaveText(SHOWN_TO[role].map((name) => new RegExp(PAGES[name])));
  }
});

test("who goes to a page of others is told what it takes", async ({ page, enter }) => {
  await enter("auditor", "/keys");
  await expect(page.getByText("This page is not for you")).toBeVisible();
  await expect(page.getByText("admin", { exact: false }).first()).toBeVisible();
});

test("the server refuses an auditor whatever a page would ask", async ({ request }) => {
  const session = await request.post("/api/v1/session", { data: ACCOUNTS.auditor });
  const { access_token: token } = (await session.json()) as { access_token: string };
  const headers = { Authorization: `Bearer ${token}` };
  for (const path of ["/api/v1/api-keys", "/api/v1/operators", "/api/v1/reviews"]) {
    expect((await request.get(path, { headers })).status(), path).toBe(403);
  }
  const erased = await request.delete("/api/v1/users/grace.hopper", { headers });
  expect(erased.status()).toBe(403);
});

for (const [path, name] of Object.entries(PAGES)) {
  test(`${name} keeps nobody out, in light and in dark`, async ({ page, enter }) => {
    await enter("admin", `/${path}`);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expectAccessible(page);
  });
}

test("the page speaks German and is dark, and stays so", async ({ page, enter }) => {
  await enter("admin", "/people");
  await page.getByRole("button", { name: "You and your settings" }).click();
  await page.getByRole("menuitem", { name: "Deutsch" }).click();
  await page.getByRole("button", { name: "Sie und Ihre Einstellungen" }).click();
  await page.getByRole("menuitem", { name: "Dunkel" }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await expect(page.getByRole("link", { name: "Personen" })).toBeVisible();
});
