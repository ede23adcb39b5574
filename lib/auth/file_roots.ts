/**
 * Whether files lie below the roots that a caller may use.
 *
 * Paths are compared as the file system has them, every link on the way resolved. What does not exist
 * is judged by its nearest existing parent. Between the check and the use somebody else may exchange
 * a link; a caller with roots cannot: no method makes links.
 *
 * @module
 */

import type { SecretFolders } from "../filesystem/secret_folders.ts";
import type { FileRoot } from "./scopes.ts";

type OperatingSystem = typeof Deno.build.os;

/** What is asked. */
export interface FileQuestion {
  paths: readonly string[];
  access: FileRoot["access"];
  /** What lies below, and what links there lead to, as well. */
  deep: boolean;
  /** Nobody looks below these: nothing of a deep question gets in there. */
  closed?: SecretFolders;
}

/** Links on the way of one path; more are a circle. */
const MOST_LINKS = 40;
/** Entries below a folder that are looked at; a larger tree is refused. */
const MOST_ENTRIES = 200_000;

/** The first of the paths that is not within the roots; `undefined` when all are. */
export async function outsideOf(
  roots: readonly FileRoot[],
  { paths, access, deep, closed }: FileQuestion,
): Promise<string | undefined> {
  const suitable = roots.filter((root) => access === "read" || root.access === "write");
  const folders = (await Promise.all(suitable.map(({ path }) => truePath(path))))
    .filter((path) => path !== undefined);
  for (const path of paths) {
    const real = await truePath(path);
    if (real === undefined || !isBelowAny(real, folders)) return path;
    if (deep) {
      const outside = await linkTo(real, (target) => !isBelowAny(target, folders), closed);
      if (outside !== undefined) return outside;
    }
  }
}

/** What is asked of paths of the host's tokens. */
export interface SecretQuestion {
  reads: readonly string[];
  writes: readonly string[];
  /** Those of them that go elsewhere, or into `writes`, with all that lies below. */
  takes: readonly string[];
  /** Links on the way are followed. */
  deep: boolean;
}

/** The first path that leads to what only the host may touch, or would take it elsewhere. */
export async function secretAmong(
  secrets: SecretFolders,
  { reads, writes, takes, deep }: SecretQuestion,
): Promise<string | undefined> {
  const leadsToSecret = (target: string) => secrets.hold(target) || secrets.isBelow(target);
  for (const path of [...reads, ...writes]) {
    const real = await truePath(path);
    if (real === undefined || secrets.hold(real)) return path;
    if (takes.includes(path) && secrets.isBelow(real)) return path;
    const landing = writes.includes(path) ? secrets.below(real) : [];
    for (const from of landing.flatMap((rest) => takes.map((from) => `${from}${rest}`))) {
      if (await Deno.stat(from).then(() => true, () => false)) return from;
    }
    if (!deep || takes.length === 0) continue;
    const link = await linkTo(real, leadsToSecret, secrets);
    if (link !== undefined) return link;
  }
}

/** The first link in a tree that leads to something of a kind, or nobody knows where. */
async function linkTo(
  top: string,
  isWanted: (target: string) => boolean,
  closed?: SecretFolders,
): Promise<string | undefined> {
  const seen = new Set<string>();
  const waiting = [top];
  let left = MOST_ENTRIES;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (seen.has(folder) || closed?.hold(folder)) continue;
    seen.add(folder);
    const info = await Deno.lstat(folder).catch(() => undefined);
    if (!info?.isDirectory) continue;
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
      if (--left < 0) return top;
      const path = joined(folder, name);
      if (isDirectory) waiting.push(path);
      if (!isSymlink) continue;
      const real = await truePath(path);
      if (real === undefined || isWanted(real)) return path;
      waiting.push(real);
    }
  }
}

/**
 * A path as the file system has it, with what does not exist behind its nearest existing parent.
 *
 * @returns `undefined` where it cannot be told: circles of links, folders that may not be entered,
 * texts that are no paths
 */
