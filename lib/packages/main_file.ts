/**
 * The file that `main` of a package.json means (contracts: AirDC++ 2.3).
 *
 * @module
 */

/** What node looks for behind a name that is no file, in this order. */
const NODE = ["", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"];
/** What the sandbox of `denoSandboxArgs` looks for. */
const DENO = ["", ".ts", ".js", ".mjs", "/index.ts", "/index.js", "/index.mjs"];
/** Other programs take names as they are. */
const SUFFIXES = new Map([["node", NODE], ["deno", DENO]]);

/**
 * Finds the file that is started: for node and deno `dist/main` may be `dist/main.js`.
 *
 * @param main as it stands in the package.json
 * @param options.engine name of the engine that starts it
 * @param options.has whether the package has a file at a path
 * @returns its path; `undefined` when there is none
 *
 * @example
 * ```ts
 * import { mainFile } from "./main_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const has = (path: string) => path === "dist/main.js";
 * assertEquals(mainFile("./dist/main", { engine: "node", has }), "dist/main.js");
 * ```
 */
export function mainFile(
  main: string,
  { engine, has }: { engine: string; has: (path: string) => boolean },
): string | undefined {
  return candidates(main, SUFFIXES.get(engine) ?? [""]).find(has);
}

/** The files that a package's `main` may mean to whatever engine, the likeliest first. */
export function mainCandidates(main: string): string[] {
  return candidates(main, [...new Set([...NODE, ...DENO])]);
}

function candidates(main: string, suffixes: readonly string[]): string[] {
  const path = main.split("/").filter((part) => part !== "" && part !== ".").join("/");
  return suffixes.map((suffix) => path + suffix);
}
