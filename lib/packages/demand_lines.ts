/**
 * What packages ask for, in words.
 *
 * @module
 */

/** The lists of a package.json's `outrigger.permissions`, and how they are told. */
const LISTS: readonly (readonly [key: string, tell: (item: unknown) => string])[] = [
  ["filesystemRoots", (item) => {
    const { path, access } = item as { path: string; access: string };
    return `${access === "write" ? "read and write" : "read"} ${path}`;
  }],
  ["netHosts", (item) => `use the network: ${item}`],
  ["commands", (item) => `start ${item}`],
  ["nativeAllowList", (item) => `call the host's method ${item}`],
  ["env", (item) => `read the environment variable ${item}`],
];

/**
 * A line for each thing that is asked for.
 *
 * @param asks `permissions` of a manifest
 *
 * @example
 * ```ts
 * import { demandLines } from "./demand_lines.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(demandLines({ netHosts: ["example.org"], commands: ["git"] }), [
 *   "use the network: example.org",
 *   "start git",
 * ]);
 * ```
 */
export function demandLines(asks: unknown): string[] {
  const lists = new Map(Object.entries((asks ?? {}) as Record<string, unknown>));
  return LISTS.flatMap(([key, tell]) => {
    const list = lists.get(key);
    return Array.isArray(list) ? list.map((item) => printable(tell(item))) : [];
  });
}

/** What is new about what is asked for. */
export function widerLines(before: unknown, after: unknown): string[] {
  const had = new Set(demandLines(before));
  return demandLines(after).filter((line) => {
    // Who may write may read.
    return !had.has(line) && !had.has(line.replace(/^read (?!and |the )/, "read and write "));
  });
}

/** A text of a stranger's as one line, without what would steer a terminal. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+/g, " ");
}
