/** What the server refuses: an RFC 9457 problem document, or that it could not be reached. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    /** Stable, as `NO_FACE`; `UNREACHABLE` when no answer came at all. */
    readonly code: string,
    /** HTTP status, 0 without an answer. */
    readonly status: number,
    /** What happened and what to do, in the server's words. */
    readonly detail: string,
    /** Seconds after which it is worth another try. */
    readonly retryAfterS: number | null = null,
    /** Finer codes, as those of a photo's quality. */
    readonly reasons: readonly string[] = [],
    /** Under which the server's log tells more. */
    readonly requestId: string | null = null,
    /** Of an enrollment that was refused: what is wrong with each photo, null for nothing. */
    readonly sampleReasons: readonly (string | null)[] = [],
  ) {
    super(detail);
  }
}

interface ProblemDocument {
  code?: unknown;
  detail?: unknown;
  reasons?: unknown;
  request_id?: unknown;
  sample_reasons?: unknown;
}

/** Read the problem that an answer carries, whatever stands between here and the server. */
export function problemOf(response: Response, body: unknown): ApiProblem {
  const said: ProblemDocument = typeof body === "object" && body !== null ? body : {};
  const after = Number(response.headers.get("Retry-After"));
  return new ApiProblem(
    textOf(said.code) ?? `HTTP_${response.status}`,
    response.status,
    textOf(said.detail) ?? (response.statusText || `HTTP ${response.status}`),
    after > 0 ? after : null,
    Array.isArray(said.reasons) ? said.reasons.filter((each) => typeof each === "string") : [],
    textOf(said.request_id),
    Array.isArray(said.sample_reasons) ? said.sample_reasons.map(textOf) : [],
  );
}

/** Return any error as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiProblem(error instanceof TypeError ? "UNREACHABLE" : "UNEXPECTED", 0, detail);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
