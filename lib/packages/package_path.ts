/**
 * Paths that a package names.
 *
 * @module
 */

/** What stands for the folder of the package, and for that of its settings. */
const CONSTANTS = ["${PACKAGE}", "${SETTINGS}"];

/**
 * Why a path may not be the script of a package (contracts: AirDC++ 18 #4); `undefined` for one that
 * stays in the package's folder. Backslashes separate names on every system.
 *
 * @example
 * ```ts
 * import { scriptProblem } from "./package_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scriptProblem("dist/../main"), undefined);
 * assertEquals(scriptProblem("dist/../../main"), "leads out of the package");
 * ```
 */
export function scriptProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (/\p{Cc}/u.test(path)) return "has a control character";
  if (/^[/\\]|:/.test(path)) return "is not relative to the package";
  let depth = 0;
  for (const name of path.split(/[/\\]/)) {
    // What such names mean differs between systems.
    if (/^[. ]+$/.test(name) && name !== "." && name !== "..") {
      return "has a name of dots and spaces";
    }
    if (name === "..") depth--;
    else if (name !== "" && name !== ".") depth++;
    if (depth < 0) return "leads out of the package";
  }
}

/**
 * Why a package may not ask for a folder; `undefined` for one that is absolute, or below the folder
 * of the package or of its settings.
 *
 * @example
 * ```ts
 * import { rootProblem } from "./package_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rootProblem("${SETTINGS}/cache"), undefined);
 * assertEquals(rootProblem("cache"), "is neither absolute nor below ${PACKAGE} or ${SETTINGS}");
 * ```
 */
export function rootProblem(path: string): string | undefined {
  if (/\p{Cc}/u.test(path)) return "has a control character";
  if (path.split(/[/\\]/).includes("..")) return 'has ".." in it';
  const constant = CONSTANTS.find((text) => path.startsWith(text));
  const rest = constant === undefined ? path : path.slice(constant.length);
  if (rest.includes("${")) return "has an unknown constant";
  const isPlaced = constant === undefined
    ? /^([/\\]|[A-Za-z]:[/\\])/.test(path)
    : rest === "" || /^[/\\]/.test(rest);
  return isPlaced ? undefined : `is neither absolute nor below ${CONSTANTS.join(" or ")}`;
}
