/**
 * The version of this program; a test keeps it in step with `deno.json`.
 *
 * @module
 */

/** Semantic version (semver.org). */
export const VERSION = "0.1.0";
