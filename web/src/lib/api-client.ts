import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "@/api/schema";

import { ApiProblem, problemOf } from "./problem";
import { freshToken } from "./session/renew";
import { currentSession, endSession } from "./session/store";

const authorize: Middleware = {
  async onRequest({ request }) {
    const token = await freshToken();
    if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
  onResponse({ request, response }) {
    const sent = request.headers.get("Authorization");
    // Of a session that has ended meanwhile nobody wants to hear again.
    if (response.status === 401 && sent === `Bearer ${currentSession()?.token ?? ""}`) {
      endSession("server");
    }
  },
};

/** The server's API, typed by its own description (`npm run types`). */
export const api = createClient<paths>({ baseUrl: globalThis.location.origin });
api.use(authorize);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return what a request answers, or throw an `ApiProblem`. */
export async function unwrap<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked.catch((cause: unknown) => {
    throw new ApiProblem("UNREACHABLE", 0, cause instanceof Error ? cause.message : String(cause));
  });
  if (!response.ok) throw problemOf(response, error);
  return data as T; // undefined only where the type says so: 204
}
