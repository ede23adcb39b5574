/**
 * Versions of packages by semantic precedence (semver.org; contracts: AirDC++ 3.5). A text that is no
 * semantic version is answered with `undefined`.
 *
 * @module
 */

import {
  compare,
  maxSatisfying as highest,
  type SemVer,
  tryParse,
  tryParseRange,
} from "@std/semver";

/**
 * Below 0 where `a` is older than `b`, 0 where neither is.
 *
 * @example
 * ```ts
 * import { compareVersions } from "./versions.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(compareVersions("1.9.0", "1.10.0"), -1);
 * assertEquals(compareVersions("2.0.0", "2.0.0-beta.2"), 1);
 * assertEquals(compareVersions("2.0.0", "latest"), undefined);
 * ```
 */
export function compareVersions(a: string, b: string): number | undefined {
  const [first, second] = [tryParse(a), tryParse(b)];
  return first && second && compare(first, second);
}

/** Whether a version comes before a release, as `2.0.0-beta.2` does. */
export function isPrerelease(version: string): boolean | undefined {
  const parsed = tryParse(version);
  return parsed && (parsed.prerelease?.length ?? 0) > 0;
}

/** The first number. */
export function major(version: string): number | undefined {
  return tryParse(version)?.major;
}

/**
 * The newest of the versions that a range names, as it is written in the list; versions that are no
 * semantic ones are passed over. A range that leaves pre-releases unmentioned does not name any.
 *
 * @example
 * ```ts
 * import { maxSatisfying } from "./versions.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(maxSatisfying(["1.2.0", "1.10.0", "2.0.0", "odd"], "^1.2.0"), "1.10.0");
 * ```
 */
export function maxSatisfying(versions: readonly string[], range: string): string | undefined {
  const parsedRange = tryParseRange(range);
  if (parsedRange === undefined) return undefined;
  const texts = new Map<SemVer, string>();
  for (const text of versions) {
    const parsed = tryParse(text);
    if (parsed) texts.set(parsed, text);
  }
  const found = highest([...texts.keys()], parsedRange);
  return found && texts.get(found);
}
