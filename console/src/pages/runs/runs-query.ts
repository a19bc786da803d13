/** One page of the Runs list, live. */
import { useQuery } from "@tanstack/react-query";

import { isFinal } from "../../actions/phases";
import { answerOf, client } from "../../api/client";
import { pollingInterval } from "../../api/polling";
import type { ActionRecord, RunPage } from "../../api/types";
import type { Scope } from "../../app/scope";
import { beginOf, type RunFilters } from "./filters";

/** Pages without a match that are passed over at once, before the user is asked whether to look further back. */
const EMPTY_PAGES = 5;
const IDLE_MS = 5_000;

export function useRuns(scope: Scope, filters: RunFilters, pageSize: number) {
  return useQuery({
    queryKey: ["runs", scope, filters, pageSize],
    queryFn: ({ signal }) => readRuns(scope, filters, pageSize, signal),
    // Runs of before are better than none while others are looked for; those of another project are worse.
    placeholderData: (before, query) => (query?.queryKey[1] === scope ? before : undefined),
    refetchInterval: ({ state }) => refreshInterval(state.data?.runs ?? []),
  });
}

/** Soon while something goes on; now and then otherwise, for runs that are new. */
export function refreshInterval(runs: readonly ActionRecord[]): number {
  const latest = runs
    .filter((run) => !isFinal(run))
    .map((run) => run.updated_at)
    .reduce((one, other) => (one > other ? one : other), "");
  return latest ? Math.min(pollingInterval(latest), IDLE_MS) : IDLE_MS;
}

async function readRuns(scope: Scope, filters: RunFilters, limit: number, signal: AbortSignal): Promise<RunPage> {
  const query = {
    limit,
    ...(filters.phase && { phase: [filters.phase] }),
    ...(filters.task && { task: filters.task }),
    ...(filters.label && { label: [filters.label] }),
    ...(filters.text && { text: filters.text }),
    ...(filters.period && { created_after: beginOf(filters.period, Date.now()) }),
  };
  let cursor: string | null | undefined = filters.cursor;
  let page: RunPage;
  let left = EMPTY_PAGES;
  do {
    page = await answerOf(
      client.GET("/v1/projects/{project}/domains/{domain}/runs", {
        params: { path: scope, query: cursor ? { ...query, cursor } : query },
        signal,
      }),
    );
    cursor = page.cursor;
  } while (!page.runs.length && cursor && --left);
  return page;
}
