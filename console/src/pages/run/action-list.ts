/** All actions of a run, read once and then only as far as they change: so that a run of 10,000 stays cheap to watch. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { isFinal } from "../../actions/phases";
import { answerOf, client } from "../../api/client";
import { pollingInterval } from "../../api/polling";
import type { ActionRecord } from "../../api/types";
import type { Scope } from "../../app/scope";

export interface RunId extends Scope {
  readonly run: string;
}

/** By name, in the order of their creation. */
export type Actions = ReadonlyMap<string, ActionRecord>;

interface ActionList {
  readonly actions: Actions;
  /** The moment that the list is of, as the backend's clock tells it. */
  readonly asOf: string | undefined;
}

const PAGE = 1_000;

export function useActions(id: RunId) {
  return useQuery({ ...actionsQuery(id), select: ({ actions }) => actions });
}

export const actionsQuery = (id: RunId) =>
  queryOptions({
    queryKey: ["actions", id],
    queryFn: ({ client: cache, queryKey, signal }) => readActions(id, cache.getQueryData<ActionList>(queryKey), signal),
    structuralSharing: false, // `merged` sees to it, and at once
    refetchInterval: ({ state }) => actionsInterval(state.data?.actions),
  });

/** Never again once all have ended, otherwise by when the last change was. */
export function actionsInterval(actions: Actions | undefined): number | false {
  const all = [...(actions?.values() ?? [])];
  if (all.length && all.every(isFinal)) return false;
  const changed = all.map((action) => action.updated_at);
  return pollingInterval(changed.length ? changed.reduce((one, other) => (one > other ? one : other)) : undefined);
}

/** The same map where nothing has changed, so that nothing is drawn anew. */
export function merged(known: Actions | undefined, changed: readonly ActionRecord[]): Actions {
  const news = changed.filter((action) => known?.get(action.id.action)?.updated_at !== action.updated_at);
  if (known && !news.length) return known;
  const all = new Map(known);
  for (const action of news) all.set(action.id.action, action);
  return all;
}

async function readActions(id: RunId, known: ActionList | undefined, signal: AbortSignal): Promise<ActionList> {
  const { project, domain, run } = id;
  const since = known?.asOf;
  const changed: ActionRecord[] = [];
  let asOf = since;
  let cursor: string | null | undefined;
  do {
    const page = await answerOf(
      client.GET("/v1/projects/{project}/domains/{domain}/runs/{run}/actions", {
        params: {
          path: { project, domain, run },
          query: { limit: PAGE, ...(since && { changed_since: since }), ...(cursor && { cursor }) },
        },
        signal,
      }),
    );
    changed.push(...page.actions);
    // What changes while the pages are read must not be missed: the first page's moment counts.
    if (!cursor) asOf = page.as_of ?? undefined;
    cursor = page.cursor;
  } while (cursor);
  return { actions: merged(known?.actions, changed), asOf };
}
