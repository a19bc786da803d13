/** A file or folder on its way to the backend, through the console's server. */
import { problemOf, unreachable } from "../../api/problem";
import type { Scope } from "../../app/scope";

export interface Uploaded {
  readonly path: string;
  readonly name: string;
}

export function uploadFile(scope: Scope, file: File): Promise<Uploaded> {
  return send(`/files/${encodeURIComponent(file.name)}`, { ...scope }, file);
}

/** The files of one folder, as the browser gives them: their paths begin with the folder's name. */
export function uploadFolder(scope: Scope, files: readonly File[]): Promise<Uploaded> {
  const name = folderName(files);
  const entries = files.map((file) => [file.webkitRelativePath.slice(name.length + 1), file.size]);
  const manifest = new Blob([JSON.stringify(entries)]);
  const query = { ...scope, manifest: String(manifest.size) };
  return send(`/folders/${encodeURIComponent(name)}`, query, new Blob([manifest, ...files]));
}

export function folderName([first]: readonly File[]): string {
  return first?.webkitRelativePath.split("/")[0] ?? "";
}

async function send(path: string, query: Record<string, string>, body: Blob): Promise<Uploaded> {
  const response = await fetch(`${path}?${new URLSearchParams(query)}`, { method: "PUT", body }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Uploaded;
}
