/**
 * Checks JSON against the schema of a parameter, as clients of deployed tasks do (`flyte/remote/_schema.py`).
 *
 * Own code, because validators of JSON Schema compile functions, which the console's content policy forbids, and know
 * neither numbers of more than 53 bits nor `$variant`, `$pickle` and "NaN".
 */
import {
  compare,
  isEqual,
  isList,
  isNumber,
  isObject,
  type Json,
  type JsonObject,
  jsonText,
  LosslessNumber,
  wholeOf,
} from "./json";
import {
  type Definitions,
  definitionsOf,
  membersOf,
  namesOf,
  resolved,
  type Schema,
  schemasOf,
  textOf,
  variantNames,
} from "./schema";
import { readClock, readDay, readMoment, readSpan } from "./times";
import { nameOf } from "./type-name";

export interface Problem {
  /** Where, such as `layers[3].size`. */
  readonly path: string;
  readonly message: string;
}

export const NAMED_NUMBERS: readonly Json[] = ["NaN", "Infinity", "-Infinity"];
const SHOWN_CHARS = 60;

const HAS_TYPE: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === "string",
  integer: (value) => isNumber(value) && wholeOf(value) !== undefined,
  number: (value) => isNumber(value) || NAMED_NUMBERS.includes(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: (value) => isList(value),
  object: (value) => isObject(value),
};

/** What the text of a format must be, and how it is written. */
const FORMATS: Readonly<Record<string, { reads: (text: string) => unknown; wanted: string }>> = {
  "date-time": { reads: readMoment, wanted: "a date and time, such as 2026-03-05T06:07:08Z" },
  date: { reads: readDay, wanted: "a date, such as 2026-03-05" },
  time: { reads: readClock, wanted: "a time of day, such as 06:07:08" },
  duration: { reads: readSpan, wanted: "a duration, such as 1h30m or PT1H30M" },
  uuid: {
    reads: (text) => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.exec(text) ?? undefined,
    wanted: "a UUID, such as 123e4567-e89b-12d3-a456-426614174000",
  },
  binary: { reads: readBase64, wanted: "base64" },
};
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?(inf(inity)?|s?nan)$/i;

export function check(value: Json, schema: Schema, path: string): Problem[] {
  return new Checker(definitionsOf(schema)).check(value, schema, path);
}

export function fits(value: Json, schema: Json, definitions: Definitions): boolean {
  return new Checker(definitions).check(value, schema, "").length === 0;
}

/** The constraints of one value itself, without its parts. */
export function checkItself(value: Json, schema: Schema, path: string): Problem[] {
  if (typeof value === "string") return checkText(value, schema, path);
  if (isNumber(value)) return checkNumber(value, schema, path);
  return isList(value) ? checkItems(value, schema, path) : [];
}

/** The member that a value says it is of, as `{"$variant": name, "value": …}`. */
export function labelOf(value: Json, names: readonly string[]): { index: number; value: Json } | undefined {
  if (!isObject(value) || Object.keys(value).length !== 2 || typeof value.$variant !== "string") return undefined;
  const index = names.indexOf(value.$variant);
  return index < 0 || value.value === undefined ? undefined : { index, value: value.value };
}

export function isPickle(value: Json): value is JsonObject {
  return isObject(value) && Object.keys(value).sort().join() === "$pickle,python,type";
}

export function shown(value: Json): string {
  const text = jsonText(value);
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}

class Checker {
  constructor(private readonly definitions: Definitions) {}

  check(value: Json, given: Json, path: string): Problem[] {
    if (!isObject(given)) return given === false ? [{ path, message: "Nothing is allowed here." }] : [];
    const schema = resolved(given, this.definitions);
    const labelled = labelOf(value, variantNames(schema));
    if (labelled) return this.check(labelled.value, membersOf(schema)?.[labelled.index] ?? {}, path);
    const wrong = this.choices(value, schema, path);
    if (wrong.length) return wrong;
    if (!hasType(value, schema.type)) {
      return [{ path, message: `${shown(value)} is no ${nameOf(schema, this.definitions)}.` }];
    }
    return [...checkItself(value, schema, path), ...this.parts(value, schema, path)];
  }

  private choices(value: Json, schema: Schema, path: string): Problem[] {
    const problems = schemasOf(schema.allOf).flatMap((part) => this.check(value, part, path));
    const members = membersOf(schema);
    if (members && !members.some((member) => this.check(value, member, "").length === 0)) {
      problems.push(this.noMember(value, schema, members, path));
    }
    if (schema.format === "decimal" && typeof value === "string" && !DECIMAL.test(value.trim())) {
      problems.push({ path, message: `${shown(value)} is no decimal number.` });
    }
    if (schema.const !== undefined && !isEqual(value, schema.const)) {
      problems.push({ path, message: `${shown(value)} is not ${shown(schema.const)}.` });
    }
    if (isList(schema.enum) && !schema.enum.some((each) => isEqual(value, each))) {
      problems.push({ path, message: `${shown(value)} is not one of ${schema.enum.map(shown).join(", ")}.` });
    }
    return problems;
  }

