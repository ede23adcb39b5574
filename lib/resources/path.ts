/**
 * Splitting and refusing resource paths before any of them reaches a file system.
 *
 * @module
 */

/** Names that open a device on Windows whatever folder they stand in. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/**
 * The segments of a resource path, already percent-decoded by whoever took it from a URL.
 * Empty segments are dropped, so `//a///b/` is `a`, `b`.
 *
 * @param path `/`-rooted, a missing first slash counts as there
 * @param os whose naming rules hold beside the common ones
 * @returns `undefined` when a segment could mean something outside the root: NUL, a backslash, `.`,
 * `..`, a drive letter; on Windows also streams (`a:b`), devices and trailing dots or spaces
 */
export function segmentsOf(
  path: string,
  os: typeof Deno.build.os = Deno.build.os,
): string[] | undefined {
  if (path.includes("\0") || path.includes("\\")) return undefined;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "") continue;
    if (segment === "." || segment === ".." || /^[A-Za-z]:/.test(segment)) return undefined;
    if (
      os === "windows" &&
      (/[:*?"<>|]/.test(segment) || /[. ]$/.test(segment) || WINDOWS_DEVICE.test(segment))
    ) {
      return undefined;
    }
    segments.push(segment);
  }
  return segments;
}

/** Orders names as `resources.getFiles` does: by code unit, the same on every machine. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
