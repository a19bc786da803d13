import { expect, test } from "vitest";

import { asJson, type JsonObject, jsonText } from "./json";
import { NO_OPTIONS, optionFields, optionProblems, optionsOf, optionsText, readOptions } from "./launching";

const OPTIONS = {
  ...NO_OPTIONS,
  name: "first",
  labels: [{ key: "team", value: "a b" }],
  overwrite_cache: true,
  max_action_concurrency: "4",
};

test("only what was set is sent", () => {
  expect(optionFields(NO_OPTIONS)).toEqual({});
  expect(jsonText(optionFields(OPTIONS))).toBe(
    '{"name":"first","labels":{"team":"a b"},"overwrite_cache":true,"max_action_concurrency":4}',
  );
});

test("a link has what was changed, and shows the same again", () => {
  expect(optionsText(NO_OPTIONS, NO_OPTIONS)).toBe("");
  expect(readOptions(optionsText(OPTIONS, NO_OPTIONS), NO_OPTIONS)).toEqual(OPTIONS);
});

test.each(["", "{", "3", "null", '{"name":1,"labels":{"a":"b"},"env_vars":[{"key":1}],"else":2}'])(
  "a link with %j changes nothing",
  (text) => expect(readOptions(text, NO_OPTIONS)).toEqual(NO_OPTIONS),
);

test("a record's options are carried over", () => {
  const record = asJson({ labels: { team: "a" }, max_action_concurrency: 3, service_account: null, name: "x" });
  expect(optionsOf(record as JsonObject)).toEqual({
    ...NO_OPTIONS,
    labels: [{ key: "team", value: "a" }],
    max_action_concurrency: "3",
  });
});

test("what is wrong is told by option", () => {
  const wrong = {
    ...NO_OPTIONS,
    name: "-x",
    service_account: "a b",
    raw_data_path: "/tmp",
    max_action_concurrency: "1",
    labels: [{ key: "", value: "" }],
    env_vars: [
      { key: "A", value: "1" },
      { key: "A", value: "2" },
    ],
  };
  expect(optionProblems(OPTIONS)).toEqual({});
  expect(Object.keys(optionProblems(wrong)).sort()).toEqual(
    ["env_vars", "labels", "max_action_concurrency", "name", "raw_data_path", "service_account"].sort(),
  );
});
