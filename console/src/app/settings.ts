/** What the console's server tells of itself: which backend it speaks to, and where to begin. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { problemOf, unreachable } from "../api/problem";

export interface Settings {
  readonly project: string;
  readonly domain: string;
  readonly domains: readonly string[];
  readonly endpoint: string;
  readonly version: string;
  /** Where the stack is on AWS; null for a devbox, which has no AWS console. */
  readonly aws: { readonly region: string; readonly console: string } | null;
}

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: async ({ signal }): Promise<Settings> => {
    const response = await fetch("/settings.json", { signal }).catch(() => {
      throw unreachable();
    });
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as Settings;
  },
  staleTime: Infinity,
});

export function useSettings(): Settings | undefined {
  return useQuery(settingsQuery).data;
}
