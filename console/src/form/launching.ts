/** What is to be run and how, apart from the inputs' values: the options of the form, as `RunSpec` has them. */
import type { Input } from "./inputs";
import { isNumber, isObject, type JsonObject, LosslessNumber } from "./json";
import { textOf } from "./schema";

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface RunOptions {
  readonly name: string;
  readonly labels: readonly KeyValue[];
  readonly env_vars: readonly KeyValue[];
  readonly annotations: readonly KeyValue[];
  readonly custom_context: readonly KeyValue[];
  readonly overwrite_cache: boolean;
  readonly disable_run_cache: boolean;
  readonly service_account: string;
  readonly raw_data_path: string;
  readonly max_action_concurrency: string;
}

export const NO_OPTIONS: RunOptions = {
  name: "",
  labels: [],
  env_vars: [],
  annotations: [],
  custom_context: [],
  overwrite_cache: false,
  disable_run_cache: false,
  service_account: "",
  raw_data_path: "",
  max_action_concurrency: "",
};

export const MAP_OPTIONS = ["labels", "env_vars", "annotations", "custom_context"] as const;
export type MapOption = (typeof MAP_OPTIONS)[number];

/** The run that the values are from, and whether its results are to serve. */
export interface Origin {
  readonly run: string;
  readonly action: string;
  readonly recover: boolean;
}

/** All that a launch is, as the form and the commands beside it show it. */
export interface Launch {
  readonly project: string;
  readonly domain: string;
  readonly task: string;
  /** Undefined for the latest. */
  readonly version: string | undefined;
  /** Set where a run is run again: the command then is `flyte rerun`. */
  readonly origin: Origin | undefined;
  readonly inputs: readonly Input[];
  /** The values that are not the defaults, or of a rerun not the run's. */
  readonly values: JsonObject;
  readonly options: RunOptions;
  /** What a rerun has of its run by itself. */
  readonly carriedOver: RunOptions;
}

const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const ROLE = /^(arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]{1,511}|[A-Za-z0-9_+=,.@-]{1,64})$/;

/** What is wrong with the options, by their names. */
export function optionProblems(options: RunOptions): Partial<Record<keyof RunOptions, string>> {
  const problems: Partial<Record<keyof RunOptions, string>> = {};
  if (options.name && !RUN_NAME.test(options.name)) {
    problems.name = "Use up to 40 letters, digits, dots, underscores and hyphens, beginning with a letter or digit.";
  }
  if (options.service_account && !ROLE.test(options.service_account)) {
    problems.service_account = "Give an IAM role by its name or ARN.";
  }
  if (options.raw_data_path && !/^s3:\/\/[^/]+/.test(options.raw_data_path)) {
    problems.raw_data_path = "Give an S3 URI, such as s3://bucket/prefix.";
  }
  const concurrency = options.max_action_concurrency.trim();
  if (concurrency && !(/^\d+$/.test(concurrency) && Number(concurrency) >= 2)) {
    problems.max_action_concurrency = "Give a whole number from 2.";
  }
  for (const name of MAP_OPTIONS) {
    const keys = options[name].map(({ key }) => key);
    if (keys.some((key) => key === "")) problems[name] = "Give each entry a name.";
    else if (new Set(keys).size < keys.length) problems[name] = "A name is there twice.";
  }
  return problems;
}

/** The options as a run's specification has them; what has not been set is left out. */
export function optionFields(options: RunOptions): JsonObject {
  const concurrency = options.max_action_concurrency.trim();
  const maps = MAP_OPTIONS.filter((name) => options[name].length).map(
    (name) => [name, Object.fromEntries(options[name].map(({ key, value }) => [key, value]))] as const,
  );
  const texts = (["name", "service_account", "raw_data_path"] as const)
    .filter((name) => options[name])
    .map((name) => [name, options[name]] as const);
  return {
    ...Object.fromEntries(texts),
    ...Object.fromEntries(maps),
    ...(options.overwrite_cache && { overwrite_cache: true }),
    ...(options.disable_run_cache && { disable_run_cache: true }),
    ...(concurrency && { max_action_concurrency: new LosslessNumber(concurrency) }),
  };
}

/** The options that a record of an earlier run has; what a rerun carries over. */
export function optionsOf(record: JsonObject): RunOptions {
  const entries = (name: MapOption): KeyValue[] =>
    isObject(record[name])
      ? Object.entries(record[name]).map(([key, value]) => ({ key, value: textOf(value) ?? "" }))
      : [];
  const concurrency = record.max_action_concurrency;
  return {
    ...NO_OPTIONS,
    labels: entries("labels"),
    env_vars: entries("env_vars"),
    annotations: entries("annotations"),
    custom_context: entries("custom_context"),
    service_account: textOf(record.service_account) ?? "",
    raw_data_path: textOf(record.raw_data_path) ?? "",
    max_action_concurrency: isNumber(concurrency) ? concurrency.value : "",
  };
}

/** Options as a link has them: those that differ from what they are otherwise. */
export function optionsText(options: RunOptions, otherwise: RunOptions): string {
  const changed = Object.entries(options).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(otherwise[name as keyof RunOptions]),
  );
  return changed.length ? JSON.stringify(Object.fromEntries(changed)) : "";
}

/** The options of a link. A link may come from anywhere: what is of another kind than the option is passed over. */
export function readOptions(text: string, otherwise: RunOptions): RunOptions {
  let given: unknown;
  try {
    given = JSON.parse(text || "{}");
  } catch {
    return otherwise;
  }
  if (typeof given !== "object" || given === null) return otherwise;
  const found = new Map<string, unknown>(Object.entries(given));
  const read = Object.entries(otherwise).map(([name, value]: [string, unknown]): [string, unknown] => {
    const wanted = found.get(name);
    const fits = Array.isArray(value) ? isEntries(wanted) : typeof wanted === typeof value;
    return [name, fits ? wanted : value];
  });
  return { ...otherwise, ...(Object.fromEntries(read) as Partial<RunOptions>) };
}

function isEntries(value: unknown): value is readonly KeyValue[] {
  if (!Array.isArray(value)) return false;
  return value.every((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return false;
    return "key" in entry && "value" in entry && typeof entry.key === "string" && typeof entry.value === "string";
  });
}
