/**
 * Copying files and folders (contracts: Neutralino 6.6, `filesystem.copy`).
 *
 * @module
 */

import { statIfThere } from "./file_kind.ts";
import { inParallel } from "./parallel.ts";
import { below, isWithin, pathParts, withoutEndSlash } from "./paths.ts";
import { absoluteAsFarAsExists, realPath } from "./real_path.ts";

/** Settings of {@linkcode copy}. */
export interface CopyOptions {
  /** Folders with all that is below them; else with the files that lie in them. Default true. */
  recursive?: boolean;
  /** What becomes of a file that would be overwritten. Default `replace`. */
  existing?: "replace" | "keep" | "refuse";
}

/** A folder on its way. */
interface Folder {
  source: string;
  target: string;
  /** Both as the file system has them. */
  realSource: string;
  realTarget: string;
  /** Real paths of the folders on the way from the first one to this one. */
  above: readonly string[];
}

/**
 * Copies what `source` is or links to. A file goes into an existing folder under its name; a folder
 * is merged with an existing one. Links are followed, so that the copy has none.
 *
 * @throws {Error} for whatever cannot be copied: a missing source or parent of the destination,
 * something that is neither file nor folder, a file onto itself, a folder into itself, folders that
 * links make endless. What was copied before stays.
 */
export async function copy(
  source: string,
  destination: string,
  { recursive = true, existing = "replace" }: CopyOptions = {},
): Promise<void> {
  const info = await Deno.stat(source);
  if (!info.isDirectory) return await copyFile(source, destination, existing);
  const target = withoutEndSlash(destination);
  await new FolderCopy(recursive, existing).run({
    source,
    target,
    realSource: await realPath(source),
    realTarget: await absoluteAsFarAsExists(target),
    above: [],
  });
}

/** Copies one file, into `destination` if that is a folder. */
export async function copyFile(
  source: string,
  destination: string,
  existing: CopyOptions["existing"] = "replace",
): Promise<void> {
  const from = await Deno.stat(source);
  // Opening a pipe would wait for its other end, and a device may have no end.
  if (!from.isFile) throw new TypeError(`Cannot copy "${source}": it is no file`);
  let target = destination;
  let to = await statIfThere(target);
  if (to?.isDirectory) {
    target = below(target, pathParts(source).filename);
    to = await statIfThere(target);
  }
  if (to !== undefined) {
    if (existing === "keep") return;
    if (existing === "refuse" || !to.isFile) throw new TypeError(`"${target}" exists`);
    // Older runtimes would empty the file.
    if (await isSame({ path: source, info: from }, { path: target, info: to })) {
      throw new TypeError(`Cannot copy "${source}" onto itself`);
    }
  }
  await Deno.copyFile(source, target);
}

interface Seen {
  path: string;
  info: Deno.FileInfo;
}

/** Whether two paths lead to one file. */
export async function isSame(a: Seen, b: Seen): Promise<boolean> {
  if (a.info.ino !== null && b.info.ino !== null) {
    return a.info.dev === b.info.dev && a.info.ino === b.info.ino;
  }
  return await realPath(a.path) === await realPath(b.path);
}

class FolderCopy {
  readonly #recursive: boolean;
  readonly #existing: CopyOptions["existing"];

  constructor(recursive: boolean, existing: CopyOptions["existing"]) {
    this.#recursive = recursive;
    this.#existing = existing;
  }

  async run(folder: Folder): Promise<void> {
    const { source, target, realSource, realTarget, above } = folder;
    if (isWithin(realTarget, realSource)) {
      throw new TypeError(`Cannot copy "${source}" into itself`);
    }
    if (above.includes(realSource)) throw new TypeError(`Cannot copy "${source}": it has no end`);
    const isNew = await makeFolder(target, source);
    const { files, folders } = await contents(source);
    await inParallel(files, (name) => {
      const [from, to] = [below(source, name), below(target, name)];
      return isNew ? Deno.copyFile(from, to) : copyFile(from, to, this.#existing);
    });
    if (!this.#recursive) return;
    for (const { name, isLink } of folders) {
      const [from, to] = [below(source, name), below(target, name)];
      await this.run({
        source: from,
        target: to,
        realSource: isLink ? await realPath(from) : below(realSource, name),
        realTarget: isNew ? below(realTarget, name) : await absoluteAsFarAsExists(to),
        above: [...above, realSource],
      });
    }
  }
}

/** @returns whether it was not there */
async function makeFolder(path: string, model: string): Promise<boolean> {
  const info = await statIfThere(path);
  if (info !== undefined) {
    if (!info.isDirectory) throw new TypeError(`Cannot make the folder "${path}": it is a file`);
    return false;
  }
  // A private folder stays private, but its owner can fill it.
  const { mode } = await Deno.stat(model);
  await Deno.mkdir(path, mode === null ? {} : { mode: (mode & 0o777) | 0o700 });
  return true;
}

/** Names in a folder, of what links lead to. */
async function contents(folder: string) {
  const files: string[] = [];
  const folders: { name: string; isLink: boolean }[] = [];
  for await (const { name, isSymlink, ...entry } of Deno.readDir(folder)) {
    const { isFile, isDirectory } = isSymlink ? await Deno.stat(below(folder, name)) : entry;
    if (isDirectory) folders.push({ name, isLink: isSymlink });
    else if (isFile) files.push(name);
    else throw new TypeError(`Cannot copy "${below(folder, name)}": neither file nor folder`);
  }
  return { files, folders };
}
