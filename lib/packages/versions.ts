/**
 * Versions of packages (semver.org), compared and chosen.
 *
 * @module
 */

import {
  compare,
  maxSatisfying as greatest,
  type SemVer,
  tryParse,
  tryParseRange,
} from "@std/semver";

/** Longer texts are no versions. */
const LONGEST = 256;

/**
 * Which of two versions is newer, for sorting: negative where `b` is. What is no semantic version is
 * older than every one that is; two such are compared as texts.
 *
 * @example
 * ```ts
 * import { compareVersions } from "./versions.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["1.10.0", "1.9.0", "1.9.0-beta.1", "x"].sort(compareVersions), [
 *   "x",
 *   "1.9.0-beta.1",
 *   "1.9.0",
 *   "1.10.0",
 * ]);
 * ```
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parsed(a), parsed(b)];
  if (left !== undefined && right !== undefined) return compare(left, right);
  if (left !== undefined) return 1;
  if (right !== undefined) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a text is a semantic version. */
export function isVersion(version: string): boolean {
  return parsed(version) !== undefined;
}

/** Whether a version is one before its release, such as `1.0.0-beta.1`. */
export function isPrerelease(version: string): boolean {
  return (parsed(version)?.prerelease ?? []).length > 0;
}

/** The major number of a version; `NaN` where there is none. */
export function majorOf(version: string): number {
  return parsed(version)?.major ?? NaN;
}

/**
 * The newest of several versions within a range, such as `^1.2.0`; `undefined` where there is none, or
 * the range is none.
 */
export function maxSatisfying(versions: readonly string[], range: string): string | undefined {
  const wanted = range.length > LONGEST ? undefined : tryParseRange(range);
  if (wanted === undefined) return undefined;
  const known = new Map<SemVer, string>();
  for (const version of versions) {
    const one = parsed(version);
    if (one !== undefined) known.set(one, version);
  }
  const found = greatest([...known.keys()], wanted);
  return found === undefined ? undefined : known.get(found);
}

function parsed(version: string): SemVer | undefined {
  return version.length > LONGEST ? undefined : tryParse(version);
}
