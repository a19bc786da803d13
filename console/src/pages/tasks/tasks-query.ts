/** One page of the Tasks list, with each task's newest run. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answerOf, client } from "../../api/client";
import type { Scope } from "../../app/scope";
import type { TaskFilters } from "./filters";

const PAGE_SIZE = 50;
const REFRESHED_MS = 10_000;

export function useTasks(scope: Scope, filters: TaskFilters) {
  return useQuery({
    queryKey: ["tasks", scope, filters],
    queryFn: ({ signal }) => {
      const query = {
        limit: PAGE_SIZE,
        last_run: true,
        ...(filters.text && { text: filters.text }),
        ...(filters.environment && { environment: filters.environment }),
        ...(filters.entry && { entrypoint: true }),
        ...(filters.cursor && { cursor: filters.cursor }),
      };
      return answerOf(
        client.GET("/v1/projects/{project}/domains/{domain}/tasks", { params: { path: scope, query }, signal }),
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESHED_MS,
  });
}
