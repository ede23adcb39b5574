/**
 * The file that `main` of a package.json means (contracts: AirDC++ 2.3).
 *
 * @module
 */

/** What node looks for behind a name that is no file, in this order. */
const SUFFIXES = ["", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"];

/**
 * Finds the file that is started, as node does: `dist/main` may be `dist/main.js`.
 *
 * @param main as it stands in the package.json
 * @param has whether the package has a file at a path
 * @returns its path; `undefined` when there is none
 *
 * @example
 * ```ts
 * import { mainFile } from "./main_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mainFile("./dist/main", (path) => path === "dist/main.js"), "dist/main.js");
 * ```
 */
export function mainFile(main: string, has: (path: string) => boolean): string | undefined {
  return mainCandidates(main).find(has);
}

/** The files that a package's `main` may mean, the likeliest first. */
export function mainCandidates(main: string): string[] {
  const path = main.split("/").filter((part) => part !== "" && part !== ".").join("/");
  return SUFFIXES.map((suffix) => path + suffix);
}
