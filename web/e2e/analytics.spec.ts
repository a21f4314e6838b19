import { expect, test } from "./fixtures";

test("the threshold is moved by keys and by hand, and tells what it costs", async ({
  page,
  enter,
}) => {
  await enter("auditor", "/analytics");
  await page.getByRole("tab", { name: "Scores" }).click();
  const line = page.getByRole("slider");
  const costs = () => line.getAttribute("aria-valuetext");
  const at = async () => Number(await line.getAttribute("aria-valuenow"));
  const [before, costBefore] = [await at(), await costs()];
  await line.press("ArrowRight");
  await line.press("ArrowRight");
  expect(await at()).toBeGreaterThan(before);
  expect(await costs()).not.toBe(costBefore);
  const box = await line.boundingBox();
  if (box === null) throw new Error("the line is not drawn");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 90, y, { steps: 4 });
  await page.mouse.up();
  expect(await at()).toBeLessThan(before);
  await page.getByRole("button", { name: "Back to the server’s" }).click();
  expect(await at()).toBe(before);
});

test("an administrator tolerates less of a department", async ({ page, enter }) => {
  await enter("admin", "/analytics?tab=thresholds");
  await expect(page.getByRole("row", { name: /Leadership/ })).toContainText("1 in 100,000");
  await page.getByRole("button", { name: "Set for a department" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Department" }).fill("Research");
  await dialog.getByLabel("One stranger in").fill("200000");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Change the rate" }).click();
  await expect(page.getByRole("row", { name: /Research/ })).toContainText("1 in 200,000");
});

test("an auditor looks at thresholds and changes none", async ({ page, enter }) => {
  await enter("auditor", "/analytics?tab=thresholds");
  await expect(page.getByText("Only administrators can change these.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Set for a department" })).toBeHidden();
});

test("what is drawn is there as a table too", async ({ page, enter }) => {
  for (const [tab, figure] of [
    ["attempts", "Verifications over time"],
    ["expressions", "Everybody"],
  ] as const) {
    await enter("auditor", `/analytics?tab=${tab}`);
    await expect(page.getByRole("heading", { name: figure })).toBeVisible();
    const tables = await page.getByRole("table").count();
    await page.getByRole("button", { name: "Show as table" }).first().click();
    await expect(page.getByRole("table")).toHaveCount(tables + 1);
  }
});

test("refusals of groups are compared, with how sure that is", async ({ page, enter }) => {
  await enter("auditor", "/analytics?tab=fairness");
  await page.getByRole("combobox", { name: "Compare by" }).fill("age");
  await page.getByRole("combobox", { name: "Compare by" }).press("Enter");
  await expect(page.getByRole("row", { name: /30-49/ })).toContainText(/\d% to [\d.]+%/);
});

test("a department of few people is not shown", async ({ page, enter }) => {
  await enter("auditor", "/departments");
  await expect(page.getByRole("heading", { name: "Engineering", exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Leadership" })).toBeHidden();
  await expect(page.getByText(/departments? (is|are) not shown/)).toBeVisible();
});
