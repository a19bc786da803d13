/** The request that starts the run. */
import { answerOf, client } from "../../api/client";
import type { ActionRecord, RunSpec } from "../../api/types";
import type { Scope } from "../../app/scope";
import { type JsonObject, jsonText } from "../../form/json";
import { optionFields, type RunOptions } from "../../form/launching";
import type { LaunchSource } from "./source";

export interface Start {
  readonly source: LaunchSource;
  readonly values: JsonObject;
  readonly options: RunOptions;
  readonly recovers: boolean;
  /** The same for the same request sent again, which then starts no second run. */
  readonly key: string;
}

export function startRun(scope: Scope, { source, values, options, recovers, key }: Start): Promise<ActionRecord> {
  const body: JsonObject = {
    ...(source.spec ? { spec: source.spec } : { task: { name: source.task, version: source.version } }),
    inputs: values,
    ...optionFields(options),
    ...(recovers && source.origin && { recover_from: { run: source.origin.run } }),
    ...(source.origin && { notifications_of: source.origin.run }),
    client_version: "console",
  };
  return answerOf(
    client.POST("/v1/projects/{project}/domains/{domain}/runs", {
      params: { path: scope, header: { "idempotency-key": key } },
      body: body as unknown as RunSpec,
      // Numbers go as they were typed, which the browser's own JSON does not do.
      bodySerializer: () => jsonText(body),
    }),
  );
}
