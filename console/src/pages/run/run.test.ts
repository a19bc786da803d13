import { expect, test } from "vitest";

import { parseJson } from "../../form/json";
import { actionsInterval, merged } from "./action-list";
import { stepOf } from "./ActionTree";
import { readAnswer } from "./answers";
import { addressesIn, dataAddress } from "./data";
import { action, at, attempt, byName } from "./fixtures";
import { executionLink, logStreamLink, taskLinks } from "./links";
import { rowsOf, treeOf } from "./tree";

const AWS = { region: "eu-west-1", console: "https://eu-west-1.console.aws.amazon.com" };

test("changed actions take the place of those that are known, new ones come last", () => {
  const known = byName(action("a0", { phase: "running" }), action("b"));
  const now = merged(known, [action("a0", { updated_at: at(9) }), action("c")]);
  expect([...now.keys()]).toEqual(["a0", "b", "c"]);
  expect(now.get("a0")?.phase).toBe("succeeded");
});

test("nothing new is nothing to draw: the list is the same one", () => {
  const known = byName(action("a0"));
  expect(merged(known, [action("a0")])).toBe(known);
});

test("a run that has ended is not asked for again, one that goes on is", () => {
  expect(actionsInterval(byName(action("a0")))).toBe(false);
  expect(actionsInterval(byName(action("a0"), action("b", { phase: "running" })))).toBeGreaterThan(0);
  expect(actionsInterval(undefined)).toBeGreaterThan(0);
});

test("keys move in the tree and fold it", () => {
  const tree = treeOf(byName(action("a0"), action("b"), action("c")));
  const rows = rowsOf(tree, new Map());
  const led = (key: string, from: number) => {
    const step = stepOf(key, rows, from);
    return step && ("fold" in step ? `${step.fold ? "unfold" : "fold"} ${step.row.node.id}` : step.row.node.id);
  };
  expect([led("ArrowDown", 0), led("End", 0), led("ArrowRight", 0)]).toEqual(["b", "c", "b"]);
  expect([led("ArrowUp", 2), led("Home", 2), led("ArrowLeft", 2)]).toEqual(["b", "a0", "a0"]);
  expect([led("ArrowLeft", 0), led("Enter", 0), led(" ", 1)]).toEqual(["fold a0", "fold a0", "b"]);
  expect([led("ArrowDown", 2), led("ArrowUp", 0), led("a", 0)]).toEqual([undefined, undefined, undefined]);
  const folded = rowsOf(tree, new Map([["a0", false]]));
  expect(stepOf("ArrowRight", folded, 0)).toEqual({ row: folded[0], fold: true });
});

test("answers to conditions are of the type that is asked for", () => {
  expect(readAnswer("int", " 7 ")).toEqual({ value: 7 });
  expect(readAnswer("float", "0.5")).toEqual({ value: 0.5 });
  expect(readAnswer("str", " as typed ")).toEqual({ value: " as typed " });
  for (const text of ["", "7.5", "seven", "12345678901234567890"])
    expect(readAnswer("int", text)).toHaveProperty("wrong");
  for (const text of ["", " ", "Infinity", "1,5"]) expect(readAnswer("float", text)).toHaveProperty("wrong");
});

test("files are found wherever they are in a value", () => {
  const value = parseJson('{"a": [{"path": "s3://b/runs/x"}], "text": "see s3://no", "uri": "s3://b/y"}');
  expect(addressesIn(value)).toEqual(["s3://b/runs/x", "s3://b/y"]);
  expect(dataAddress({ project: "p", domain: "d" }, "s3://b/a c", "report")).toBe(
    "/data?project=p&domain=d&uri=s3%3A%2F%2Fb%2Fa+c&as=report",
  );
});

test("links lead to the execution and the log stream in the AWS console", () => {
  const arn = "arn:aws:states:eu-west-1:123456789012:execution:flyte-actions:x";
  expect(executionLink(AWS, action("a0", { execution_arn: arn }))).toBe(
    `${AWS.console}/states/home?region=eu-west-1#/v2/executions/details/${encodeURIComponent(arn)}`,
  );
  expect(executionLink(AWS, action("a0"))).toBeUndefined();
  const stream = attempt({ log_group: "/aws/lambda/f", log_stream: "2026/[$LATEST]a" });
  expect(logStreamLink(AWS, stream)).toBe(
    `${AWS.console}/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Ff` +
      "/log-events/2026$252F$255B$2524LATEST$255Da",
  );
});

test("a task's links get the action's words, and only addresses of the web are followed", () => {
  const links = [
    { name: "Board", uri: "https://board/{{.runName}}?a={{.actionName}}&x={{.unknown}}", icon_uri: "" },
    { name: "Trick", uri: "javascript:alert(1)", icon_uri: "" },
  ];
  const spec = { links } as unknown as Parameters<typeof taskLinks>[1];
  expect(taskLinks(action("b"), spec)).toEqual([{ name: "Board", href: "https://board/r1?a=b&x=" }]);
});
