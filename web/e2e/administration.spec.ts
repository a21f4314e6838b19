import { expect, test } from "./fixtures";

test("a key is made, shown once, rotated and revoked", async ({ page, enter, server }) => {
  await enter("admin", "/keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("turnstile");
  await dialog.getByRole("checkbox", { name: "verify" }).check();
  await dialog.getByRole("checkbox", { name: "read" }).check();
  await dialog.getByRole("button", { name: "Create the key" }).click();
  const key = (await dialog.getByLabel("The new key").textContent()) ?? "";
  await expect(dialog.getByRole("button", { name: "Done" })).toBeDisabled();
  await dialog.getByLabel("I have stored it").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(key)).toBeHidden();

  const use = () => fetch(`${server.url}/api/v1/users`, { headers: { "X-API-Key": key } });
  expect((await use()).status).toBe(200);
  await page.getByRole("button", { name: "What to do with turnstile" }).click();
  await page.getByRole("menuitem", { name: "Rotate" }).click();
  await dialog.getByRole("button", { name: "Make the next key" }).click();
  await dialog.getByLabel("I have stored it").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  expect((await use()).status).toBe(200); // for a while both are accepted

  for (let left = 2; left > 0; left--) {
    await page.getByRole("button", { name: "What to do with turnstile" }).first().click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await expect(page.getByRole("button", { name: "What to do with turnstile" })).toHaveCount(
      left - 1,
    );
  }
  await expect.poll(async () => (await use()).status).toBe(401);
});

test("an operator is added, given another role and kept out", async ({ page, enter, server }) => {
  const mina = { name: "mina", password: "eleven owls above the mill" };
  const signIn = () =>
    fetch(`${server.url}/api/v1/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(mina),
    });
  await enter("admin", "/operators");
  await page.getByRole("button", { name: "Add an operator" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(mina.name);
  await dialog.getByRole("textbox", { name: "Password" }).fill(mina.password);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText("mina may sign in")).toBeVisible();
  expect(await (await signIn()).json()).toMatchObject({ role: "operator" });
  const menu = page.getByRole("button", { name: "What to change of mina" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Change the role" }).click();
  await dialog.getByRole("radio", { name: /^Auditor/ }).check();
  await dialog.getByRole("button", { name: "Change the role" }).click();
  await expect(dialog).toBeHidden();
  expect(await (await signIn()).json()).toMatchObject({ role: "auditor" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await dialog.getByRole("button", { name: "Disable" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("mina was changed").last()).toBeVisible();
  expect((await signIn()).status).toBe(401);
});

test("models say what they may be used for, and how fast they are here", async ({
  page,
  enter,
}) => {
  await enter("admin", "/models");
  await expect(page.getByText("MIT").first()).toBeVisible();
  await page.getByRole("button", { name: /[Mm]easure/ }).click();
  await expect(page.getByText(/\d ms/).first()).toBeVisible({ timeout: 30_000 });
});

test("the system's page says what is unsafe before anything else", async ({ page, enter }) => {
  await enter("auditor", "/system");
  await expect(page.getByText("MIEN_UNSAFE_LIVE_DEMANDS").first()).toBeVisible();
});
