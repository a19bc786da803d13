import { expect, test } from "vitest";

import everyType from "./every-type.json?raw";
import { check } from "./check";
import { type Draft, type DraftOf, draftOf, itemOf } from "./drafts";
import { constraintText, type Field, fieldOf } from "./fields";
import { changedValues, draftsOf, type Input, inputsOf, problemOfMessage, readForm } from "./inputs";
import { asJson, isObject, type Json, jsonText, parseJson } from "./json";
import { read, type Reading } from "./reading";
import { typeName } from "./type-name";

const INPUTS = inputsOf((parseJson(everyType) as { inputs: Json }).inputs);

function input(name: string): Input {
  const found = INPUTS.find((each) => each.name === name);
  if (!found) throw new Error(`The fixture has no input ${name}.`);
  return found;
}

const field = (name: string): Field => input(name).field;

/** What comes of a text that is typed into the input, as JSON text, or what is wrong with it. */
function typed(name: string, text: string): string {
  return told(read(field(name), given(field(name), { kind: "text", text }), name));
}

function given(of: Field, draft: Draft): Draft {
  return of.kind === "optional" ? { kind: "optional", isGiven: true, inner: draft } : draft;
}

function told(reading: Reading): string {
  return reading.ok
    ? jsonText(reading.value)
    : reading.problems.map(({ path, message }) => `${path}: ${message}`).join(" ");
}

function edited(name: string, json: string): string {
  return told(read(field(name), { kind: "json", text: json }, name));
}

test("a form that is left as it is gives all defaults, and asks for what has none", () => {
  const drafts = draftsOf(INPUTS, { text: "hi", number: asJson(1) });
  const reading = readForm(INPUTS, drafts);
  expect(reading.ok && Object.keys(reading.values)).toEqual(INPUTS.map(({ name }) => name));
  for (const { name, default: wanted } of INPUTS.filter(({ isRequired }) => !isRequired)) {
    expect(reading.ok && jsonText(reading.values[name] ?? null), name).toBe(jsonText(wanted ?? null));
  }
  expect(changedValues(INPUTS, drafts)).toEqual({ text: "hi", number: asJson(1) });
  expect(readForm(INPUTS, draftsOf(INPUTS))).toEqual({
    ok: false,
    problems: [
      { path: "text", message: "Give a value." },
      { path: "number", message: "Give a value." },
    ],
  });
});

test("each input has the name of its Python type", () => {
  const names = Object.fromEntries(
    (parseJson(everyType) as { inputs: readonly { name: string; json_schema: never }[] }).inputs.map((each) => [
      each.name,
      typeName(each.json_schema),
    ]),
  );
  expect(names).toMatchObject({
    text: "str",
    ratio: "float",
    color: "Color",
    mode: "Literal[fast, slow]",
    maybe: "int | None",
    moment_or_text: "datetime | str",
    tagged_pet: "Cat | Dog",
    matrix: "list[list[float]]",
    mapping: "dict[str, int]",
    pair: "tuple[int, str]",
    unique: "set[int]",
    layers: "list[Layer]",
    tree: "Tree | None",
    span: "timedelta",
    data: "bytes",
    anything: "Any",
    bare: "dict",
    price: "Decimal",
    plain: "Plain | None",
    odd: "Literal[FIRST, SECOND]",
    file: "File | None",
    files: "list[File]",
  });
});

test("whole numbers of any size are kept to the digit", () => {
  expect(typed("number", "9007199254740993")).toBe("9007199254740993");
  expect(typed("big", " -1_180_591_620_717_411_303_424 ")).toBe("-1180591620717411303424");
  expect(typed("number", "007")).toBe("7");
  expect(jsonText(parseJson('{"a":1180591620717411303424,"b":1.0,"c":2.50}'))).toBe(
    '{"a":1180591620717411303424,"b":1.0,"c":2.50}',
  );
});

test.each([
  ["", "number: Give a value."],
  ["12x", 'number: "12x" is no whole number.'],
  ["1.5", 'number: "1.5" is no whole number.'],
  ["--1", 'number: "--1" is no whole number.'],
])("%j is told not to be a whole number", (text, message) => {
  expect(typed("number", text)).toBe(message);
});

test.each([
  ["1e-3", "0.001", "1e-3"],
  [".5", "0.5", "0.5"],
  ["+2.", "2", "2"],
  ["nan", '"NaN"', '"NaN"'],
  ["-inf", '"-Infinity"', '"-Infinity"'],
  ["0.1234567890123456789", "", "0.1234567890123456789"],
])("%s is a number", (text, _, wanted) => {
  expect(typed("ratio", text)).toBe(wanted);
});

