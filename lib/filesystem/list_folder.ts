/**
 * What is in a folder (contracts: Neutralino 6.6, `filesystem.readDirectory`).
 *
 * @module
 */

import { inParallel } from "./parallel.ts";
import { below, slashed } from "./paths.ts";

/** One entry. */
export interface FolderEntry {
  /** Its name. */
  entry: string;
  /** The path of the folder as it was given, and what leads from there to the entry. */
  path: string;
  /** Of what a link leads to. `OTHER`: sockets, devices, pipes, links to nothing. */
  type: "FILE" | "DIRECTORY" | "OTHER";
}

/** Entries that are handed over at a time. */
const PART = 1000;

/**
 * Lists a folder, and the folders in it, but none that a link leads to. A folder comes before what
 * is in it.
 *
 * @throws {Deno.errors.NotADirectory} when it is none
 */
export async function* listFolder(
  folder: string,
  { recursive = false }: { recursive?: boolean } = {},
): AsyncGenerator<FolderEntry[]> {
  let part: FolderEntry[] = [];
  let level = [slashed(folder)];
  for (let depth = 0; level.length > 0; depth++) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += PART) {
      const listings = await inParallel(level.slice(at, at + PART), (path) => list(path, depth));
      for (const { entries, folders } of listings) {
        for (const entry of entries) {
          if (part.push(entry) < PART) continue;
          yield part;
          part = [];
        }
        if (recursive) { for (const path of folders) next.push(path); }
      }
    }
    level = next;
  }
  yield part;
}

async function list(folder: string, depth: number) {
  const entries: FolderEntry[] = [];
  const folders: string[] = [];
  try {
    for await (const { name, isFile, isDirectory, isSymlink } of Deno.readDir(folder)) {
      const path = below(folder, name);
      if (isDirectory) folders.push(path);
      const type = isFile
        ? "FILE"
        : isDirectory
        ? "DIRECTORY"
        : isSymlink
        ? await typeOfTarget(path)
        : "OTHER";
      entries.push({ entry: name, path, type });
    }
  } catch (error) {
    // Somebody removed it since its folder was read.
    if (depth === 0 || !(error instanceof Deno.errors.NotFound)) throw error;
  }
  return { entries, folders };
}

async function typeOfTarget(link: string): Promise<FolderEntry["type"]> {
  try {
    const { isFile, isDirectory } = await Deno.stat(link);
    return isFile ? "FILE" : isDirectory ? "DIRECTORY" : "OTHER";
  } catch {
    return "OTHER";
  }
}
