/** What the Run page asks of the backend, beside the list of actions. */
import { queryOptions } from "@tanstack/react-query";

import { isFinal } from "../../actions/phases";
import { answerOf, client } from "../../api/client";
import { pollingInterval } from "../../api/polling";
import type { ActionRecord } from "../../api/types";
import { type JsonObject, parseJson } from "../../form/json";
import type { RunId } from "./action-list";

export type ActionId = ActionRecord["id"];

const ACTION = "/v1/projects/{project}/domains/{domain}/runs/{run}/actions/{action}";

/** The root action, with the cost of all below it. */
export const runQuery = ({ project, domain, run }: RunId) =>
  queryOptions({
    queryKey: ["run", { project, domain, run }],
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/v1/projects/{project}/domains/{domain}/runs/{run}", {
          params: { path: { project, domain, run } },
          signal,
        }),
      ),
    refetchInterval: ({ state: { data } }) => (data && isFinal(data) ? false : pollingInterval(data?.updated_at)),
  });

/** An action's task, which never changes. */
export const specQuery = (id: ActionId) =>
  queryOptions({
    queryKey: ["spec", id],
    queryFn: async ({ signal }) => (await answerOf(client.GET(ACTION, { params: { path: id }, signal }))).spec ?? null,
    staleTime: Infinity,
  });

export interface Payloads {
  readonly inputs: JsonObject | undefined;
  readonly outputs: JsonObject | undefined;
  /** Where large ones can be read instead, for some minutes. */
  readonly inputsUrl: string | undefined;
  readonly outputsUrl: string | undefined;
}

export const payloadsQuery = (record: ActionRecord) =>
  queryOptions({
    queryKey: ["io", record.id, isFinal(record)],
    queryFn: ({ signal }) => readPayloads(record.id, signal),
    staleTime: 5 * 60_000, // the addresses of large ones are good for 15 minutes
  });

/** With numbers as they are written: those of Python are longer than JavaScript's. */
export async function readPayloads(id: ActionId, signal?: AbortSignal): Promise<Payloads> {
  const text = await answerOf(
    client.GET(`${ACTION}/io`, { params: { path: id }, parseAs: "text", ...(signal && { signal }) }),
  );
  const read = parseJson(text) as JsonObject;
  const { inputs, outputs, inputs_url, outputs_url } = read;
  return {
    inputs: (inputs ?? undefined) as JsonObject | undefined,
    outputs: (outputs ?? undefined) as JsonObject | undefined,
    inputsUrl: typeof inputs_url === "string" ? inputs_url : undefined,
    outputsUrl: typeof outputs_url === "string" ? outputs_url : undefined,
  };
}
