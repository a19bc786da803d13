/** The JSON schemas of interfaces, as pydantic makes them: typed where this program looks, and with references followed. */
import { isList, isNumber, isObject, type Json, type JsonObject, jsonText } from "./json";

export type Schema = JsonObject;

/** The schemas that `$ref` names; they stand at the top of a parameter's schema. */
export type Definitions = JsonObject;

export type DataKind = "file" | "dir" | "dataframe";

export function definitionsOf(schema: Schema): Definitions {
  const definitions = schema.$defs;
  return isObject(definitions) ? definitions : {};
}

/** The schema that is meant: of a reference, where it leads, with what stands beside it (a default, a description). */
export function resolved(schema: Json | undefined, definitions: Definitions): Schema {
  if (!isObject(schema)) return {};
  const reference = textOf(schema.$ref);
  if (reference === undefined) return schema;
  const beside = Object.fromEntries(Object.entries(schema).filter(([name]) => name !== "$ref"));
  return { ...resolved(definitions[lastPart(reference)], definitions), ...beside };
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function schemasOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

export function namesOf(value: Json | undefined): readonly string[] {
  return schemasOf(value).filter((name) => typeof name === "string");
}

/** The members of a union, in order; undefined for what is none. */
export function membersOf(schema: Schema): readonly Json[] | undefined {
  const members = schema.anyOf ?? schema.oneOf;
  return isList(members) ? members : undefined;
}

/** The names by which a value may have to say which member it is, as `{"$variant": name, "value": …}`. */
export function variantNames(schema: Schema): readonly string[] {
  return namesOf(schema["x-flyte-variants"]);
}

export function dataKindOf(schema: Schema): DataKind | undefined {
  const kind = schema["x-flyte-io"];
  return kind === "file" || kind === "dir" || kind === "dataframe" ? kind : undefined;
}

/** The values of an enumeration, a literal or a constant, with the names they go by. */
export function optionsOf(schema: Schema): readonly { readonly name: string; readonly value: Json }[] | undefined {
  const values = isList(schema.enum) ? schema.enum : "const" in schema ? [schema.const ?? null] : undefined;
  if (values === undefined) return undefined;
  const names = namesOf(schema["x-flyte-enum-names"]);
  return values.map((value, index) => ({ name: names[index] ?? shortText(value), value }));
}

/** A value as Python's `str` shows it. */
function shortText(value: Json): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "None" : isNumber(value) ? value.value : typeof value === "string" ? value : jsonText(value);
}

export function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}
