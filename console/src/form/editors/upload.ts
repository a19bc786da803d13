/** A file on its way to the backend, through the console's server. */
import { problemOf, unreachable } from "../../api/problem";
import type { Scope } from "../../app/scope";

export interface Uploaded {
  readonly path: string;
  readonly name: string;
}

export async function uploadFile({ project, domain }: Scope, file: File): Promise<Uploaded> {
  const query = new URLSearchParams({ project, domain }).toString();
  const response = await fetch(`/files/${encodeURIComponent(file.name)}?${query}`, { method: "PUT", body: file }).catch(
    () => {
      throw unreachable();
    },
  );
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Uploaded;
}
