/**
 * Values as arguments of `flyte run deployed-task`: the text that the command line reads as this value.
 *
 * Mirrors `flyte_cli/arguments`: what its shapes take, and in which order they try.
 */
import { fits } from "./check";
import { dataUri } from "./drafts";
import type { Field, FieldOf } from "./fields";
import { isEqual, isNumber, isObject, type Json, type JsonObject, jsonText } from "./json";
import { read, readNumber } from "./reading";
import { resolved } from "./schema";

export type Argument = { readonly text: string } | { readonly reason: string };

/** How a value is written; or why it cannot be, in words that follow its name. */
export function argumentOf(field: Field, value: Json, defaultValue?: Json): Argument {
  const argument = textOf(field, value, defaultValue);
  return "text" in argument && argument.text.includes("\0") ? { reason: "has a zero byte" } : argument;
}

function textOf(field: Field, value: Json, defaultValue: Json | undefined): Argument {
  switch (field.kind) {
    case "boolean":
      return { text: value === true ? "true" : "false" };
    case "choice":
      return choiceText(field, value);
    case "text":
    case "bytes":
      return { text: isNumber(value) ? value.value : typeof value === "string" ? value : jsonText(value) };
    case "nothing":
      return { text: "None" };
    case "pickle":
      return { reason: "is a pickled object, which has no form as text" };
    case "data":
      return { text: dataText(value) };
    case "optional":
      return optionalText(field, value, defaultValue);
    case "union":
      return memberText(
        field.members.map((member) => member.field()),
        value,
      );
    case "record":
      return recordText(field, value, defaultValue);
    default:
      return { text: jsonText(value) };
  }
}

/** Two options of the same name, such as 1 and "1", cannot be told apart: the last one is meant. */
function choiceText(field: FieldOf<"choice">, value: Json): Argument {
  const option = field.options.find((each) => isEqual(each.value, value));
  const meant = field.options.findLast((each) => each.name === option?.name);
  if (!option || meant !== option) return { reason: "has the name of another option" };
  return { text: option.name };
}

/** The URI, where all else follows from it. */
function dataText(value: Json): string {
  if (!isObject(value)) return jsonText(value);
  const uri = dataUri(value);
  const name = uri?.replace(/\/+$/, "").split("/").at(-1);
  const follows =
    (value.name ?? name) === name &&
    !value.format &&
    !value.hash &&
    Object.keys(value).every((key) => DATA_KEYS.has(key));
  return uri !== null && follows ? uri : jsonText(value);
}

const DATA_KEYS: ReadonlySet<string> = new Set(["path", "uri", "name", "format", "hash"]);

function optionalText(field: FieldOf<"optional">, value: Json, defaultValue: Json | undefined): Argument {
  const inner = field.inner();
  if (value === null) return { text: "None" };
  const argument = inner.kind === "union" ? memberText(members(inner), value) : textOf(inner, value, defaultValue);
  const isNone = "text" in argument && (argument.text === "None" || argument.text === "null");
  return isNone
    ? { reason: `is read as None by the command line, not as the text ${JSON.stringify(value)}` }
    : argument;
}

function members(field: FieldOf<"union">): Field[] {
  return field.members.map((member) => member.field());
}

/** The first member that takes the text must be the one that the value is of. */
function memberText(all: readonly Field[], value: Json): Argument {
  const labelled = isObject(value) && "$variant" in value;
  const bare = labelled ? (value.value ?? null) : value;
  const inOrder = [...all].sort((one, other) => Number(isAnyText(one)) - Number(isAnyText(other)));
  const own = inOrder.find((each) => fits(bare, each.schema, each.definitions));
  if (!own || labelled) return { reason: "is of a type that the command line would have to be told" };
  const argument = textOf(own, bare, undefined);
  if ("reason" in argument) return argument;
  const taker = inOrder.find((each) => takes(each, argument.text));
  return taker === own
    ? argument
    : { reason: `is read by the command line as ${taker?.type ?? "nothing"}, not as ${own.type}` };
}

function isAnyText(field: Field): boolean {
  return field.kind === "text" && field.format === "plain";
}

/** Whether the command line would take the text for this member of a union. */
function takes(field: Field, text: string): boolean {
  switch (field.kind) {
    case "boolean":
      return /^(true|false)$/i.test(text);
    case "nothing":
      return text === "None" || text === "null";
    case "choice":
      return field.options.some(({ name, value }) => text === name || text === name.toUpperCase() || text === value);
    case "text":
      return takesText(field, text);
    case "bytes":
      return read(field, { kind: "bytes", encoding: "base64", text }, "").ok;
    case "data":
      return text.includes("://") || text.startsWith("{");
    case "optional":
      return text === "None" || text === "null" || takes(field.inner(), text);
    case "union":
      return field.members.some((member) => takes(member.field(), text));
    case "pickle":
      return /^[\w.]+:[\w.]+$/.test(text);
    default:
      return read(field, { kind: "json", text }, "").ok && /^\s*[[{]/.test(text);
  }
}

function takesText(field: FieldOf<"text">, text: string): boolean {
  // Python reads more forms of dates than the form does: what begins like one may be one.
  if (field.format === "date-time" || field.format === "date") return /^\s*(\d{4}-?[\dW]|now|today)/i.test(text);
  if (field.format === "integer") return /^\s*[+-]?\d+(_\d+)*\s*$/.test(text);
  if (field.format === "number")
    return readNumber(text.trim()) !== undefined || /^\s*[+-]?(nan|inf(inity)?)\s*$/i.test(text);
  return read(field, { kind: "text", text }, "").ok;
}

/** What a record leaves out is taken from the parameter's default. */
function recordText(field: Field, value: Json, defaultValue: Json | undefined): Argument {
  const merged = isObject(value) && isObject(defaultValue) ? mergedRecords(field, defaultValue, value) : value;
  return isEqual(merged, value)
    ? { text: jsonText(value) }
    : { reason: "leaves out fields, which the command line takes from the default" };
}

function mergedRecords(
  field: Pick<Field, "schema" | "definitions">,
  defaults: JsonObject,
  given: JsonObject,
): JsonObject {
  const properties = isObject(field.schema.properties) ? field.schema.properties : {};
  const merged: Record<string, Json> = { ...defaults, ...given };
  for (const [name, property] of Object.entries(properties)) {
    const [before, now] = [defaults[name], given[name]];
    if (!isObject(before) || !isObject(now)) continue;
    const schema = resolved(property, field.definitions);
    if (isObject(schema.properties))
      merged[name] = mergedRecords({ schema, definitions: field.definitions }, before, now);
  }
  return merged;
}
