/**
 * Making folders and removing things (contracts: Neutralino 6.5, 10.4).
 *
 * @module
 */

import { isNothingThere } from "./file_kind.ts";
import { withoutEndSlash } from "./paths.ts";

/**
 * Makes a folder, with those above it.
 *
 * @returns false when it exists
 * @throws {Error} when a file is in the way, or whatever the operating system says
 */
export async function makeFolder(path: string): Promise<boolean> {
  if (path === "") throw new TypeError("Cannot make a folder without a name");
  try {
    await Deno.mkdir(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      if ((await Deno.stat(path)).isDirectory) return false;
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(path, { recursive: true });
  return true;
}

/**
 * Removes a file, a folder with everything in it, or a link and not what it leads to.
 *
 * @returns false when nothing is there
 */
export async function removePath(path: string): Promise<boolean> {
  const bare = withoutEndSlash(path);
  try {
    // A slash behind a file means a folder that is not there; behind a link to a folder the runtime
    // would empty that folder.
    if (bare !== path) await Deno.stat(path);
    await Deno.remove(bare, { recursive: true });
    return true;
  } catch (error) {
    if (isNothingThere(error)) return false;
    throw error;
  }
}

/** Removes a file or a link. */
export async function removeFile(path: string): Promise<void> {
  const { isDirectory } = await Deno.lstat(path);
  if (isDirectory) throw new TypeError(`"${path}" is a folder`);
  await Deno.remove(path);
}

/** Removes an empty folder. */
export async function removeEmptyFolder(path: string): Promise<void> {
  const { isDirectory } = await Deno.lstat(path);
  if (!isDirectory) throw new TypeError(`"${path}" is no folder`);
  await Deno.remove(path);
}
