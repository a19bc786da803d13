/** A launch as a Python program to copy. Values are written as they are on the wire, so no class of the task is needed. */
import { fits, labelOf } from "./check";
import { type Field, makeField } from "./fields";
import { isList, isNumber, isObject, type Json } from "./json";
import { type KeyValue, type Launch, MAP_OPTIONS } from "./launching";
import { variantNames } from "./schema";

const WIDEST = 100;

export function pythonCode(launch: Launch): string {
  const { project, domain, origin } = launch;
  const runner = runnerOf(launch);
  const inputs = launch.inputs.flatMap((input) => {
    const value = launch.values[input.name];
    return value === undefined ? [] : [`${input.name}=${literal(labelled(input.field, value))}`];
  });
  const lines = ["import flyte", "", `flyte.init_from_config(project=${literal(project)}, domain=${literal(domain)})`];
  if (origin) {
    const arguments_ = [
      literal(origin.run),
      ...(origin.action === "a0" ? [] : [`action_name=${literal(origin.action)}`]),
    ];
    lines.push(
      called(`run = ${runner}.rerun`, [...arguments_, ...(origin.recover ? ["recover=True"] : []), ...inputs]),
    );
  } else {
    const version = launch.version === undefined ? 'auto_version="latest"' : `version=${literal(launch.version)}`;
    lines.push(`task = flyte.remote.Task.get(${literal(launch.task)}, ${version})`);
    lines.push(called(`run = ${runner}.run`, ["task", ...inputs]));
  }
  return [...lines, "run.wait()", "print(run.outputs())"].join("\n");
}

/** A JSON value as a Python literal. */
export function literal(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return JSON.stringify(value);
  if (isNumber(value)) return value.value;
  if (isList(value)) return `[${value.map(literal).join(", ")}]`;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}: ${literal(each)}`).join(", ")}}`;
}

/**
 * The value with the name of its type wherever a union needs it: Python would take the text of a date for text.
 */
export function labelled(field: Field, value: Json): Json {
  switch (field.kind) {
    case "optional":
      return value === null ? value : labelled(field.inner(), value);
    case "list":
      return isList(value) ? value.map((item) => labelled(field.item(), item)) : value;
    case "tuple":
      return isList(value) ? value.map((item, index) => labelledPart(field.places[index]?.field(), item)) : value;
    case "mapping":
      return byName(value, () => field.value());
    case "record":
      return byName(value, (name) => field.properties.find((property) => property.name === name)?.field());
    case "union":
      return labelledMember(field, value);
    default:
      return value;
  }
}

function labelledPart(field: Field | undefined, value: Json): Json {
  return field ? labelled(field, value) : value;
}

function byName(value: Json, fieldOf: (name: string) => Field | undefined): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, labelledPart(fieldOf(name), each)]));
}

function labelledMember(field: Field & { kind: "union" }, value: Json): Json {
  if (!field.isLabelled || labelOf(value, variantNames(field.schema))) return value;
  const own = field.members.find(({ field: member }) => fits(value, member().schema, field.definitions));
  if (!own || value === null) return value;
  return { $variant: own.name, value: labelled(makeField(own.field().schema, field.definitions), value) };
}

function runnerOf({ options, carriedOver }: Launch): string {
  const maps = MAP_OPTIONS.flatMap((name) => {
    const before = new Map(carriedOver[name].map(({ key, value }) => [key, value]));
    const added = options[name].filter(({ key, value }) => before.get(key) !== value);
    return added.length ? [`${name}=${mapLiteral(added)}`] : [];
  });
  const texts = (["name", "service_account", "raw_data_path"] as const).flatMap((name) =>
    options[name] === carriedOver[name] ? [] : [`${name}=${literal(options[name])}`],
  );
  const concurrency = options.max_action_concurrency.trim();
  const all = [
    ...texts,
    ...maps,
    ...(options.overwrite_cache ? ["overwrite_cache=True"] : []),
    ...(options.disable_run_cache ? ["disable_run_cache=True"] : []),
    ...(concurrency && concurrency !== carriedOver.max_action_concurrency
      ? [`max_action_concurrency=${concurrency}`]
      : []),
  ];
  return all.length ? called("flyte.with_runcontext", all) : "flyte";
}

function mapLiteral(entries: readonly KeyValue[]): string {
  return literal(Object.fromEntries(entries.map(({ key, value }) => [key, value])));
}

function called(name: string, arguments_: readonly string[]): string {
  const line = `${name}(${arguments_.join(", ")})`;
  return line.length <= WIDEST ? line : `${name}(\n${arguments_.map((each) => `    ${each},\n`).join("")})`;
}
