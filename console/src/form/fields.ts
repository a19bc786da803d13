/** What one enters for a schema: the kinds of fields that the form has, and which one a schema gets. */
import { isObject, type Json, LosslessNumber } from "./json";
import {
  type DataKind,
  type Definitions,
  dataKindOf,
  definitionsOf,
  membersOf,
  namesOf,
  optionsOf,
  resolved,
  type Schema,
  schemasOf,
  textOf,
  variantNames,
} from "./schema";
import { nameOf } from "./type-name";

export type TextFormat = "plain" | "integer" | "number" | "decimal" | "date-time" | "date" | "time" | "duration";

interface Described {
  readonly schema: Schema;
  readonly definitions: Definitions;
  /** As a user would write the type. */
  readonly type: string;
}

export type Field = Described &
  (
    | { readonly kind: "text"; readonly format: TextFormat }
    | { readonly kind: "boolean" }
    | { readonly kind: "choice"; readonly options: readonly { readonly name: string; readonly value: Json }[] }
    | { readonly kind: "bytes" }
    | { readonly kind: "nothing" }
    | { readonly kind: "list"; readonly item: () => Field }
    | { readonly kind: "tuple"; readonly places: readonly Place[] }
    | { readonly kind: "mapping"; readonly value: () => Field }
    | { readonly kind: "record"; readonly properties: readonly Property[] }
    /** `without` is what an absent value is: null, or that it is left out of its record. */
    | { readonly kind: "optional"; readonly inner: () => Field; readonly without: "none" | "left out" }
    | { readonly kind: "union"; readonly members: readonly Member[]; readonly isLabelled: boolean }
    | { readonly kind: "data"; readonly data: DataKind }
    | { readonly kind: "pickle"; readonly name: string }
    | { readonly kind: "json" }
  );

export type FieldKind = Field["kind"];
export type FieldOf<Kind extends FieldKind> = Field & { readonly kind: Kind };

export interface Place {
  readonly name: string;
  readonly field: () => Field;
}

export interface Property {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** Undefined where the schema has none. */
  readonly default: Json | undefined;
  readonly field: () => Field;
}

export interface Member {
  readonly name: string;
  readonly field: () => Field;
}

const TEXT_FORMATS: ReadonlySet<string> = new Set(["date-time", "date", "time", "duration"]);

/** The field of a parameter's schema, which has its own `$defs`. */
export function fieldOf(schema: Schema): Field {
  return makeField(schema, definitionsOf(schema));
}

/** Types refer to themselves, so the fields of parts are made when they are asked for. */
export function makeField(given: Json | undefined, definitions: Definitions): Field {
  const schema = resolved(given, definitions);
  const described = { schema, definitions, type: nameOf(given, definitions) };
  const data = dataKindOf(schema);
  if (data) return { ...described, kind: "data", data };
  if (schema.format === "decimal") return { ...described, kind: "text", format: "decimal" };
  const members = membersOf(schema);
  if (members) return unionField(members, described);
  const options = optionsOf(schema);
  if (options) return { ...described, kind: "choice", options };
  const pickle = textOf(schema["x-flyte-pickle"]);
  if (pickle !== undefined) return { ...described, kind: "pickle", name: pickle };
  if (schema.contentEncoding === "base64") return { ...described, kind: "bytes" };
  return fieldOfType(described);
}

/** The same field where the value may also be left out of its record. */
export function leftOut(field: Field): Field {
  return { ...field, kind: "optional", inner: () => field, without: "left out" };
}

/** The same field where null stands for "no value", although the schema does not say so: `x: int = None`. */
export function orNone(field: Field): Field {
  if (field.kind === "optional" || field.kind === "json" || field.kind === "nothing") return field;
  return { ...field, kind: "optional", inner: () => field, without: "none", type: `${field.type} | None` };
}

function unionField(members: readonly Json[], described: Described): Field {
  const { schema, definitions } = described;
  const names = variantNames(schema);
  const others = members.filter((member) => resolved(member, definitions).type !== "null");
  if (others.length < members.length && names.length === 0) {
    const [only] = others;
    const inner = others.length === 1 ? only : { ...schema, anyOf: others };
    return { ...described, kind: "optional", inner: () => makeField(inner, definitions), without: "none" };
  }
  return {
    ...described,
    kind: "union",
    isLabelled: names.length > 0,
    members: members.map((member, index) => ({
      name: names[index] ?? nameOf(member, definitions),
      field: () => makeField(member, definitions),
    })),
  };
}

function fieldOfType(described: Described): Field {
  const { schema } = described;
  switch (schema.type) {
    case "string": {
      const format = textOf(schema.format) ?? "";
      return { ...described, kind: "text", format: TEXT_FORMATS.has(format) ? (format as TextFormat) : "plain" };
    }
    case "integer":
    case "number":
      return { ...described, kind: "text", format: schema.type };
    case "boolean":
      return { ...described, kind: "boolean" };
    case "null":
      return { ...described, kind: "nothing" };
    case "array":
      return listField(described);
    case "object":
      return objectField(described);
    default:
      return { ...described, kind: "json" };
  }
}

function listField(described: Described): Field {
  const { schema, definitions } = described;
  const places = schemasOf(schema.prefixItems);
  if (places.length === 0) {
    const item = schema.items ?? {};
    return { ...described, kind: "list", item: () => makeField(item, definitions) };
  }
  const names = namesOf(schema["x-flyte-fields"]);
  return {
    ...described,
    kind: "tuple",
    places: places.map((place, index) => ({
      name: names[index] ?? textOf(resolved(place, definitions).title) ?? `Item ${index + 1}`,
      field: () => makeField(place, definitions),
    })),
  };
}

function objectField(described: Described): Field {
  const { schema, definitions } = described;
  if (isObject(schema.properties)) {
    const required = new Set(namesOf(schema.required));
    const properties = Object.entries(schema.properties).map(([name, given]): Property => {
      const property = resolved(given, definitions);
      return {
        name,
        description: textOf(property.description) ?? "",
        isRequired: required.has(name),
        default: property.default,
        field: () => makeField(given, definitions),
      };
    });
    return { ...described, kind: "record", properties };
  }
  const values = schema.additionalProperties;
  if (isObject(values)) return { ...described, kind: "mapping", value: () => makeField(values, definitions) };
  return { ...described, kind: "json" };
}

/** Words on what is allowed, such as "from 0 to 100"; empty where everything of the type is. */
export function constraintText({ schema }: Pick<Field, "schema">): string {
  const number = (name: string) => {
    const value = schema[name];
    return value instanceof LosslessNumber ? value.value : undefined;
  };
  const words = [
    number("minimum") && `at least ${number("minimum")}`,
    number("exclusiveMinimum") && `more than ${number("exclusiveMinimum")}`,
    number("maximum") && `at most ${number("maximum")}`,
    number("exclusiveMaximum") && `less than ${number("exclusiveMaximum")}`,
    number("multipleOf") && `a multiple of ${number("multipleOf")}`,
    number("minLength") && `at least ${number("minLength")} characters`,
    number("maxLength") && `at most ${number("maxLength")} characters`,
    textOf(schema.pattern) && `matching ${textOf(schema.pattern) ?? ""}`,
    number("minItems") && !("prefixItems" in schema) && `at least ${number("minItems")} items`,
    number("maxItems") && !("prefixItems" in schema) && `at most ${number("maxItems")} items`,
    schema.uniqueItems === true && "each item once",
  ];
  return words.filter(Boolean).join(", ");
}
