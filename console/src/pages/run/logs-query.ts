/** The log lines of an action: all there are, and then those that come, as long as it runs and somebody looks. */
import { focusManager, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";

import { answerOf, client } from "../../api/client";
import { pollingInterval } from "../../api/polling";
import type { LogLine } from "../../api/types";
import type { ActionId } from "./run-query";

const PAGE = 1_000;

export function useLogLines(id: ActionId, attempt: number | undefined) {
  const query = useInfiniteQuery({
    queryKey: ["logs", id, attempt],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/v1/projects/{project}/domains/{domain}/runs/{run}/actions/{action}/logs", {
          params: {
            path: id,
            query: { limit: PAGE, ...(pageParam && { cursor: pageParam }), ...(attempt !== undefined && { attempt }) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const { data, error, hasNextPage, isFetching, fetchNextPage } = query;
  const last = data?.pages.at(-1);
  const lines = useMemo(() => (data?.pages ?? []).flatMap((page) => page.lines), [data]);
  const latest = lines.at(-1)?.at;
  const isVisible = useSyncExternalStore(subscribeToFocus, isFocused);
  useEffect(() => {
    if (!hasNextPage || isFetching || error || !isVisible) return undefined;
    // A page with lines may have more behind it; an empty one means that the task has printed nothing since.
    const timer = window.setTimeout(() => void fetchNextPage(), last?.lines.length ? 0 : pollingInterval(latest));
    return () => window.clearTimeout(timer);
  }, [hasNextPage, isFetching, error, isVisible, last, latest, fetchNextPage]);
  return { lines, error, isPending: query.isPending, hasEnded: !hasNextPage, refetch: query.refetch };
}

export function textOf(lines: readonly LogLine[], withTimes: boolean): string {
  return lines.map((line) => (withTimes ? `${line.at} ${line.message}\n` : `${line.message}\n`)).join("");
}

const subscribeToFocus = (listener: () => void) => focusManager.subscribe(listener);
const isFocused = () => focusManager.isFocused();