export async function truePath(path: string): Promise<string | undefined> {
  if (path.includes("\0") || hasWindowsTricks(path)) return undefined;
  try {
    return unprefixed(await Deno.realPath(path === "" ? "." : path));
  } catch {
    return await followed(path);
  }
}

/** For what `realPath` fails on: missing files, links to missing files. */
async function followed(path: string, os: OperatingSystem = Deno.build.os) {
  const slashed = (text: string) => os === "windows" ? text.replaceAll("\\", "/") : text;
  let start = slashed(path);
  if (!isRooted(start, os)) start = `${slashed(Deno.cwd())}/${start}`;
  let at = rootOf(start);
  const waiting = start.slice(at.length).split("/").reverse();
  let links = 0;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at = parentOf(at);
      continue;
    }
    const next = joined(at, name);
    let info: Deno.FileInfo | undefined;
    try {
      info = await Deno.lstat(next);
    } catch (error) {
      const missing = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory;
      if (!missing) return undefined;
    }
    if (info?.isSymlink !== true) {
      at = next;
      continue;
    }
    if (++links > MOST_LINKS) return undefined;
    const target = slashed(await Deno.readLink(next).catch(() => "\0"));
    if (target.includes("\0") || hasWindowsTricks(target)) return undefined;
    if (isRooted(target, os)) at = rootOf(target);
    waiting.push(...target.slice(isRooted(target, os) ? at.length : 0).split("/").reverse());
  }
  return await withRealParent(at);
}

/** Once more by the system itself, whose spelling counts. */
async function withRealParent(path: string): Promise<string | undefined> {
  const missing: string[] = [];
  for (let at = path;; at = parentOf(at)) {
    const real = await Deno.realPath(at).catch(() => undefined);
    if (real !== undefined) return [unprefixed(real), ...missing].reduce(joined);
    if (at === parentOf(at)) return undefined;
    missing.unshift(at.slice(at.lastIndexOf("/") + 1));
  }
}

/** Whether a path is one of the folders or lies below one. */
export function isBelowAny(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) =>
    path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`)
  );
}

/**
 * What Windows would read in another way than it is written: devices, names of devices, streams of
 * files, dots and spaces at the end of a name, and paths that lead to other machines.
 *
 * @example
 * ```ts
 * import { hasWindowsTricks } from "./file_roots.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(hasWindowsTricks("C:\\data\\.. \\secret", "windows"));
 * assertFalse(hasWindowsTricks("C:\\data\\..\\other", "windows"));
 * ```
 */
export function hasWindowsTricks(path: string, os: OperatingSystem = Deno.build.os): boolean {
  if (os !== "windows") return false;
  const slashed = path.replaceAll("/", "\\");
  if (slashed.startsWith("\\\\") || slashed.startsWith("\\??\\")) return true;
  const rest = slashed.replace(/^[A-Za-z]:(?=\\|$)/, "");
  if (/[:*?"<>|]/.test(rest)) return true;
  return rest.split("\\").some((name) =>
    name !== "." && name !== ".." &&
    (/[. ]$/.test(name) || /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i.test(name))
  );
}

function isRooted(path: string, os: OperatingSystem): boolean {
  return path.startsWith("/") || (os === "windows" && /^[A-Za-z]:\//.test(path));
}

function rootOf(path: string): string {
  return path.startsWith("/") ? "/" : path.slice(0, 3);
}

function parentOf(path: string): string {
  const root = rootOf(path);
  return path.slice(0, Math.max(path.lastIndexOf("/"), root.length)) || root;
}

function joined(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** `\\?\C:\a` as `C:/a`; other systems have no prefix. */
function unprefixed(path: string): string {
  if (Deno.build.os !== "windows") return path;
  return path.replace(/^\\\\\?\\(?=[A-Za-z]:)/, "").replaceAll("\\", "/");
}