test("what is no number is told", () => {
  expect(typed("ratio", "one")).toBe('ratio: "one" is no number.');
  expect(typed("ratio", ".")).toBe('ratio: "." is no number.');
});

test("constraints are told before and after", () => {
  expect(constraintText(field("even"))).toBe("at least 0, less than 100, a multiple of 2");
  expect(typed("even", "3")).toBe("even: 3 is no multiple of 2.");
  expect(typed("even", "100")).toBe("even: 100 must be less than 100.");
  expect(typed("even", "-2")).toBe("even: -2 must be at least 0.");
});

test.each([
  ["moment", "2026-02-28 12:30", '"2026-02-28T12:30:00"'],
  ["moment", "2026-02-28T12:30:01.5+0200", '"2026-02-28T12:30:01.5+02:00"'],
  ["moment", "2026-02-28", '"2026-02-28T00:00:00"'],
  ["moment", "2026-02-30", 'moment: "2026-02-30" is not a date and time, such as 2026-03-05T06:07:08Z.'],
  ["day", "2024-02-29", '"2024-02-29"'],
  ["day", "2026-02-29", 'day: "2026-02-29" is not a date, such as 2026-03-05.'],
  ["clock", "12:30", '"12:30:00"'],
  ["clock", "24:00", 'clock: "24:00" is not a time of day, such as 06:07:08.'],
  ["span", "1h30m", '"PT1H30M"'],
  ["span", "1:24", '"PT1M24S"'],
  ["span", "2 days, 3 hours", '"P2DT3H"'],
  ["span", "PT1.5S", '"PT1.5S"'],
  ["span", "-P1W", '"-P7D"'],
  ["span", "0s", '"PT0S"'],
  ["span", "soon", 'span: "soon" is not a duration, such as 1h30m or PT1H30M.'],
  ["price", "1.10", '"1.10"'],
  ["price", "cheap", 'price: "cheap" is no decimal number.'],
  ["identifier", "x", 'identifier: "x" is not a UUID, such as 123e4567-e89b-12d3-a456-426614174000.'],
])("%s takes %j as %j", (name, text, wanted) => {
  expect(typed(name, text)).toBe(wanted);
});

test("enumerations go by name and travel by value", () => {
  expect(field("level")).toMatchObject({ kind: "choice", options: [{ name: "LOW" }, { name: "HIGH" }] });
  expect(told(read(field("level"), { kind: "choice", index: 1 }, "level"))).toBe("2");
  expect(told(read(field("odd"), { kind: "choice", index: 1 }, "odd"))).toBe('"SECOND"');
  expect(told(read(field("mode"), { kind: "choice", index: null }, "mode"))).toBe("mode: Choose one.");
});

test("bytes are entered as text or as base64", () => {
  const bytes = (encoding: "text" | "base64", text: string) =>
    told(read(field("data"), { kind: "bytes", encoding, text }, "data"));
  expect(bytes("text", "é")).toBe('"w6k="');
  expect(bytes("base64", "w6k=\n")).toBe('"w6k="');
  expect(bytes("base64", "w6k")).toBe("data: This is no base64.");
  expect(draftOf(field("data"), "w6k=")).toMatchObject({ encoding: "text", text: "é" });
  expect(draftOf(field("data"), "/w==")).toMatchObject({ encoding: "base64" });
});

test("None is an absent optional value, also where only the default says so", () => {
  for (const name of ["maybe", "none_by_default", "tree"]) {
    expect(field(name).kind, name).toBe("optional");
    expect(told(read(field(name), draftOf(field(name), null), name))).toBe("null");
  }
  expect(typed("none_by_default", "4")).toBe("4");
  expect(typed("maybe_text", "")).toBe('""');
});

test("a list's items are told of by their place", () => {
  const of = field("layers") as Field & { kind: "list" };
  const items = [itemOf(of.item(), asJson({ size: 3 })), itemOf(of.item(), asJson({ size: 0, name: "Dense" }))];
  expect(told(read(of, { kind: "list", items }, "layers"))).toBe(
    'layers[1].size: 0 must be more than 0. layers[1].name: "Dense" does not match ^[a-z]+$.',
  );
});

test("a set refuses what is there twice", () => {
  expect(edited("unique", "[1, 2, 1]")).toBe("unique[2]: This item is there twice.");
});

test("a mapping refuses a key that is there twice", () => {
  const of = field("mapping") as Field & { kind: "mapping" };
  const draft = draftOf(of, asJson({ a: 1 })) as DraftOf<"mapping">;
  const twice: Draft = { ...draft, entries: [...draft.entries, ...draft.entries] };
  expect(told(read(of, twice, "mapping"))).toBe('mapping[1]: The key "a" is there twice.');
});

