/** The form of a task: its inputs, what is entered for them, and the inputs of the run that this gives. */
import type { Problem } from "./check";
import { type Draft, draftOf } from "./drafts";
import { type Field, fieldOf, orNone } from "./fields";
import { isEqual, isList, isObject, type Json, type JsonObject } from "./json";
import { read } from "./reading";
import { textOf } from "./schema";

export interface Input {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** Without one the input is required, or None is its default. */
  readonly default: Json | undefined;
  readonly field: Field;
}

export type Drafts = Readonly<Record<string, Draft>>;

export type FormReading =
  { readonly ok: true; readonly values: JsonObject } | { readonly ok: false; readonly problems: readonly Problem[] };

/** The inputs of an interface, which was parsed with its numbers kept. */
export function inputsOf(parameters: Json | undefined): readonly Input[] {
  return isList(parameters) ? parameters.filter(isObject).map(inputOf) : [];
}

/** Drafts that stand for the values, and for the defaults where there are none. */
export function draftsOf(inputs: readonly Input[], values: JsonObject = {}): Drafts {
  return Object.fromEntries(
    inputs.map((input) => {
      const given = Object.hasOwn(values, input.name) ? values[input.name] : input.default;
      return [input.name, draftOf(input.field, given)];
    }),
  );
}

export function readForm(inputs: readonly Input[], drafts: Drafts): FormReading {
  const readings = inputs.map((input) => {
    const draft = drafts[input.name] ?? draftOf(input.field, input.default);
    return [input.name, read(input.field, draft, input.name)] as const;
  });
  const problems = readings.flatMap(([, reading]) => (reading.ok ? [] : reading.problems));
  if (problems.length) return { ok: false, problems };
  return {
    ok: true,
    values: Object.fromEntries(readings.flatMap(([name, reading]) => (reading.ok ? [[name, reading.value]] : []))),
  };
}

/** The values that can be read as they are now, and are not the defaults: what a link and a command have to name. */
export function changedValues(inputs: readonly Input[], drafts: Drafts): JsonObject {
  const changed = inputs.flatMap((input): [string, Json][] => {
    const draft = drafts[input.name];
    const reading = draft && read(input.field, draft, input.name);
    return reading?.ok && !isEqual(reading.value, input.default) ? [[input.name, reading.value]] : [];
  });
  return Object.fromEntries(changed);
}

/** The problem that the backend's words are about, if they name one of the inputs: `inputs.size: …`. */
export function problemOfMessage(inputs: readonly Input[], message: string): Problem | undefined {
  const [, path, reason] = /^inputs\.([^:]+): (.*)$/s.exec(message) ?? [];
  const name = path?.split(/[.[]/)[0];
  if (path === undefined || reason === undefined || !inputs.some((input) => input.name === name)) return undefined;
  return { path, message: reason };
}

function inputOf(parameter: JsonObject): Input {
  const schema = isObject(parameter.json_schema) ? parameter.json_schema : {};
  const isRequired = parameter.required !== false;
  const field = fieldOf(schema);
  const takesNone = !isRequired && (parameter.default ?? null) === null;
  return {
    name: textOf(parameter.name) ?? "",
    description: [parameter.description, schema.description].map(textOf).find(Boolean) ?? "",
    isRequired,
    default: isRequired ? undefined : (parameter.default ?? null),
    field: takesNone ? orNone(field) : field,
  };
}
