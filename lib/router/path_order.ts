/**
 * Order among the calls of one connection that touch the same files.
 *
 * @module
 */

import { workingFolder } from "../machine/environment.ts";
import type { OperatingSystem } from "../process/shell.ts";

/** The files and folders that a call reads, and those it changes; paths as its caller gave them. */
export interface PathUse {
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

interface Use {
  reads: string[];
  writes: string[];
}

/**
 * Starts a call once all earlier ones that it could disturb, or be disturbed by, have ended. Two
 * calls do when one of them writes where the other one is, above it or below it. Paths are compared
 * as texts: two links to one file count as two files.
 */
export class PathOrder {
  readonly #running = new Map<Promise<unknown>, Use>();

  /** Starts `task`, at once when nothing is in its way. It may throw, or reject, or neither. */
  run<T>(use: PathUse, task: () => T | Promise<T>): T | Promise<T> {
    const own = { reads: keys(use.reads), writes: keys(use.writes) };
    const before = [...this.#running].filter(([, other]) => conflict(own, other));
    let result: T | Promise<T>;
    if (before.length === 0) {
      result = task();
      if (!(result instanceof Promise)) return result;
    } else {
      result = Promise.allSettled(before.map(([promise]) => promise)).then(task);
    }
    const running = result;
    this.#running.set(running, own);
    const clear = () => this.#running.delete(running);
    running.then(clear, clear);
    return running;
  }
}

function keys(paths: readonly string[] = []): string[] {
  return paths.map((path) => pathKey(path));
}

function conflict(a: Use, b: Use): boolean {
  return touches(a.writes, b.writes) || touches(a.writes, b.reads) || touches(a.reads, b.writes);
}

function touches(some: readonly string[], others: readonly string[]): boolean {
  return some.some((a) => others.some((b) => a === b || isAbove(a, b) || isAbove(b, a)));
}

function isAbove(folder: string, path: string): boolean {
  return path.startsWith(folder) && (folder.endsWith("/") || path[folder.length] === "/");
}

/**
 * One spelling for the spellings of a path: absolute, without `.`, `..` and doubled slashes; in
 * lower case where the file system usually ignores case.
 *
 * @example
 * ```ts
 * import { pathKey } from "./path_order.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pathKey("/a/./b//../c/", { os: "linux" }), "/a/c");
 * assertEquals(pathKey("Docs\\A.txt", { os: "windows", cwd: "C:\\Me" }), "c:/me/docs/a.txt");
 * ```
 */
export function pathKey(
  path: string,
  { os = Deno.build.os, cwd }: { os?: OperatingSystem; cwd?: string } = {},
): string {
  const windows = os === "windows";
  const slashed = (text: string) => windows ? text.replaceAll("\\", "/") : text;
  let absolute = slashed(path);
  const rooted = absolute.startsWith("/") || (windows && /^[A-Za-z]:\//.test(absolute));
  // Without one, the call itself tells that there is nothing at a relative path.
  if (!rooted) absolute = `${slashed(cwd ?? workingFolder())}/${absolute}`;
  const segments: string[] = [];
  for (const segment of absolute.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  const key = (absolute.startsWith("/") ? "/" : "") + segments.join("/");
  return windows || os === "darwin" ? key.toLowerCase() : key;
}
