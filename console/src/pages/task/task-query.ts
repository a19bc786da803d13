/** A task of one version, its versions, its triggers and its runs. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answerOf, client } from "../../api/client";
import { exactly } from "../../api/exact";
import type { TaskDetails } from "../../api/types";
import type { Scope } from "../../app/scope";
import { isObject, type JsonObject } from "../../form/json";
import { refreshInterval } from "../runs/runs-query";

export interface ShownTask {
  readonly details: TaskDetails;
  /** The same specification, with its numbers kept as they are written. */
  readonly spec: JsonObject;
}

const RUNS = 20;
const VERSIONS = 50;
const REFRESHED_MS = 15_000;

export async function readTask(scope: Scope, task: string, version: string, signal: AbortSignal): Promise<ShownTask> {
  const text: unknown = await answerOf(
    client.GET("/v1/projects/{project}/domains/{domain}/tasks/{task}/versions/{version}", {
      params: { path: { ...scope, task, version: version || "latest" } },
      parseAs: "text",
      signal,
    }),
  );
  const { spec } = exactly(text);
  return { details: JSON.parse(String(text)) as TaskDetails, spec: isObject(spec) ? spec : {} };
}

export function useTask(scope: Scope, task: string, version: string) {
  return useQuery({
    queryKey: ["task", scope, task, version],
    queryFn: ({ signal }) => readTask(scope, task, version, signal),
    refetchInterval: REFRESHED_MS,
  });
}

export const versionsQuery = (scope: Scope, task: string, cursor = "") =>
  queryOptions({
    queryKey: ["versions", scope, task, cursor],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/v1/projects/{project}/domains/{domain}/tasks/{task}/versions", {
          params: { path: { ...scope, task }, query: cursor ? { limit: VERSIONS, cursor } : { limit: VERSIONS } },
          signal,
        }),
      ),
  });

export const triggersQuery = (scope: Scope, task: string) =>
  queryOptions({
    queryKey: ["triggers", scope, task],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/v1/projects/{project}/domains/{domain}/triggers", {
          params: { path: scope, query: { task, limit: 100 } },
          signal,
        }),
      ),
  });

export function useRunsOfTask(scope: Scope, task: string) {
  return useQuery({
    queryKey: ["runs", scope, "of", task],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/v1/projects/{project}/domains/{domain}/runs", {
          params: { path: scope, query: { task, limit: RUNS } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => refreshInterval(state.data?.runs ?? []),
  });
}
