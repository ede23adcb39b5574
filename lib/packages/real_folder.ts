/**
 * Folders that must be where their path says, because something is written or removed in them.
 *
 * @module
 */

/** What is at a path, a link itself and not what it leads to; `undefined` for nothing. */
export async function lookAt(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    // A file is where a folder on the way should be.
    if (error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/**
 * Whether a folder is there.
 *
 * @throws {Error} for a link, or a file, in its place
 */
export async function isRealFolder(path: string): Promise<boolean> {
  const info = await lookAt(path);
  if (info === undefined) return false;
  if (info.isDirectory && !info.isSymlink) return true;
  throw new Error(`"${path}" is ${info.isSymlink ? "a link" : "a file"}, not a folder of its own`);
}

/**
 * Makes a folder unless it is there; its parent must be.
 *
 * @returns whether it was made
 * @throws {Error} see {@linkcode isRealFolder}
 */
export async function makeRealFolder(path: string): Promise<boolean> {
  if (await isRealFolder(path)) return false;
  await Deno.mkdir(path, { mode: 0o700 });
  return true;
}

/** Removes a file, or a folder with everything in it; links are removed, not followed. */
export async function removeWhole(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
