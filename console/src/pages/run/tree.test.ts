import { expect, test } from "vitest";

import { action, byName } from "./fixtures";
import { FOLDED_FROM, pathTo, phaseCounts, recordsOf, rowsOf, treeOf } from "./tree";

const children = (count: number, changed = {}) =>
  Array.from({ length: count }, (_, index) => action(`c${index}`, changed));
const shown = (actions: ReturnType<typeof byName>, folding = new Map<string, boolean>()) =>
  rowsOf(treeOf(actions), folding).map(({ node, level }) => `${level} ${node.id}`);

test("a few children are shown below their parent, in the order of their creation", () => {
  expect(shown(byName(action("a0"), action("b"), action("c", { parent: "b" }), action("d")))).toEqual([
    "1 a0",
    "2 b",
    "3 c",
    "2 d",
  ]);
});

test("many children of one task are one row, until it is unfolded", () => {
  const all = byName(action("a0"), ...children(FOLDED_FROM + 1));
  expect(shown(all)).toEqual(["1 a0", "2 a0/square"]);
  expect(shown(all, new Map([["a0/square", true]]))).toHaveLength(2 + FOLDED_FROM + 1);
});

test("a group is one row, unfolded by itself while it is small", () => {
  const all = byName(action("a0"), action("b", { group: "g" }), action("c", { group: "g" }), action("d"));
  expect(shown(all)).toEqual(["1 a0", "2 a0/g", "3 b", "3 c", "2 d"]);
});

test("10,000 children make a tree of a few rows, without taking long for it", () => {
  const all = byName(action("a0"), ...children(10_000));
  const [root] = treeOf(all);
  const [group] = root?.children ?? [];
  expect(group && recordsOf(group)).toHaveLength(10_000);
  expect(shown(all)).toHaveLength(2);
});

test("a child whose parent is not there yet is shown all the same", () => {
  expect(shown(byName(action("a0"), action("x", { parent: "later" })))).toEqual(["1 a0", "1 x"]);
});

test("a row tells its place among its siblings", () => {
  const rows = rowsOf(treeOf(byName(action("a0"), action("b"), action("c"))), new Map());
  expect(rows.map(({ place, siblings, parentId }) => [place, siblings, parentId])).toEqual([
    [1, 1, undefined],
    [1, 2, "a0"],
    [2, 2, "a0"],
  ]);
});

test("the way to an action leads through what it is folded into", () => {
  const tree = treeOf(byName(action("a0"), ...children(FOLDED_FROM + 1)));
  expect(pathTo(tree, "c3")).toEqual(["a0", "a0/square", "c3"]);
  expect(pathTo(tree, "absent")).toEqual([]);
});

test("phases are counted, the most frequent first", () => {
  const all = [...children(3), ...children(1, { phase: "failed" })];
  expect(phaseCounts(all)).toEqual([
    ["succeeded", 3],
    ["failed", 1],
  ]);
});
