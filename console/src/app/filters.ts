/** What a list is filtered by: kept in the address, so that a link shows the same to somebody else. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

export interface FilterState<Filters> {
  readonly filters: Filters;
  /** Changes some of them. Another filter begins at the first page again. */
  readonly change: (changed: Partial<Filters>) => void;
  readonly clear: () => void;
}

/** The filters of the address, read by `read`, which must stay the same function. */
export function useFilters<Filters extends { readonly cursor: string }>(
  read: (params: URLSearchParams) => Filters,
): FilterState<Filters> {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => read(params), [params, read]);
  const change = useCallback(
    (changed: Partial<Filters>) => setParams((current) => writeFilters({ ...read(current), cursor: "", ...changed })),
    [read, setParams],
  );
  const clear = useCallback(() => setParams({}), [setParams]);
  return { filters, change, clear };
}

/** Filters as the parameters of an address; those that are empty are left out. */
export function writeFilters(filters: object): URLSearchParams {
  const given = Object.entries(filters).filter(([, value]) => Boolean(value));
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}
