/** JSON with its numbers as they are written: 64 bits and more are kept, and 1.0 stays 1.0. */
import { isLosslessNumber, LosslessNumber, parse, stringify } from "lossless-json";

export { isLosslessNumber as isNumber, LosslessNumber };

export type Json = null | boolean | string | LosslessNumber | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** Throws a SyntaxError that says where the text goes wrong. */
export function parseJson(text: string): Json {
  return parse(text) as Json;
}

export function jsonText(value: Json, indent?: number): string {
  return stringify(value, undefined, indent) ?? "null";
}

/** A value of JavaScript's own as JSON, such as one that an ordinary parser gave. */
export function asJson(value: unknown): Json {
  return parseJson(JSON.stringify(value ?? null));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Equality as the wire has it: the order of an object's names does not matter, and neither does 1 or 1.0. */
export function isEqual(one: Json | undefined, other: Json | undefined): boolean {
  if (isLosslessNumber(one) && isLosslessNumber(other)) return compare(one, other) === 0;
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]))
    );
  }
  return one === other;
}

const WHOLE = /^-?\d+$/;
const WHOLE_WITH_FRACTION = /^(-?\d+)\.0+$/;

/** The digits of a number that is whole, also of 3.0; undefined for any other. */
export function wholeOf(number: LosslessNumber): bigint | undefined {
  if (WHOLE.test(number.value)) return BigInt(number.value);
  const digits = WHOLE_WITH_FRACTION.exec(number.value)?.[1];
  if (digits !== undefined) return BigInt(digits);
  const rounded = Number(number.value); // such as 1e3
  return Number.isInteger(rounded) ? BigInt(rounded) : undefined;
}

/** Below 0, 0 or above 0. Whole numbers are compared exactly, others as floating-point numbers. */
export function compare(one: LosslessNumber, other: LosslessNumber): number {
  const [left, right] = [wholeOf(one), wholeOf(other)];
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  return Number(one.value) - Number(other.value);
}
