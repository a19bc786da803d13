/** What can be done with a run: abort it, run it again, recover it, answer a condition of it. */
import { answerOf, client } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { ActionRecord, RunSpec } from "../../api/types";
import { type Json, type JsonObject, jsonText, parseJson } from "../../form/json";
import { type ActionId, readPayloads } from "./run-query";

const RUNS = "/v1/projects/{project}/domains/{domain}/runs";

export function abortAction(id: ActionId, reason: string): Promise<ActionRecord> {
  return answerOf(client.POST(`${RUNS}/{run}/actions/{action}/abort`, { params: { path: id }, body: { reason } }));
}

export function answerCondition(id: ActionId, value: boolean | number | string): Promise<ActionRecord> {
  return answerOf(client.POST(`${RUNS}/{run}/actions/{action}/signal`, { params: { path: id }, body: { value } }));
}

/**
 * Starts a run of the same task, version, inputs and options.
 *
 * With `recovers`, results of what succeeded in the earlier run serve again.
 */
export async function runAgain(id: ActionId, recovers: boolean): Promise<ActionRecord> {
  const { project, domain, run } = id;
  const [record, { inputs }] = await Promise.all([readRecord(id), readPayloads(id)]);
  if (!inputs) {
    const message = `The inputs of ${run} are too large for the browser. In a terminal: flyte rerun ${run}`;
    throw new ApiProblem(413, "InputsTooLarge", message);
  }
  const body: JsonObject = {
    ...taskOf(record),
    inputs,
    ...carriedOver(record),
    ...(recovers && { recover_from: { run } }),
    notifications_of: run,
  };
  return answerOf(
    client.POST(RUNS, {
      params: { path: { project, domain }, header: { "idempotency-key": crypto.randomUUID() } },
      body: body as unknown as RunSpec,
      // Numbers go as they came, which the browser's own JSON does not do.
      bodySerializer: () => jsonText(body),
    }),
  );
}

async function readRecord({ project, domain, run, action }: ActionId): Promise<JsonObject> {
  const text = await answerOf(
    client.GET(`${RUNS}/{run}/actions/{action}`, {
      params: { path: { project, domain, run, action } },
      parseAs: "text",
    }),
  );
  return parseJson(text) as JsonObject;
}

/** A task of an ephemeral run is in no list, and so goes along whole. */
function taskOf(record: JsonObject): JsonObject {
  if (record.ephemeral === true) return { spec: record.spec ?? null };
  return { task: { name: record.task_name ?? null, version: record.task_version ?? null } };
}

const CARRIED_OVER = [
  "env_vars",
  "labels",
  "annotations",
  "custom_context",
  "service_account",
  "raw_data_path",
  "max_action_concurrency",
] as const;

function carriedOver(record: JsonObject): JsonObject {
  const carried = CARRIED_OVER.map((name): readonly [string, Json] => [name, record[name] ?? null]);
  return Object.fromEntries<Json>(carried.filter(([, value]) => value !== null));
}
