/** Every way in which asking the backend fails becomes an `ApiProblem`, so that there is one way to show it. */

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    /** The HTTP status; 0 where nobody answered. */
    readonly status: number,
    /** Stable, as the API's `Problem.code`. */
    readonly code: string,
    /** What happened, to what, and what to do. */
    message: string,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblemBody(body)) {
    return new ApiProblem(response.status, body.code, body.message);
  }
  const message = `The backend answered with status ${response.status}, and nothing that explains it. Try again in a minute.`;
  return new ApiProblem(response.status, "BackendFailed", message);
}

export function unreachable(): ApiProblem {
  const message =
    "The console's server does not answer. Is `flyte console` (or the devbox) still running? This page goes on by itself once it is.";
  return new ApiProblem(0, "ConsoleUnreachable", message);
}

function isProblemBody(body: unknown): body is { code: string; message: string } {
  return (
    typeof body === "object" &&
    body !== null &&
    "code" in body &&
    typeof body.code === "string" &&
    "message" in body &&
    typeof body.message === "string"
  );
}
