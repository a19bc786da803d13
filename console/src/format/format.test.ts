import { expect, test } from "vitest";

import { bytes, dollars } from "./amounts";
import { duration } from "./durations";
import { shortCaller } from "./names";

test.each([
  [0, "0 s"],
  [-5, "0 s"],
  [42, "42 ms"],
  [420, "0.4 s"],
  [59_999, "59 s"],
  [185_000, "3 min 5 s"],
  [3_600_000, "1 h"],
  [90_000_000, "1 d 1 h"],
])("%d ms are told as %s", (ms, told) => expect(duration(ms)).toBe(told));

test.each([
  [0, "$0"],
  [12.3, "$12.30"],
  [0.0042, "$0.0042"],
  [0.00000123, "$0.0000012"],
  [1e-9, "< $0.0000001"],
])("%d dollars are told as %s", (usd, told) => expect(dollars(usd)).toBe(told));

test.each([
  [0, "0 bytes"],
  [1_023, "1023 bytes"],
  [1_536, "1.5 KiB"],
  [500 * 1024 ** 2, "500 MiB"],
])("%d bytes are told as %s", (size, told) => expect(bytes(size)).toBe(told));

test("a caller is told by what differs from others of the account", () => {
  expect(shortCaller("arn:aws:iam::123456789012:user/ana")).toBe("ana");
  expect(shortCaller("arn:aws:sts::123456789012:assumed-role/Dev/ana")).toBe("Dev/ana");
  expect(shortCaller("trigger:nightly")).toBe("trigger:nightly");
});
