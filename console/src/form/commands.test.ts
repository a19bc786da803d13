import { expect, test } from "vitest";

import everyType from "./every-type.json?raw";
import { commandLine, quoted } from "./command-line";
import { inputsOf } from "./inputs";
import { asJson, type Json, type JsonObject, parseJson } from "./json";
import { type Launch, NO_OPTIONS } from "./launching";
import { pythonCode } from "./python-code";

const INPUTS = inputsOf((parseJson(everyType) as { inputs: Json }).inputs);
const LAUNCH: Launch = {
  project: "flytesnacks",
  domain: "development",
  task: "every_type.everything",
  version: undefined,
  origin: undefined,
  inputs: INPUTS,
  values: {},
  options: NO_OPTIONS,
  carriedOver: NO_OPTIONS,
};
const START = "flyte run -p flytesnacks -d development deployed-task every_type.everything";

const withValues = (values: unknown): Launch => ({ ...LAUNCH, values: asJson(values) as JsonObject });
const argumentsFor = (values: unknown) =>
  commandLine(withValues(values))
    .text.replaceAll(" \\\n  ", " ")
    .slice(START.length + 1);

test.each([
  [{ text: "World" }, "--text World"],
  [{ text: "Good morning!" }, "--text 'Good morning!'"],
  [{ text: "it's $HOME" }, `--text 'it'"'"'s $HOME'`],
  [{ text: "" }, "--text ''"],
  [{ text: "-v" }, "--text=-v"],
  [{ text: "=ls" }, "--text '=ls'"],
  [{ number: -5 }, "--number=-5"],
  [{ endless: "NaN" }, "--endless NaN"],
  [{ flag: true, must: false }, "--flag --no-must"],
  [{ color: "blue", level: 2, odd: "SECOND" }, "--color BLUE --level HIGH --odd SECOND"],
  [{ either: "three" }, "--either three"],
  [{ items: [1, 2] }, "--items '[1,2]'"],
  [{ layer: { size: 3, name: "a", point: null, tags: [] } }, `--layer '{"size":3,"name":"a","point":null,"tags":[]}'`],
  [{ data: "YWJj" }, "--data YWJj"],
  [{ file: { path: "s3://b/x.csv", name: "x.csv", format: "", hash: null } }, "--file s3://b/x.csv"],
  [{ file: { path: "s3://b/x.csv", name: "y.csv" } }, `--file '{"path":"s3://b/x.csv","name":"y.csv"}'`],
])("%j is written as %s", (values, wanted) => {
  expect(argumentsFor(values)).toBe(wanted);
});

test.each([
  [{ either: "3" }, "either is read by the command line as int, not as str: use Python for that."],
  [
    { maybe_text: "None" },
    'maybe_text is read as None by the command line, not as the text "None": use Python for that.',
  ],
  [
    { moment_or_text: { $variant: "str", value: "2026-01-01" } },
    "moment_or_text is of a type that the command line would have to be told: use Python for that.",
  ],
  [
    { plain: { $pickle: "gAU=", python: "3.13", type: "m.P" } },
    "plain is a pickled object, which has no form as text: use Python for that.",
  ],
  [{ text: "a\0b" }, "text has a zero byte: use Python for that."],
  [
    { layer: { size: 3 } },
    "layer leaves out fields, which the command line takes from the default: use Python for that.",
  ],
])("what the command line would read as something else is told: %j", (values, reason) => {
  expect(commandLine(withValues(values))).toEqual({ text: START, leftOut: [reason] });
});

test("options stand before the task, and long commands on several lines", () => {
  const options = {
    ...NO_OPTIONS,
    name: "first",
    labels: [{ key: "team", value: "a b" }],
    env_vars: [{ key: "X", value: "1" }],
    max_action_concurrency: "4",
  };
  expect(commandLine({ ...withValues({ text: "x" }), version: "v1", options }).text).toBe(
    [
      "flyte run",
      "-p flytesnacks",
      "-d development",
      "--name first",
      "-e X=1",
      "--label 'team=a b'",
      "--max-action-concurrency 4",
      "deployed-task",
      "every_type.everything:v1",
      "--text x",
    ].join(" \\\n  "),
  );
});

test("what has no option is told, and is in the Python code", () => {
  const launch = { ...LAUNCH, options: { ...NO_OPTIONS, overwrite_cache: true } };
  expect(commandLine(launch).leftOut).toEqual([
    "The command line has no option for overwrite_cache: use Python for that.",
  ]);
  expect(pythonCode(launch)).toContain("run = flyte.with_runcontext(overwrite_cache=True).run(task)");
});

test("a rerun is one of its run, and names what differs", () => {
  const carriedOver = { ...NO_OPTIONS, labels: [{ key: "team", value: "a" }] };
  const options = { ...NO_OPTIONS, labels: [{ key: "team", value: "b" }] };
  const origin = { run: "r1", action: "a0", recover: true };
  const launch = { ...withValues({ text: "x" }), origin, options, carriedOver };
  expect(commandLine(launch).text).toBe(
    "flyte rerun --recover -p flytesnacks -d development --label team=b r1 --text x",
  );
  expect(pythonCode(launch).split("\n").slice(3)).toEqual([
    'run = flyte.with_runcontext(labels={"team": "b"}).rerun("r1", recover=True, text="x")',
    "run.wait()",
    "print(run.outputs())",
  ]);
  expect(commandLine({ ...launch, options: NO_OPTIONS }).leftOut).toEqual([
    "A rerun keeps team of labels: run the task anew to be without it.",
  ]);
});

test("Python has its own names for values, and types where it would guess another one", () => {
  const values = {
    text: 'say "é"\n',
    flag: true,
    maybe: null,
    moment_or_text: "2026-01-01T00:00:00Z",
    layer: { size: 3, point: { x: 1.5 } },
  };
  expect(pythonCode({ ...withValues(values), version: "v1" })).toBe(`import flyte

flyte.init_from_config(project="flytesnacks", domain="development")
task = flyte.remote.Task.get("every_type.everything", version="v1")
run = flyte.run(
    task,
    text="say \\"é\\"\\n",
    flag=True,
    maybe=None,
    moment_or_text={"$variant": "datetime", "value": "2026-01-01T00:00:00Z"},
    layer={"size": 3, "point": {"x": 1.5}},
)
run.wait()
print(run.outputs())`);
});

test("words that a shell leaves alone are not quoted", () => {
  expect(["s3://b/k-1.csv", "a=b", "x y", "~", "a*", "é"].map(quoted)).toEqual([
    "s3://b/k-1.csv",
    "a=b",
    "'x y'",
    "'~'",
    "'a*'",
    "'é'",
  ]);
});
