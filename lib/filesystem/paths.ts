/**
 * Paths as texts (contracts: Neutralino 6.7). On Windows both separators are understood and `/` is
 * given back.
 *
 * @module
 */

import type { OperatingSystem } from "../process/shell.ts";

/** What `filesystem.getPathParts` answers. */
export interface PathParts {
  /** Windows: `C:` or `//server`; else empty. */
  rootName: string;
  rootDirectory: "/" | "";
  rootPath: string;
  relativePath: string;
  parentPath: string;
  /** Empty for what ends with a separator. */
  filename: string;
  stem: string;
  /** With its dot; empty for `.hidden`, `.` and `..`. */
  extension: string;
}

/**
 * The parts of a path.
 *
 * @example
 * ```ts
 * import { pathParts } from "./paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { parentPath, stem, extension } = pathParts("/a/b/c.tar.gz");
 * assertEquals([parentPath, stem, extension], ["/a/b", "c.tar", ".gz"]);
 * ```
 */
export function pathParts(path: string, os: OperatingSystem = Deno.build.os): PathParts {
  const { rootName, rootDirectory, rest } = split(path, os);
  const rootPath = rootName + rootDirectory;
  const cut = rest.lastIndexOf("/");
  const filename = rest.slice(cut + 1);
  const dot = filename === ".." ? 0 : filename.lastIndexOf(".");
  return {
    rootName,
    rootDirectory,
    rootPath,
    relativePath: rest,
    parentPath: rootPath + withoutEndSlashes(rest.slice(0, Math.max(cut, 0))),
    filename,
    stem: dot > 0 ? filename.slice(0, dot) : filename,
    extension: dot > 0 ? filename.slice(dot) : "",
  };
}

/** Paths one after the other; an absolute one discards what stands before it. */
export function joinPaths(
  paths: readonly string[],
  os: OperatingSystem = Deno.build.os,
): string {
  let joined = "";
  for (const [index, path] of paths.entries()) {
    const part = slashed(path, os);
    const { rootName, rootDirectory } = split(part, os);
    if (index === 0) joined = part;
    else if (rootDirectory !== "") {
      joined = (rootName || split(joined, os).rootName) + part.slice(rootName.length);
    } else if (rootName !== "" && rootName !== split(joined, os).rootName) joined = part;
    else joined = below(joined, part.slice(rootName.length));
  }
  return joined;
}

/** A name below a folder. */
export function below(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** Whether a path can be used without a working directory. */
export function isAbsolute(path: string, os: OperatingSystem = Deno.build.os): boolean {
  const { rootName, rootDirectory } = split(path, os);
  return rootDirectory !== "" && (os !== "windows" || rootName !== "");
}

/** A path below the working directory, not cleaned up. */
export function absolutePath(
  path: string,
  { cwd, os = Deno.build.os }: { cwd?: string; os?: OperatingSystem } = {},
): string {
  // The working directory may be gone; an absolute path does not need it.
  return isAbsolute(path, os) ? slashed(path, os) : joinPaths([cwd ?? Deno.cwd(), path], os);
}

/** Without `.`, doubled separators and what `..` takes back; a separator at the end is dropped. */
export function foldedPath(path: string, os: OperatingSystem = Deno.build.os): string {
  const { rootName, rootDirectory, rest } = split(path, os);
  const names: string[] = [];
  for (const name of rest.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== ".." || (names.length === 0 && rootDirectory === "") || names.at(-1) === "..") {
      names.push(name);
    } else {
      names.pop();
    }
  }
  const folded = rootName + rootDirectory + names.join("/");
  return folded === "" && path !== "" ? "." : folded;
}

/**
 * The way from one absolute, folded path to another.
 *
 * @returns `.` for equal ones; empty where there is no way, from one drive to another
 */
export function wayBetween(
  from: string,
  to: string,
  os: OperatingSystem = Deno.build.os,
): string {
  const same = (a: string, b: string) =>
    os === "windows" ? a.toLowerCase() === b.toLowerCase() : a === b;
  const start = split(from, os);
  const end = split(to, os);
  if (!same(start.rootName, end.rootName)) return "";
  const names = (rest: string) => rest.split("/").filter((name) => name !== "");
  const up = names(start.rest);
  const down = names(end.rest);
  let common = 0;
  while (common < up.length && common < down.length && same(up[common]!, down[common]!)) common++;
  return [...up.slice(common).map(() => ".."), ...down.slice(common)].join("/") || ".";
}

/** Whether a folded path is another one or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(below(folder, ""));
}

/** Without separators at the end; a root stays a root. */
export function withoutEndSlash(path: string, os: OperatingSystem = Deno.build.os): string {
  const { rootName, rootDirectory, rest } = split(path, os);
  return rootName + rootDirectory + withoutEndSlashes(rest);
}

/** `/` separators. */
export function slashed(path: string, os: OperatingSystem = Deno.build.os): string {
  return os === "windows" ? path.replaceAll("\\", "/") : path;
}

/** The separators of the operating system. */
export function unslashed(path: string, os: OperatingSystem = Deno.build.os): string {
  return os === "windows" ? path.replaceAll("/", "\\") : path;
}

function split(path: string, os: OperatingSystem) {
  const text = slashed(path, os);
  const rootName = os === "windows" ? /^(?:[A-Za-z]:|\/\/[^/]+)/.exec(text)?.[0] ?? "" : "";
  let at = rootName.length;
  const rootDirectory: "/" | "" = text[at] === "/" ? "/" : "";
  while (text[at] === "/") at++;
  return { rootName, rootDirectory, rest: text.slice(at) };
}

/** A pattern would take a time that grows with the square of the number of separators. */
function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end--;
  return text.slice(0, end);
}
