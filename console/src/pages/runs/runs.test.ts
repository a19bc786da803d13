import { expect, test } from "vitest";

import { writeFilters } from "../../app/filters";
import { action, at } from "../run/fixtures";
import { beginOf, isFiltered, readFilters } from "./filters";
import { refreshInterval } from "./runs-query";

test("filters are what the address says, and the address what they say", () => {
  const address = "phase=failed&task=e.t&label=team%3Dml&text=x&period=7d&cursor=abc";
  expect(writeFilters(readFilters(new URLSearchParams(address))).toString()).toBe(address);
});

test("what an address says wrongly is left out", () => {
  const read = readFilters(new URLSearchParams("phase=toString&period=constructor"));
  expect([read.phase, read.period]).toEqual([undefined, undefined]);
  expect(isFiltered(read)).toBe(false);
});

test("another page of the same list is no filter", () => {
  expect(isFiltered(readFilters(new URLSearchParams("cursor=abc")))).toBe(false);
  expect(isFiltered(readFilters(new URLSearchParams("text=a")))).toBe(true);
});

test("a period begins at a full minute, so that the same is asked for while it is watched", () => {
  const noon = Date.parse("2026-01-02T12:00:00Z");
  expect(beginOf("24h", noon + 59_000)).toBe("2026-01-01T12:00:00.000Z");
});

test("a list in which nothing goes on is looked at now and then", () => {
  expect(refreshInterval([action("a0")])).toBe(5_000);
  expect(refreshInterval([action("a0", { phase: "running", updated_at: at(0) })])).toBe(5_000);
  const now = new Date().toISOString();
  expect(refreshInterval([action("a0", { phase: "running", updated_at: now })])).toBe(1_000);
});
