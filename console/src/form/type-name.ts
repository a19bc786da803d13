/** A schema as the Python type that it stands for, as a user would write it: `list[int] | None`. */
import type { Json } from "./json";
import { isObject } from "./json";
import {
  type DataKind,
  type Definitions,
  dataKindOf,
  definitionsOf,
  lastPart,
  membersOf,
  optionsOf,
  type Schema,
  schemasOf,
  textOf,
} from "./schema";

const DATA: Record<DataKind, string> = { file: "File", dir: "Dir", dataframe: "DataFrame" };
const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "datetime",
  date: "date",
  time: "time",
  duration: "timedelta",
  uuid: "UUID",
  path: "Path",
  binary: "bytes",
  decimal: "Decimal",
};
const SCALARS: Readonly<Record<string, string>> = {
  string: "str",
  integer: "int",
  number: "float",
  boolean: "bool",
  null: "None",
};

export function typeName(schema: Schema): string {
  return nameOf(schema, definitionsOf(schema));
}

export function nameOf(schema: Json | undefined, definitions: Definitions): string {
  if (!isObject(schema)) return "Any";
  const reference = textOf(schema.$ref);
  if (reference !== undefined) return nameOf(definitions[lastPart(reference)], definitions);
  const data = dataKindOf(schema);
  if (data) return DATA[data];
  const format = FORMATS[textOf(schema.format) ?? ""];
  if (format !== undefined) return format;
  const pickled = textOf(schema["x-flyte-pickle"]);
  if (pickled !== undefined) return pickled;
  const members = membersOf(schema);
  if (members) return [...new Set(members.map((member) => nameOf(member, definitions)))].join(" | ");
  const options = optionsOf(schema);
  if (options) return enumName(schema) ?? `Literal[${options.map(({ name }) => name).join(", ")}]`;
  const kind = textOf(schema.type);
  if (kind === "array") return listName(schema, definitions);
  if (kind === "object") return objectName(schema, definitions);
  return SCALARS[kind ?? ""] ?? "Any";
}

/** A literal's title is that of its field. */
function enumName(schema: Schema): string | undefined {
  return "x-flyte-enum-names" in schema ? textOf(schema.title) : undefined;
}

function listName(schema: Schema, definitions: Definitions): string {
  if ("prefixItems" in schema) {
    const items = schemasOf(schema.prefixItems).map((item) => nameOf(item, definitions));
    return `tuple[${items.join(", ")}]`;
  }
  return `${schema.uniqueItems === true ? "set" : "list"}[${nameOf(schema.items, definitions)}]`;
}

function objectName(schema: Schema, definitions: Definitions): string {
  const title = textOf(schema.title); // of a field, where it is no class's
  if (title !== undefined && "properties" in schema) return title;
  const values = schema.additionalProperties;
  return isObject(values) ? `dict[str, ${nameOf(values, definitions)}]` : "dict";
}
