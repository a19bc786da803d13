/** What is to be run and how, apart from the inputs' values: the options of the form, as `RunSpec` has them. */
import type { Input } from "./inputs";
import { type JsonObject, LosslessNumber } from "./json";

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
    ...(concurrency && { max_action_concurrency: new LosslessNumber(concurrency) }),
  };
}
