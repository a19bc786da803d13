/** What has been entered so far for a field: kept as it was typed, so that nothing is lost while it is wrong. */
import { labelOf, NAMED_NUMBERS, fits, isPickle } from "./check";
import type { Field, FieldOf, Property } from "./fields";
import { leftOut } from "./fields";
import { isEqual, isList, isNumber, isObject, type Json, type JsonObject, jsonText } from "./json";
import { variantNames } from "./schema";

export type Draft =
  /** `null` until something is entered: an empty text is a value too. */
  | { readonly kind: "text"; readonly text: string | null }
  | { readonly kind: "boolean"; readonly on: boolean }
  | { readonly kind: "choice"; readonly index: number | null }
  | { readonly kind: "bytes"; readonly encoding: "text" | "base64"; readonly text: string | null }
  | { readonly kind: "nothing" }
  | { readonly kind: "list"; readonly items: readonly Item[] }
  | { readonly kind: "tuple"; readonly places: readonly Draft[] }
  | { readonly kind: "mapping"; readonly entries: readonly Entry[] }
  /** `others` are fields that the schema does not name. */
  | { readonly kind: "record"; readonly properties: Readonly<Record<string, Draft>>; readonly others: JsonObject }
  | { readonly kind: "optional"; readonly isGiven: boolean; readonly inner: Draft | null }
  | { readonly kind: "union"; readonly index: number | null; readonly inner: Draft | null }
  /** `reference` is what an upload answered, or an earlier run had; a URI that is typed replaces it. */
  | {
      readonly kind: "data";
      readonly uri: string | null;
      readonly reference: JsonObject | null;
      readonly isUploading?: boolean;
    }
  | { readonly kind: "pickle"; readonly value: Json }
  | { readonly kind: "json"; readonly text: string };

export type DraftOf<Kind extends Draft["kind"]> = Draft & { readonly kind: Kind };

/** An item of a list keeps its identity while others are added and removed. */
export interface Item {
  readonly id: number;
  readonly draft: Draft;
}

export interface Entry extends Item {
  readonly name: string;
}

let lastId = 0;

export function newId(): number {
  return ++lastId;
}

/** A draft that stands for the value; without one, a draft to begin with. */
export function draftOf(field: Field, value?: Json): Draft {
  if (value === undefined) return blankDraft(field);
  return draftOfValue(field, value) ?? { kind: "json", text: jsonText(value, 2) };
}

export function itemOf(field: Field, value?: Json): Item {
  return { id: newId(), draft: draftOf(field, value) };
}

export function entryOf(field: Field, name: string, value?: Json): Entry {
  return { ...itemOf(field, value), name };
}

/** The field of a record's property: one that need not be there, and has no default, may be left out. */
export function propertyField(property: Property): Field {
  const field = property.field();
  return property.isRequired || property.default !== undefined ? field : leftOut(field);
}

export function dataUri(reference: JsonObject): string | null {
  const uri = reference.path ?? reference.uri;
  return typeof uri === "string" ? uri : null;
}

function blankDraft(field: Field): Draft {
  switch (field.kind) {
    case "text":
      return { kind: "text", text: null };
    case "boolean":
      return { kind: "boolean", on: false };
    case "choice":
      return { kind: "choice", index: field.options.length === 1 ? 0 : null };
    case "bytes":
      return { kind: "bytes", encoding: "text", text: null };
    case "nothing":
      return { kind: "nothing" };
    case "list":
      return { kind: "list", items: [] };
    case "tuple":
      return { kind: "tuple", places: field.places.map((place) => partDraft(place.field())) };
    case "mapping":
      return { kind: "mapping", entries: [] };
    case "record":
      return { kind: "record", properties: recordDrafts(field, {}), others: {} };
    case "optional":
      return { kind: "optional", isGiven: false, inner: null };
    case "union":
      return { kind: "union", index: null, inner: null };
    case "data":
      return { kind: "data", uri: null, reference: null };
    case "pickle":
    case "json":
      return { kind: "json", text: "" };
  }
}

/** A part's own default, from its schema, is what it begins with. */
function partDraft(field: Field): Draft {
  return draftOf(field, field.schema.default);
}

