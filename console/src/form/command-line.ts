/** A launch as a command to copy into a shell. */
import { argumentOf } from "./arguments";
import type { Input } from "./inputs";
import { type KeyValue, type Launch, type RunOptions } from "./launching";
import type { Json } from "./json";

export interface Command {
  readonly text: string;
  /** What the text leaves out, because it cannot say it: one sentence each. */
  readonly leftOut: readonly string[];
}

const WIDEST = 100;
/** Names of `flyte rerun`'s own options: inputs of the same name have `input-` before theirs. */
const RERUN_OPTIONS: ReadonlySet<string> = new Set(
  "name env label follow detach action_name recover force_rerun_action allow_missing_outputs project domain help".split(
    " ",
  ),
);

export function commandLine(launch: Launch): Command {
  const leftOut: string[] = [];
  const options = launchOptions(launch, leftOut);
  const inputs = launch.inputs.flatMap((input) => {
    const value = launch.values[input.name];
    return value === undefined ? [] : inputWords(launch, input, value, leftOut);
  });
  const { origin } = launch;
  const words = origin
    ? [["flyte", "rerun"], ...rerunOptions(launch), ...options, [origin.run], ...inputs]
    : [["flyte", "run"], ...options, ["deployed-task"], [reference(launch)], ...inputs];
  return { text: laidOut(words.map((group) => group.map(quoted).join(" "))), leftOut };
}

/** A word as a POSIX shell reads it back unchanged. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function reference({ task, version }: Launch): string {
  return version === undefined ? task : `${task}:${version}`;
}

function launchOptions({ project, domain, options, carriedOver, origin }: Launch, leftOut: string[]): string[][] {
  const words = [
    ["-p", project],
    ["-d", domain],
    ...(options.name ? [["--name", options.name]] : []),
    ...added("env_vars", options, carriedOver, leftOut).map(({ key, value }) => ["-e", `${key}=${value}`]),
    ...added("labels", options, carriedOver, leftOut).map(({ key, value }) => ["--label", `${key}=${value}`]),
  ];
  const unsaid: (keyof RunOptions)[] = ["annotations", "custom_context", "overwrite_cache", "disable_run_cache"];
  for (const name of ["service_account", "raw_data_path", "max_action_concurrency"] as const) {
    if (options[name] === carriedOver[name]) continue;
    if (origin) unsaid.push(name);
    else words.push([`--${name.replaceAll("_", "-")}`, options[name]]);
  }
  for (const name of unsaid) {
    if (JSON.stringify(options[name]) !== JSON.stringify(carriedOver[name])) {
      leftOut.push(`The command line has no option for ${name}: use Python for that.`);
    }
  }
  return words;
}

/** What is not there by itself. What is there by itself cannot be taken away. */
function added(
  name: "env_vars" | "labels",
  options: RunOptions,
  before: RunOptions,
  leftOut: string[],
): readonly KeyValue[] {
  const carried = new Map(before[name].map(({ key, value }) => [key, value]));
  const kept = new Set(options[name].map(({ key }) => key));
  for (const key of carried.keys()) {
    if (!kept.has(key)) leftOut.push(`A rerun keeps ${key} of ${name}: run the task anew to be without it.`);
  }
  return options[name].filter(({ key, value }) => carried.get(key) !== value);
}

function rerunOptions({ origin }: Launch): string[][] {
  return [
    ...(origin && origin.action !== "a0" ? [["--action-name", origin.action]] : []),
    ...(origin?.recover ? [["--recover"]] : []),
  ];
}

function inputWords({ origin }: Launch, input: Input, value: Json, leftOut: string[]): string[][] {
  const name = origin && RERUN_OPTIONS.has(input.name) ? `input-${input.name}` : input.name;
  if (input.field.kind === "boolean") return [[value === true ? `--${name}` : `--no-${name}`]];
  const argument = argumentOf(input.field, value, input.default);
  if ("reason" in argument) {
    leftOut.push(`${input.name} ${argument.reason}: use Python for that.`);
    return [];
  }
  return [argument.text.startsWith("-") ? [`--${name}=${argument.text}`] : [`--${name}`, argument.text]];
}

function laidOut(groups: readonly string[]): string {
  const line = groups.join(" ");
  return line.length <= WIDEST ? line : groups.join(" \\\n  ");
}
