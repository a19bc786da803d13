/** What the Tasks list is filtered by. */
import { type FilterState, useFilters } from "../../app/filters";

export interface TaskFilters {
  readonly text: string;
  readonly environment: string;
  /** Whether only entry points are listed. */
  readonly entry: boolean;
  /** Where the page begins; empty for the first. */
  readonly cursor: string;
}

export function readFilters(params: URLSearchParams): TaskFilters {
  return {
    text: params.get("text") ?? "",
    environment: params.get("environment") ?? "",
    entry: params.get("entry") === "true",
    cursor: params.get("cursor") ?? "",
  };
}

export function isFiltered({ text, environment, entry }: TaskFilters): boolean {
  return Boolean(text || environment || entry);
}

export const useTaskFilters = (): FilterState<TaskFilters> => useFilters(readFilters);
