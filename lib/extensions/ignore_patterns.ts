/**
 * Which changed files of an extension do not count.
 *
 * @module
 */

/** What programs, editors and version control write beside the sources. */
export const NEVER_COUNTED: readonly string[] = [
  ".*/",
  "node_modules/",
  "__pycache__/",
  "logs/",
  "*.log",
  "*.tmp",
  "*~",
  ".*.sw?",
  ".#*",
];

/** Whether a path, relative to the watched folder and with `/`, is ignored. */
export type Ignored = (path: string, isFolder: boolean) => boolean;

/**
 * Makes patterns one test. `*` stands for characters of one name, `**` for any, `?` for one. A
 * pattern without a slash is a name anywhere, one with a slash a path from the watched folder on; at
 * its end a slash says that only folders are meant. What lies in an ignored folder is ignored.
 *
 * @example
 * ```ts
 * import { ignored } from "./ignore_patterns.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const test = ignored(["*.db", "cache/", "data/*.json"]);
 * assertEquals(test("a/b.db", false), true);
 * assertEquals(test("a/cache/b.js", false), true);
 * assertEquals(test("cache", false), false);
 * assertEquals(test("data/a.json", false), true);
 * assertEquals(test("a/data/a.json", false), false);
 * ```
 */
export function ignored(patterns: readonly string[]): Ignored {
  const tests = patterns.filter((pattern) => /[^/]/.test(pattern)).map((pattern) => {
    const bare = pattern.replace(/^\.?\/+/, "").replace(/\/+$/, "");
    const anywhere = !bare.includes("/") && bare === pattern.replace(/\/+$/, "");
    return {
      expression: new RegExp(`^${anywhere ? "(?:.*/)?" : ""}${source(bare)}$`, "s"),
      folders: pattern.endsWith("/"),
    };
  });
  return (path, isFolder) => {
    for (let end = path.indexOf("/");; end = path.indexOf("/", end + 1)) {
      const last = end < 0;
      const part = last ? path : path.slice(0, end);
      const folder = !last || isFolder;
      if (tests.some((it) => (folder || !it.folders) && it.expression.test(part))) return true;
      if (last) return false;
    }
  };
}

/** A pattern as the source of a regular expression. */
function source(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|[\s\S]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    return part.replace(/[\\^$.|+()[\]{}]/, "\\$&");
  });
}
