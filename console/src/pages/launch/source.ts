/** What a launch begins with: a deployed task, or an earlier run's task with its inputs and options. */
import { useQuery } from "@tanstack/react-query";

import { answerOf, client } from "../../api/client";
import { exactly } from "../../api/exact";
import type { Scope } from "../../app/scope";
import { type Input, inputsOf } from "../../form/inputs";
import { isObject, type JsonObject } from "../../form/json";
import { NO_OPTIONS, optionsOf, type RunOptions } from "../../form/launching";
import { textOf } from "../../form/schema";
import { readPayloads } from "../run/run-query";
import { readTask } from "../task/task-query";

export interface LaunchSource {
  readonly task: string;
  readonly version: string;
  readonly description: string;
  readonly inputs: readonly Input[];
  /** The whole task, of a run whose task is not deployed; it goes along with the run. */
  readonly spec: JsonObject | undefined;
  readonly origin: { readonly run: string; readonly action: string } | undefined;
  /** Whether it is another version than the earlier run's. */
  readonly isOtherVersion: boolean;
  /** The earlier run's inputs. */
  readonly values: JsonObject;
  readonly options: RunOptions;
  /** Whether the earlier run's inputs are too large to be shown. */
  readonly lacksValues: boolean;
}

export interface Wanted {
  readonly task: string;
  readonly version: string;
  readonly run: string;
  readonly action: string;
}

export function useLaunchSource(scope: Scope, wanted: Wanted) {
  return useQuery({
    queryKey: ["launch", scope, wanted],
    queryFn: ({ signal }) =>
      wanted.run ? readEarlier(scope, wanted, signal) : readDeployed(scope, wanted.task, wanted.version, signal),
    // The form must not change below one's hands.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

async function readDeployed(scope: Scope, task: string, version: string, signal: AbortSignal): Promise<LaunchSource> {
  const { spec } = await readTask(scope, task, version, signal);
  const begun = { spec: undefined, origin: undefined, isOtherVersion: false, values: {}, options: NO_OPTIONS };
  return { ...described(spec), ...begun, lacksValues: false };
}

async function readEarlier(scope: Scope, wanted: Wanted, signal: AbortSignal): Promise<LaunchSource> {
  const id = { ...scope, run: wanted.run, action: wanted.action };
  const [record, { inputs }] = await Promise.all([readRecord(id, signal), readPayloads(id, signal)]);
  const own = isObject(record.spec) ? record.spec : {};
  const isOtherVersion = wanted.version !== "" && wanted.version !== textOf(own.version);
  const spec = isOtherVersion ? (await readTask(scope, textOf(own.name) ?? "", wanted.version, signal)).spec : own;
  return {
    ...described(spec),
    spec: record.ephemeral === true && !isOtherVersion ? spec : undefined,
    origin: { run: wanted.run, action: wanted.action },
    isOtherVersion,
    values: inputs ?? {},
    options: optionsOf(record),
    lacksValues: !inputs,
  };
}

async function readRecord(
  path: { project: string; domain: string; run: string; action: string },
  signal: AbortSignal,
): Promise<JsonObject> {
  return exactly(
    await answerOf(
      client.GET("/v1/projects/{project}/domains/{domain}/runs/{run}/actions/{action}", {
        params: { path },
        parseAs: "text",
        signal,
      }),
    ),
  );
}

function described(spec: JsonObject): Pick<LaunchSource, "task" | "version" | "description" | "inputs"> {
  const taskInterface = isObject(spec.interface) ? spec.interface : {};
  return {
    task: textOf(spec.name) ?? "",
    version: textOf(spec.version) ?? "",
    description: textOf(spec.description) ?? "",
    inputs: inputsOf(taskInterface.inputs),
  };
}
