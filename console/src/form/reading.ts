/** From what was entered to the JSON that is sent, or to what is wrong with it and where. */
import { check, checkItself, fits, type Problem, readBase64 } from "./check";
import { type Draft, type DraftOf, propertyField } from "./drafts";
import type { Field, FieldOf } from "./fields";
import { type Json, type JsonObject, LosslessNumber, parseJson } from "./json";
import { readClock, readDay, readMoment, readSpan } from "./times";

export type Reading =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Stands for a property that is left out of its record. */
const LEFT_OUT = Symbol("left out");

const MISSING = "Give a value.";
const WHOLE = /^[+-]?\d+(_\d+)*$/;
const DECIMAL = /^([+-])?(\d[\d_]*)?(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const NAMED: Readonly<Record<string, string>> = {
  nan: "NaN",
  inf: "Infinity",
  "+inf": "Infinity",
  "-inf": "-Infinity",
  infinity: "Infinity",
  "-infinity": "-Infinity",
};

export function read(field: Field, draft: Draft, path: string): Reading {
  const reading = readPart(field, draft, path);
  return reading === LEFT_OUT ? { ok: true, value: null } : reading;
}

function readPart(field: Field, draft: Draft, path: string): Reading | typeof LEFT_OUT {
  if (draft.kind === "json") return readJson(field, draft.text, path);
  if (draft.kind === "pickle") return { ok: true, value: draft.value };
  if (draft.kind === "optional" && field.kind === "optional" && !draft.isGiven) {
    return field.without === "none" ? { ok: true, value: null } : LEFT_OUT;
  }
  return readValue(field, draft, path);
}

function readValue(field: Field, draft: Draft, path: string): Reading {
  switch (draft.kind) {
    case "text":
      return checked(readText(field as FieldOf<"text">, draft.text, path), field, path);
    case "boolean":
      return { ok: true, value: draft.on };
    case "choice": {
      const option = (field as FieldOf<"choice">).options[draft.index ?? -1];
      return option ? { ok: true, value: option.value } : failed(path, "Choose one.");
    }
    case "bytes":
      return checked(readBytes(draft, path), field, path);
    case "nothing":
      return { ok: true, value: null };
    case "list":
      return checked(readList(field as FieldOf<"list">, draft, path), field, path);
    case "tuple":
      return checked(readTuple(field as FieldOf<"tuple">, draft, path), field, path);
    case "mapping":
      return readMapping(field as FieldOf<"mapping">, draft, path);
    case "record":
      return readRecord(field as FieldOf<"record">, draft, path);
    case "optional": {
      const inner = (field as FieldOf<"optional">).inner();
      return draft.inner ? read(inner, draft.inner, path) : failed(path, MISSING);
    }
    case "union":
      return readUnion(field as FieldOf<"union">, draft, path);
    case "data":
      return readData(field as FieldOf<"data">, draft, path);
    default:
      return failed(path, MISSING);
  }
}

/** The number as JSON writes it, exactly as large and as precise as it was typed; undefined for what is none. */
export function readNumber(text: string): LosslessNumber | undefined {
  const found = DECIMAL.exec(text);
  const [, sign = "", whole = "", fraction, exponent] = found ?? [];
  if (!found || (whole === "" && !fraction)) return undefined;
  const digits = whole.replaceAll("_", "").replace(/^0+(?=\d)/, "") || "0";
  const rest = `${fraction ? `.${fraction}` : ""}${exponent === undefined ? "" : `e${exponent}`}`;
  return new LosslessNumber(`${sign === "-" ? "-" : ""}${digits}${rest}`);
}

function readText(field: FieldOf<"text">, text: string | null, path: string): Reading {
  if (field.format === "plain") return text === null ? failed(path, MISSING) : got(text);
  const stripped = (text ?? "").trim();
  if (stripped === "") return failed(path, MISSING);
  const number = readNumber(stripped);
  switch (field.format) {
    case "integer":
      return number && WHOLE.test(stripped) ? got(number) : failed(path, `${quoted(stripped)} is no whole number.`);
    case "number": {
      const value = NAMED[stripped.toLowerCase()] ?? number;
      return value === undefined ? failed(path, `${quoted(stripped)} is no number.`) : got(value);
    }
    // What cannot be read is left as it is: the check of the format says what is wanted.
    case "date-time":
      return got(readMoment(stripped) ?? stripped);
    case "date":
      return got(readDay(stripped) ?? stripped);
    case "time":
      return got(readClock(stripped) ?? stripped);
    case "duration":
      return got(readSpan(stripped) ?? stripped);
    case "decimal":
      return got(stripped);
  }
}

function readBytes(draft: DraftOf<"bytes">, path: string): Reading {
  if (draft.text === null) return failed(path, MISSING);
  if (draft.encoding === "base64") {
    const value = readBase64(draft.text.replaceAll(/\s/g, ""));
    return value === undefined ? failed(path, "This is no base64.") : { ok: true, value };
  }
  const bytes = new TextEncoder().encode(draft.text);
  return { ok: true, value: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
}

function readList(field: FieldOf<"list">, draft: DraftOf<"list">, path: string): Reading {
  const item = field.item();
  return inOrder(draft.items.map((each, index) => read(item, each.draft, `${path}[${index}]`)));
}

function readTuple(field: FieldOf<"tuple">, draft: DraftOf<"tuple">, path: string): Reading {
  return inOrder(
    field.places.map((place, index) => {
      const part = draft.places[index];
      return part ? read(place.field(), part, `${path}[${index}]`) : failed(`${path}[${index}]`, MISSING);
    }),
  );
}

function readMapping(field: FieldOf<"mapping">, draft: DraftOf<"mapping">, path: string): Reading {
  const value = field.value();
  const named = new Set<string>();
  const parts: [string, Reading][] = draft.entries.map((entry, index) => {
    const place = `${path}[${index}]`;
    if (named.has(entry.name)) return [entry.name, failed(place, `The key ${quoted(entry.name)} is there twice.`)];
    named.add(entry.name);
    return [entry.name, read(value, entry.draft, place)];
  });
  return byName(parts);
}

function readRecord(field: FieldOf<"record">, draft: DraftOf<"record">, path: string): Reading {
  const parts: [string, Reading][] = [];
  for (const property of field.properties) {
    const part = draft.properties[property.name];
    const reading = part ? readPart(propertyField(property), part, `${path}.${property.name}`) : LEFT_OUT;
    if (reading !== LEFT_OUT) parts.push([property.name, reading]);
  }
  return byName(parts, draft.others);
}

/**
 * A value that may have to say which member it is says so where more than one would take it: text that looks like a
 * date is a date for its task otherwise.
 */
function readUnion(field: FieldOf<"union">, draft: DraftOf<"union">, path: string): Reading {
  const member = field.members[draft.index ?? -1];
  if (!member || !draft.inner) return failed(path, "Choose a type.");
  const reading = read(member.field(), draft.inner, path);
  if (!reading.ok || !field.isLabelled) return reading;
  const takers = field.members.filter((each) => fits(reading.value, each.field().schema, field.definitions));
  return takers.length === 1 ? reading : { ok: true, value: { $variant: member.name, value: reading.value } };
}

function readData(field: FieldOf<"data">, draft: DraftOf<"data">, path: string): Reading {
  if (draft.isUploading) return failed(path, "Wait until it has been uploaded.");
  if (draft.reference) return got(draft.reference);
  const uri = draft.uri?.trim() ?? "";
  if (uri === "") return failed(path, `Choose a ${field.data === "dir" ? "folder" : "file"}, or give its URI.`);
  if (!/^[a-z][a-z0-9+.-]*:\/\/./i.test(uri)) return failed(path, `${quoted(uri)} is no URI, such as s3://bucket/key.`);
  return { ok: true, value: field.data === "dataframe" ? { uri } : { path: uri } };
}

function readJson(field: Field, text: string, path: string): Reading {
  if (text.trim() === "") return failed(path, MISSING);
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    return failed(path, `This is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (field.kind === "optional" && field.without === "none" && value === null) return { ok: true, value };
  const schema = { ...field.schema, $defs: field.definitions };
  const problems = check(value, schema, path);
  return problems.length ? { ok: false, problems } : { ok: true, value };
}

function checked(reading: Reading, field: Field, path: string): Reading {
  if (!reading.ok) return reading;
  const problems =
    field.schema.format === "decimal"
      ? check(reading.value, field.schema, path)
      : checkItself(reading.value, field.schema, path);
  return problems.length ? { ok: false, problems } : reading;
}

function inOrder(readings: readonly Reading[]): Reading {
  const problems = readings.flatMap((reading) => (reading.ok ? [] : reading.problems));
  if (problems.length) return { ok: false, problems };
  return { ok: true, value: readings.flatMap((reading) => (reading.ok ? [reading.value] : [])) };
}

function byName(parts: readonly (readonly [string, Reading])[], others: JsonObject = {}): Reading {
  const problems = parts.flatMap(([, reading]) => (reading.ok ? [] : reading.problems));
  if (problems.length) return { ok: false, problems };
  const values = parts.flatMap(([name, reading]) => (reading.ok ? [[name, reading.value] as const] : []));
  return { ok: true, value: { ...others, ...Object.fromEntries(values) } };
}

function got(value: Json): Reading {
  return { ok: true, value };
}

function failed(path: string, message: string): Reading {
  return { ok: false, problems: [{ path, message }] };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