  /** Of the only member that could be meant, what is wrong with it; else that none fits. */
  private noMember(value: Json, schema: Schema, members: readonly Json[], path: string): Problem {
    const alike = members.filter((member) => hasType(value, resolved(member, this.definitions).type));
    const [problem] = alike.length === 1 && alike[0] !== undefined ? this.check(value, alike[0], path) : [];
    return problem ?? { path, message: `${shown(value)} is no ${nameOf(schema, this.definitions)}.` };
  }

  private parts(value: Json, schema: Schema, path: string): Problem[] {
    if (isObject(value)) return isPickle(value) ? [] : this.object(value, schema, path);
    if (!isList(value)) return [];
    const first = schemasOf(schema.prefixItems);
    return value.flatMap((item, index) => this.check(item, first[index] ?? schema.items ?? true, `${path}[${index}]`));
  }

  private object(value: JsonObject, schema: Schema, path: string): Problem[] {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const missing = namesOf(schema.required).filter((name) => !Object.hasOwn(value, name));
    const others = schema.additionalProperties ?? true;
    return [
      ...missing.map((name) => ({ path: `${path}.${name}`, message: "Give a value." })),
      ...Object.entries(value).flatMap(([name, each]) => {
        const known = properties[name];
        if (known === undefined && others === false) {
          const all = Object.keys(properties).join(", ") || "none";
          return [{ path: `${path}.${name}`, message: `There is no such field; known are ${all}.` }];
        }
        return this.check(each, known ?? others, `${path}.${name}`);
      }),
    ];
  }
}

function hasType(value: Json, type: Json | undefined): boolean {
  const types = isList(type) ? type : [type];
  return types.some((each) => (typeof each === "string" ? (HAS_TYPE[each]?.(value) ?? true) : true));
}

function checkText(value: string, schema: Schema, path: string): Problem[] {
  const problems = bounds(Array.from(value).length, schema.minLength, schema.maxLength, path, "characters");
  const pattern = textOf(schema.pattern) ?? "";
  if (expression(pattern)?.test(value) === false) {
    problems.push({ path, message: `${shown(value)} does not match ${pattern}.` });
  }
  const format = FORMATS[textOf(schema.format) ?? ""];
  if (format && format.reads(value) === undefined) {
    problems.push({ path, message: `${shown(value)} is not ${format.wanted}.` });
  }
  return problems;
}

function checkNumber(value: LosslessNumber, schema: Schema, path: string): Problem[] {
  const problems: Problem[] = [];
  const test = (limit: Json | undefined, holds: (order: number) => boolean, words: string) => {
    if (isNumber(limit) && !holds(compare(value, limit))) {
      problems.push({ path, message: `${value.value} must be ${words} ${limit.value}.` });
    }
  };
  test(schema.minimum, (order) => order >= 0, "at least");
  test(schema.maximum, (order) => order <= 0, "at most");
  test(schema.exclusiveMinimum, (order) => order > 0, "more than");
  test(schema.exclusiveMaximum, (order) => order < 0, "less than");
  if (isNumber(schema.multipleOf) && !isMultiple(value, schema.multipleOf)) {
    problems.push({ path, message: `${value.value} is no multiple of ${schema.multipleOf.value}.` });
  }
  return problems;
}

function isMultiple(value: LosslessNumber, step: LosslessNumber): boolean {
  const [whole, wholeStep] = [wholeOf(value), wholeOf(step)];
  if (whole !== undefined && wholeStep !== undefined) return wholeStep === 0n || whole % wholeStep === 0n;
  const times = Number(value.value) / Number(step.value);
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

function checkItems(value: readonly Json[], schema: Schema, path: string): Problem[] {
  const problems = bounds(value.length, schema.minItems, schema.maxItems, path, "items");
  if (schema.uniqueItems === true) {
    const twice = value.findIndex((each, index) => value.slice(0, index).some((before) => isEqual(each, before)));
    if (twice >= 0) problems.push({ path: `${path}[${twice}]`, message: "This item is there twice." });
  }
  return problems;
}

function bounds(count: number, low: Json | undefined, high: Json | undefined, path: string, what: string): Problem[] {
  if (isNumber(low) && count < Number(low.value)) {
    return [{ path, message: `At least ${low.value} ${what} are needed; there are ${count}.` }];
  }
  if (isNumber(high) && count > Number(high.value)) {
    return [{ path, message: `At most ${high.value} ${what} are allowed; there are ${count}.` }];
  }
  return [];
}

/** A pattern of Python's. One that JavaScript does not understand is left to the task. */
function expression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}

export function readBase64(text: string): string | undefined {
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? text : undefined;
}
