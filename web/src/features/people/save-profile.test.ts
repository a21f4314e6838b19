import { beforeEach, expect, test, vi } from "vitest";

import { saveProfile } from "./save-profile";

const BEFORE = { user_id: "ada", name: "Ada", role: null, department: "Research" };

// The client takes hold of `fetch` when it is made, which is when it is imported.
const network = vi.hoisted(() => {
  const network = { sent: [] as Request[] };
  vi.stubGlobal("fetch", (request: Request) => {
    network.sent.push(request);
    return Promise.resolve(Response.json({}));
  });
  return network;
});

beforeEach(() => {
  network.sent = [];
});

async function sentBy(after: { name: string; role: string; department: string }) {
  await saveProfile(BEFORE, after);
  return Promise.all(
    network.sent.map(async (request) => {
      const body = request.method === "PUT" ? ((await request.json()) as object) : null;
      return [request.method, new URL(request.url).pathname, body];
    }),
  );
}

test("what did not change is not sent", async () => {
  expect(await sentBy({ name: "Ada ", role: "", department: "Research" })).toEqual([]);
});

test("an emptied name is forgotten", async () => {
  expect(await sentBy({ name: " ", role: "Analyst", department: "Research" })).toEqual([
    ["PUT", "/api/v1/users/ada/profile", { name: null, role: "Analyst" }],
  ]);
});

test("the department is kept as a group", async () => {
  expect(await sentBy({ name: "Ada", role: "", department: " Finance " })).toEqual([
    ["PUT", "/api/v1/users/ada/groups/department", { group: "Finance" }],
  ]);
});

test("an emptied department is forgotten", async () => {
  expect(await sentBy({ name: "Ada", role: "", department: "" })).toEqual([
    ["DELETE", "/api/v1/users/ada/groups/department", null],
  ]);
});
