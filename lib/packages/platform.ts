/**
 * The name of this system in the world of packages.
 *
 * @module
 */

const PLATFORMS = new Map([
  ["windows", "win32"],
  ["darwin", "darwin"],
  ["linux", "linux"],
  ["freebsd", "freebsd"],
]);

/**
 * The operating system as packages name it (contracts: AirDC++ 2.3).
 *
 * @example
 * ```ts
 * import { platformName } from "./platform.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(platformName("windows"), "win32");
 * assertEquals(platformName("aix"), "other");
 * ```
 */
export function platformName(os: string = Deno.build.os): string {
  return PLATFORMS.get(os) ?? "other";
}