test("properties without a default may be left out, and unknown ones are kept", () => {
  expect(told(read(field("loose"), draftOf(field("loose"), asJson({ b: "x", z: [1] })), "loose"))).toBe(
    '{"z":[1],"b":"x"}',
  );
  expect(told(read(field("loose"), draftOf(field("loose"), {}), "loose"))).toBe("{}");
});

test("a type that refers to itself has a form of any depth", () => {
  const value = asJson({ value: 1, children: [{ value: 2, children: [{ value: 3, children: [] }] }] });
  expect(told(read(field("tree"), draftOf(field("tree"), value), "tree"))).toBe(jsonText(value));
  expect(edited("tree", '{"value": 1, "children": [{"value": "x"}]}')).toBe('tree.children[0].value: "x" is no int.');
});

test("a value of a union is shown as the member that it fits", () => {
  const index = (name: string, value: unknown) => (draftOf(field(name), asJson(value)) as DraftOf<"union">).index;
  expect(index("either", 3)).toBe(0);
  expect(index("either", "3")).toBe(1);
  expect(index("moment_or_text", "2026-01-01T00:00:00Z")).toBe(0);
  expect(index("moment_or_text", "soon")).toBe(1);
  expect(index("pet", { kind: "dog", good: true })).toBe(1);
  expect(index("tagged_pet", { kind: "cat", lives: 9 })).toBe(0);
});

test("a value says which member it is of where another would take it", () => {
  const union = (name: string, index: number, text: string) =>
    told(read(field(name), { kind: "union", index, inner: { kind: "text", text } }, name));
  expect(union("moment_or_text", 1, "soon")).toBe('"soon"');
  expect(union("moment_or_text", 1, "2026-01-01")).toBe('{"$variant":"str","value":"2026-01-01"}');
  expect(union("either", 1, "3")).toBe('"3"');
  const labelled = asJson({ $variant: "str", value: "2026-01-01" });
  expect(draftOf(field("moment_or_text"), labelled)).toMatchObject({ index: 1, inner: { text: "2026-01-01" } });
});

test("what has no form is edited as JSON, and checked all the same", () => {
  expect(field("anything").kind).toBe("json");
  expect(edited("anything", '{"a": [1, null]}')).toBe('{"a":[1,null]}');
  expect(edited("anything", "")).toBe("anything: Give a value.");
  expect(edited("items", '[1, "x"]')).toBe('items[1]: "x" is no int.');
  expect(edited("items", "[1,")).toMatch(/^items: This is no JSON: /);
  expect(draftOf(field("items"), asJson({ a: 1 }))).toMatchObject({ kind: "json" });
});

test("a pickled value is kept as it was", () => {
  const pickle = { $pickle: "gAU=", python: "3.13", type: "m.Plain" };
  const draft = draftOf(field("plain"), pickle);
  expect(told(read(field("plain"), draft, "plain"))).toBe(jsonText(pickle));
  expect(check(pickle, field("layer").schema, "layer")).toEqual([]);
});

test("a file is one that was uploaded, or a URI", () => {
  const file = (uri: string) =>
    told(read(field("file"), given(field("file"), { kind: "data", uri, reference: null }), "file"));
  expect(file("s3://b/k.csv")).toBe('{"path":"s3://b/k.csv"}');
  expect(file("k.csv")).toBe('file: "k.csv" is no URI, such as s3://bucket/key.');
  expect(file("")).toBe("file: Choose a file, or give its URI.");
  const reference = { path: "s3://b/k", name: "k.csv", hash: "1" };
  expect(told(read(field("file"), draftOf(field("file"), reference), "file"))).toBe(jsonText(reference));
});

test("tuples complete what a shorter value leaves out", () => {
  expect(told(read(field("named"), draftOf(field("named"), asJson([4])), "named"))).toBe('[4,"r"]');
  const places = (field("named") as Field & { kind: "tuple" }).places;
  expect(places.map(({ name }) => name)).toEqual(["left", "right"]);
});

test("the backend's words lead to the input that they are about", () => {
  const message = "inputs.text: every_type.everything takes no such thing.";
  expect(problemOfMessage(INPUTS, message)).toEqual({
    path: "text",
    message: "every_type.everything takes no such thing.",
  });
  expect(problemOfMessage(INPUTS, "labels: too long")).toBeUndefined();
});

test("a schema that nothing is known of is edited as JSON", () => {
  expect(fieldOf({}).kind).toBe("json");
  expect(fieldOf({ type: "object" }).kind).toBe("json");
  expect(isObject(fieldOf(asJson({ $ref: "#/$defs/Gone" }) as never).schema)).toBe(true);
});
