/** A file or folder on its way to the backend, through the console's server. */
import { problemOf, unreachable } from "../../api/problem";
import type { Scope } from "../../app/scope";

export interface Uploaded {
  readonly path: string;
  readonly name: string;
}

/** How far an upload is. Its bytes move twice: from the browser to the console's server, and on to the bucket. */
export interface Progress {
  readonly moved_bytes: number;
  readonly size_bytes: number;
}

export type Watch = (progress: Progress) => void;

export const LOOK_EVERY_MS = 500;

export function uploadFile(scope: Scope, file: File, watch: Watch): Promise<Uploaded> {
  return send(`/files/${encodeURIComponent(file.name)}`, { ...scope }, file, watch);
}

/** The files of one folder, as the browser gives them: their paths begin with the folder's name. */
export function uploadFolder(scope: Scope, files: readonly File[], watch: Watch): Promise<Uploaded> {
  const name = folderName(files);
  const entries = files.map((file) => [file.webkitRelativePath.slice(name.length + 1), file.size]);
  const manifest = new Blob([JSON.stringify(entries)]);
  const query = { ...scope, manifest: String(manifest.size) };
  return send(`/folders/${encodeURIComponent(name)}`, query, new Blob([manifest, ...files]), watch);
}

export function folderName([first]: readonly File[]): string {
  return first?.webkitRelativePath.split("/")[0] ?? "";
}

async function send(path: string, query: Record<string, string>, body: Blob, watch: Watch): Promise<Uploaded> {
  const upload = crypto.randomUUID();
  const looking = setInterval(() => void look(upload, watch), LOOK_EVERY_MS);
  try {
    const target = `${path}?${new URLSearchParams({ ...query, upload })}`;
    const response = await fetch(target, { method: "PUT", body }).catch(() => {
      throw unreachable();
    });
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as Uploaded;
  } finally {
    clearInterval(looking);
  }
}

/** Tells how far the upload is. Where that cannot be had, the upload itself will tell how it ends. */
async function look(upload: string, watch: Watch): Promise<void> {
  const response = await fetch(`/uploads/${upload}`).catch(() => null);
  if (response?.ok) watch((await response.json()) as Progress);
}
