/** Files of runs, which the console's server reads for the browser. */
import type { Scope } from "../../app/scope";
import { isList, isObject, type Json } from "../../form/json";

export function dataAddress({ project, domain }: Scope, uri: string, as?: "report"): string {
  return `/data?${new URLSearchParams({ project, domain, uri, ...(as && { as }) })}`;
}

/** All `s3://` addresses in a value: files, folders and data frames are passed by them. */
export function addressesIn(value: Json): readonly string[] {
  if (typeof value === "string") return value.startsWith("s3://") ? [value] : [];
  if (isList(value)) return value.flatMap(addressesIn);
  return isObject(value) ? Object.values(value).flatMap(addressesIn) : [];
}
