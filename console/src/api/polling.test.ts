import { expect, test } from "vitest";

import { pollingInterval } from "./polling";

const CHANGED = "2026-01-01T00:00:00Z";
const after = (seconds: number) => pollingInterval(CHANGED, Date.parse(CHANGED) + seconds * 1_000);

test("what has just changed is looked at each second", () => {
  expect(after(0)).toBe(1_000);
  expect(after(4)).toBe(1_000);
});

test("what has been quiet is looked at after a quarter of that time, and after 15 s at the latest", () => {
  expect(after(20)).toBe(5_000);
  expect(after(3_600)).toBe(15_000);
});

test("a clock that is behind the backend's changes nothing", () => {
  expect(after(-30)).toBe(1_000);
});
