/**
 * Which paths an archive may have.
 *
 * @module
 */

import { ArchiveError, shown } from "./archive_error.ts";
import type { ArchiveLimits } from "./archive_limits.ts";

/** Names that Windows keeps for devices, with whatever ending. */
const RESERVED = /^(con|prn|aux|nul|(com|lpt)[0-9¹²³]|conin\$|conout\$) *(\.|$)/i;
/** What cannot be seen, or lets a name look like another one. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Most that file systems take for one name, in bytes. */
const MAX_NAME_BYTES = 255;

const encoder = new TextEncoder();

/**
 * Takes a path of an archive apart. What is refused here is so on every system: a package that could
 * be installed on one of them alone, or becomes something else there, is not safe to pass on.
 *
 * @returns its names; none for the archive's own root
 * @throws {ArchiveError} which says why the path is refused
 *
 * @example
 * ```ts
 * import { pathNames } from "./archive_path.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const limits = { pathBytes: 1024, depth: 64 };
 * assertEquals(pathNames("./package/dist/main.js", limits), ["package", "dist", "main.js"]);
 * assertThrows(() => pathNames("package/../../main.js", limits));
 * ```
 */
export function pathNames(
  path: string,
  { pathBytes, depth }: Pick<ArchiveLimits, "pathBytes" | "depth">,
): string[] {
  const problem = (why: string) =>
    new ArchiveError(`The archive is refused: the path ${shown(path)} ${why}`);
  // The longest form of a character is 3 bytes for each unit: nearly no path need be encoded.
  if (path.length * 3 > pathBytes && encoder.encode(path).length > pathBytes) {
    throw problem(`is longer than ${pathBytes} bytes`);
  }
  if (path === "") throw problem("is empty");
  if (path.startsWith("/")) throw problem("is absolute");
  if (path.includes("\\")) throw problem("has a backslash");
  if (path.includes(":")) throw problem("has a colon");
  if (INVISIBLE.test(path)) throw problem("has an invisible character");
  const names: string[] = [];
  const parts = path.split("/");
  for (const [index, name] of parts.entries()) {
    if (name === ".") continue;
    if (name === "") {
      if (index === parts.length - 1) continue;
      throw problem("has an empty name");
    }
    if (name === "..") throw problem('leads upwards with ".."');
    if (/[. ]$/.test(name)) throw problem("has a name that ends with a dot or a space");
    if (RESERVED.test(name)) throw problem(`has the name ${shown(name)}, which Windows reserves`);
    if (name.length * 3 > MAX_NAME_BYTES && encoder.encode(name).length > MAX_NAME_BYTES) {
      throw problem(`has a name of more than ${MAX_NAME_BYTES} bytes`);
    }
    names.push(name);
  }
  if (names.length > depth) throw problem(`has more than ${depth} names`);
  return names;
}

/**
 * A name as file systems compare it that know no upper and lower case, or write letters in more than
 * one way: equal for names that are one and the same file there.
 */
export function foldedName(name: string): string {
  return name.toUpperCase().toLowerCase().normalize("NFC");
}

/** A folder of an archive, or a file, which has nothing below. */
interface Node {
  name: string;
  below: Map<string, Node> | undefined;
}

/** All paths of one archive: finds those that cannot be beside each other everywhere. */
export class PathTree {
  readonly #root = new Map<string, Node>();

  /**
   * Takes a path in. A folder may come more than once.
   *
   * @returns how many of its names were there before
   * @throws {ArchiveError} for a second file at one path, a file where a folder is, or the reverse,
   *   and for names that differ only in case or in how letters are composed
   */
  add(names: readonly string[], kind: "file" | "folder"): number {
    const problem = (why: string) =>
      new ArchiveError(`The archive is refused: the path ${shown(names.join("/"))} ${why}`);
    let below = this.#root;
    let known = 0;
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      const isFile = isLast && kind === "file";
      const key = foldedName(name);
      const found = below.get(key);
      if (found === undefined) {
        const node = { name, below: isFile ? undefined : new Map<string, Node>() };
        below.set(key, node);
        if (node.below) below = node.below;
        continue;
      }
      known++;
      if (found.name !== name) {
        throw problem(`is, where case does not count, the same as one with ${shown(found.name)}`);
      }
      if (isFile) throw problem(found.below ? "is also a folder" : "is there twice");
      if (found.below === undefined) throw problem("is a file, or lies below one");
      below = found.below;
    }
    return known;
  }
}
