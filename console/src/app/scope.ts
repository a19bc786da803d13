/** The project and domain that a page is about, as its address names them; and the addresses of pages. */
import { useMemo } from "react";
import { useParams } from "react-router";

export interface Scope {
  readonly project: string;
  readonly domain: string;
}

/** The scope of the page that is shown. All pages but the first have one in their address. */
export function useScope(): Scope {
  const { project = "", domain = "" } = useParams();
  return useMemo(() => ({ project, domain }), [project, domain]);
}

type Query = Readonly<Record<string, string | undefined>>;

export const addresses = {
  runs: (scope: Scope, query?: Query) => address(scope, ["runs"], query),
  run: (scope: Scope, run: string, query?: Query) => address(scope, ["runs", run], query),
  tasks: (scope: Scope, query?: Query) => address(scope, ["tasks"], query),
  task: (scope: Scope, task: string, query?: Query) => address(scope, ["tasks", task], query),
  launch: (scope: Scope, task: string, query?: Query) => address(scope, ["tasks", task, "launch"], query),
};

function address(scope: Scope, parts: readonly string[], query: Query = {}): string {
  const path = ["p", scope.project, scope.domain, ...parts].map(encodeURIComponent).join("/");
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length ? `/${path}?${new URLSearchParams(given)}` : `/${path}`;
}
