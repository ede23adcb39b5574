/**
 * Putting one version of a package in the place of another, so that whatever interrupts it, one of
 * them is there whole.
 *
 * 1. An empty file `pending/<name>.update` is made, or `.install` where no package was there.
 * 2. The old package is renamed to `previous/<name>`.
 * 3. The new one is renamed into its place.
 * 4. To accept it, the file of step 1 is removed, and then what is in `previous`.
 *
 * As long as that file is there the old version counts, and {@linkcode recover} puts it back. All
 * folders are on one volume, so that each rename happens or does not. The file is on the disk before
 * step 2, and the new version and its place before step 4: losing power leaves one version whole, too.
 *
 * @module
 */

import { syncFolder, syncTree } from "./durable.ts";
import { isRealFolder, lookAt, makeRealFolder, removeWhole } from "./real_folder.ts";

/** Where replacing happens; the first three belong to the host alone. */
export interface ReplacementFolders {
  pending: string;
  previous: string;
  /** What is in here is not needed yet, or not any more. */
  staging: string;
  /** The packages' folders are in here. */
  root: string;
}

/** What was under way for a package. */
export interface Pending {
  name: string;
  kind: "install" | "update";
}

/**
 * Puts a package in its place.
 *
 * @param content the folder of the new version, which is gone from there afterwards
 * @throws {Error} when it could not be done; the old version is in its place then
 */
export async function beginReplacement(
  name: string,
  content: string,
  folders: ReplacementFolders,
): Promise<Pending> {
  const own = `${folders.root}/${name}`;
  const place = `${own}/package`;
  const previous = `${folders.previous}/${name}`;
  const kind = await isRealFolder(own) && await isRealFolder(place) ? "update" : "install";
  // Nothing is pending: this is what an earlier replacement could not remove.
  if (await lookAt(previous)) await Deno.rename(previous, asideIn(folders));
  const pending: Pending = { name, kind };
  try {
    await Deno.writeFile(markOf(pending, folders), new Uint8Array(), { createNew: true });
    await syncFolder(folders.pending);
    if (kind === "update") await Deno.rename(place, previous);
    else await makeRealFolder(own);
    await Deno.rename(content, place);
    return pending;
  } catch (error) {
    await recover(pending, folders).catch((cause) => {
      const { message } = error as Error;
      throw new Error(`${message}; the former version is not back: ${cause.message}`, { cause });
    });
    throw error;
  }
}

/** The new version stays, and the old one is removed. */
export async function acceptReplacement(
  pending: Pending,
  folders: ReplacementFolders,
): Promise<void> {
  const { name, kind } = pending;
  const own = `${folders.root}/${name}`;
  // A new package that the power fails under can be installed again; an old one would be lost.
  if (kind === "update") await syncTree(`${own}/package`);
  await syncFolder(own);
  await syncFolder(folders.previous);
  await syncFolder(folders.root);
  await Deno.remove(markOf(pending, folders));
  await syncFolder(folders.pending);
  // It counts for nothing any more; what cannot be removed now goes with the next start.
  await removeWhole(`${folders.previous}/${name}`).catch(() => {});
}

/**
 * Puts the old version back, or removes the new one where there was none, from wherever a replacement
 * was interrupted. Doing it again does no harm.
 *
 * @throws {Error} when that is not possible; the replacement stays pending then
 */
export async function recover(pending: Pending, folders: ReplacementFolders): Promise<void> {
  const { name, kind } = pending;
  const own = `${folders.root}/${name}`;
  const place = `${own}/package`;
  const previous = `${folders.previous}/${name}`;
  const unwanted = asideIn(folders);
  const isThere = await isRealFolder(own);
  if (kind === "install") {
    if (isThere && await isRealFolder(place)) await Deno.rename(place, unwanted);
    // Settings of a package whose folder was removed by hand stay.
    if (isThere) await Deno.remove(own).catch(() => {});
  } else if (await isRealFolder(previous)) {
    await makeRealFolder(own);
    if (await isRealFolder(place)) await Deno.rename(place, unwanted);
    await Deno.rename(previous, place);
  }
  if (await lookAt(own)) await syncFolder(own);
  await syncFolder(folders.root);
  await syncFolder(folders.previous);
  await removeWhole(markOf(pending, folders));
  await syncFolder(folders.pending);
  await removeWhole(unwanted).catch(() => {});
}

/** What is pending, be it from an earlier run. */
export async function listPending(folders: ReplacementFolders): Promise<Pending[]> {
  const found: Pending[] = [];
  for await (const { name: file } of Deno.readDir(folders.pending)) {
    const [, name, kind] = /^(.+)\.(install|update)$/.exec(file) ?? [];
    if (name !== undefined) found.push({ name, kind: kind as Pending["kind"] });
  }
  return found;
}

/** A path for what is to be removed. */
export function asideIn({ staging }: Pick<ReplacementFolders, "staging">): string {
  return `${staging}/${crypto.randomUUID()}`;
}

function markOf({ name, kind }: Pending, { pending }: ReplacementFolders): string {
  return `${pending}/${name}.${kind}`;
}
