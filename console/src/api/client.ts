/**
 * The typed client of the HTTP API, made from its OpenAPI document. The console's server signs what it sends.
 *
 * Answers carry ETags, which the browser's own cache sends back: polling costs a 304 while nothing changes.
 */
import createClient from "openapi-fetch";

import { ApiProblem, problemOf, unreachable } from "./problem";
import type { paths } from "./schema";

export const client = createClient<paths>({ baseUrl: window.location.origin, cache: "no-cache" });

client.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError({ error }) {
    if (isAbort(error)) return undefined;
    return error instanceof ApiProblem ? error : unreachable();
  },
});

/** The body of a successful answer. Other answers were thrown as an `ApiProblem` before. */
export async function answerOf<Body>(call: Promise<{ data?: Body; response: Response }>): Promise<Body> {
  const { data, response } = await call;
  if (data === undefined) {
    throw new ApiProblem(response.status, "BackendFailed", "The backend's answer is empty. Try again in a minute.");
  }
  return data;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
