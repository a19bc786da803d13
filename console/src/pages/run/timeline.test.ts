import { expect, test } from "vitest";

import { type Span, spansOf } from "../../actions/spans";
import { action, at, attempt, BEGIN } from "./fixtures";
import { axisOf, barsOf } from "./timeline";

const told = (spans: readonly Span[]) =>
  spans.map(({ kind, from, to, attempt: number }) => [kind, (from - BEGIN) / 1_000, (to - BEGIN) / 1_000, number]);
const now = BEGIN + 100_000;

test("an action that is queued has only waited", () => {
  expect(told(spansOf(action("a0", { phase: "queued" }), now))).toEqual([["waiting", 0, 100, 0]]);
});

test("attempts are drawn apart, with the wait before each", () => {
  const attempts = [
    attempt({ started_at: at(1), ended_at: at(3) }),
    attempt({ number: 2, started_at: at(5), ended_at: at(9) }),
  ];
  expect(told(spansOf(action("a0", { attempts, ended_at: at(9) }), now))).toEqual([
    ["waiting", 0, 1, 1],
    ["active", 1, 3, 1],
    ["waiting", 3, 5, 2],
    ["active", 5, 9, 2],
  ]);
});

test("time in which it was suspended is drawn apart", () => {
  const attempts = [attempt({ ended_at: at(20), resumed_at: at(15), suspended_ms: 12_000, suspensions: 1 })];
  expect(told(spansOf(action("a0", { attempts, ended_at: at(20) }), now))).toEqual([
    ["waiting", 0, 1, 1],
    ["active", 1, 3, 1],
    ["suspended", 3, 15, 1],
    ["active", 15, 20, 1],
  ]);
});

test("what is suspended now is so up to now", () => {
  const record = action("a0", { phase: "running", parked_at: at(4), attempts: [attempt()] });
  expect(told(spansOf(record, now)).slice(1)).toEqual([
    ["active", 1, 4, 1],
    ["suspended", 4, 100, 1],
  ]);
});

test("bars are parts of the run's time", () => {
  const root = action("a0", { ended_at: at(10) });
  const child = action("b", { attempts: [attempt({ started_at: at(5), ended_at: at(10) })], ended_at: at(10) });
  expect(barsOf([child], axisOf(root, false), now)).toEqual([
    { kind: "waiting", left: 0, width: 0.5 },
    { kind: "active", left: 0.5, width: 0.5 },
  ]);
});

test("many actions have one bar, from the first's begin to the last's end", () => {
  const root = action("a0", { ended_at: at(10) });
  const many = [
    action("b", { created_at: at(2), ended_at: at(4) }),
    action("c", { created_at: at(3), ended_at: at(7) }),
  ];
  const [bar] = barsOf(many, axisOf(root, false), now);
  expect(bar?.left).toBeCloseTo(0.2);
  expect(bar?.width).toBeCloseTo(0.5);
});
