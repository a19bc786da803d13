/** Answers whose numbers matter to the digit: the values of inputs, and their defaults. */
import { isObject, type JsonObject, parseJson } from "../form/json";
import { ApiProblem } from "./problem";

/** The text of an answer (`parseAs: "text"`) as JSON with its numbers kept. */
export function exactly(text: unknown): JsonObject {
  const value = typeof text === "string" ? parseJson(text) : null;
  if (isObject(value)) return value;
  throw new ApiProblem(200, "BackendFailed", "The backend's answer is no JSON object. Try again in a minute.");
}
