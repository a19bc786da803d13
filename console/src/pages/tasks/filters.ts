/** What the Tasks list is filtered by: kept in the address, so that a link shows the same to somebody else. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

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

export function writeFilters(filters: TaskFilters): URLSearchParams {
  const given = Object.entries(filters).filter(([, value]) => Boolean(value));
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}

export function isFiltered({ text, environment, entry }: TaskFilters): boolean {
  return Boolean(text || environment || entry);
}

export interface FilterState {
  readonly filters: TaskFilters;
  /** Changes some of them. Another filter begins at the first page again. */
  readonly change: (changed: Partial<TaskFilters>) => void;
  readonly clear: () => void;
}

export function useTaskFilters(): FilterState {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  const change = useCallback(
    (changed: Partial<TaskFilters>) =>
      setParams((current) => writeFilters({ ...readFilters(current), cursor: "", ...changed })),
    [setParams],
  );
  const clear = useCallback(() => setParams({}), [setParams]);
  return { filters, change, clear };
}
