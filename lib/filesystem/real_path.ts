/**
 * Paths as the file system has them.
 *
 * @module
 */

import { absolutePath, below, foldedPath, pathParts, slashed, wayBetween } from "./paths.ts";

/**
 * A path without links, as far as it exists, and folded beyond. Where not even its first name
 * exists it stays relative, unless it begins with a dot (contracts: Neutralino 6.7,
 * `filesystem.getJoinedPath`).
 */
export async function realAsFarAsExists(path: string): Promise<string> {
  const whole = await realIfThere(path);
  if (whole !== undefined) return whole;
  const { rootPath, relativePath } = pathParts(path);
  const names = relativePath.split("/").filter((name) => name !== "");
  let known = rootPath;
  while (names.length > 0) {
    const real = await realIfThere(below(known, names[0]!));
    if (real === undefined) break;
    known = real;
    names.shift();
  }
  return foldedPath(names.reduce(below, known));
}

/** The same, and always absolute. */
export function absoluteAsFarAsExists(path: string): Promise<string> {
  return realAsFarAsExists(absolutePath(path));
}

/**
 * The way from one path to another, both without links (`filesystem.getRelativePath`).
 *
 * @param base where it begins; empty for the working directory
 * @returns `.` for equal ones
 */
export async function relativePath(path: string, base: string): Promise<string> {
  return wayBetween(await absoluteAsFarAsExists(base), await absoluteAsFarAsExists(path));
}

/**
 * A path without links, with `/` separators.
 *
 * @throws {Error} when it does not exist
 */
export async function realPath(path: string): Promise<string> {
  return slashed(await Deno.realPath(path));
}

async function realIfThere(path: string): Promise<string | undefined> {
  try {
    return await realPath(path);
  } catch {
    return undefined;
  }
}