/** Undefined where the value is none of the field's. */
function draftOfValue(field: Field, value: Json): Draft | undefined {
  if (isPickle(value)) return { kind: "pickle", value };
  switch (field.kind) {
    case "text":
      return textDraft(field, value);
    case "boolean":
      return typeof value === "boolean" ? { kind: "boolean", on: value } : undefined;
    case "choice": {
      const index = field.options.findIndex((option) => isEqual(option.value, value));
      return index < 0 ? undefined : { kind: "choice", index };
    }
    case "bytes":
      return typeof value === "string" ? bytesDraft(value) : undefined;
    case "nothing":
      return value === null ? { kind: "nothing" } : undefined;
    case "list":
      return isList(value) ? { kind: "list", items: value.map((item) => itemOf(field.item(), item)) } : undefined;
    case "tuple":
      return tupleDraft(field, value);
    case "mapping":
      return mappingDraft(field, value);
    case "record":
      return recordDraft(field, value);
    case "optional":
      return value === null && field.without === "none"
        ? { kind: "optional", isGiven: false, inner: null }
        : { kind: "optional", isGiven: true, inner: draftOf(field.inner(), value) };
    case "union":
      return unionDraft(field, value);
    case "data":
      return isObject(value) ? { kind: "data", uri: dataUri(value), reference: value } : undefined;
    case "pickle":
      return undefined;
    case "json":
      return { kind: "json", text: jsonText(value, 2) };
  }
}

function textDraft(field: FieldOf<"text">, value: Json): Draft | undefined {
  const isNumeric = field.format === "integer" || field.format === "number" || field.format === "decimal";
  if (isNumber(value)) return isNumeric ? { kind: "text", text: value.value } : undefined;
  if (typeof value !== "string") return undefined;
  const isText = !isNumeric || field.format === "decimal" || NAMED_NUMBERS.includes(value);
  return isText ? { kind: "text", text: value } : undefined;
}

/** Bytes that are text are shown as text. */
function bytesDraft(base64: string): Draft {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // eslint-disable-next-line no-control-regex -- what is shown as text must be readable
    if (!/[\x00-\x08\x0e-\x1f\ufeff]/.test(text)) return { kind: "bytes", encoding: "text", text };
  } catch {
    // neither base64 nor UTF-8: shown as it is
  }
  return { kind: "bytes", encoding: "base64", text: base64 };
}

function tupleDraft(field: FieldOf<"tuple">, value: Json): Draft | undefined {
  if (!isList(value) || value.length > field.places.length) return undefined;
  return {
    kind: "tuple",
    places: field.places.map((place, index) => {
      const placed = place.field();
      const item = value[index];
      return item === undefined ? partDraft(placed) : draftOf(placed, item);
    }),
  };
}

function mappingDraft(field: FieldOf<"mapping">, value: Json): Draft | undefined {
  if (!isObject(value)) return undefined;
  return {
    kind: "mapping",
    entries: Object.entries(value).map(([name, each]) => entryOf(field.value(), name, each)),
  };
}

function recordDraft(field: FieldOf<"record">, value: Json): Draft | undefined {
  if (!isObject(value)) return undefined;
  const known = new Set(field.properties.map(({ name }) => name));
  const others = Object.fromEntries(Object.entries(value).filter(([name]) => !known.has(name)));
  return { kind: "record", properties: recordDrafts(field, value), others };
}

function recordDrafts(field: FieldOf<"record">, value: JsonObject): Readonly<Record<string, Draft>> {
  return Object.fromEntries(
    field.properties.map((property) => {
      const given = Object.hasOwn(value, property.name) ? value[property.name] : property.default;
      return [property.name, draftOf(propertyField(property), given)];
    }),
  );
}

/** The member that the value names, or else the first that it fits. */
function unionDraft(field: FieldOf<"union">, value: Json): Draft | undefined {
  const labelled = labelOf(value, field.isLabelled ? variantNames(field.schema) : []);
  const index =
    labelled?.index ??
    field.members.findIndex((member) => {
      const { schema, definitions } = member.field();
      return fits(value, schema, definitions);
    });
  const member = field.members[index];
  if (!member) return undefined;
  return { kind: "union", index, inner: draftOf(member.field(), labelled ? labelled.value : value) };
}
