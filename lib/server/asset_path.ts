/**
 * From a raw request target to the path of an asset (contracts: Neutralino 2.3; security row 8).
 *
 * @module
 */

import { targetPath } from "./target.ts";

/** What a target asks for. */
export interface AssetPath {
  /**
   * Decoded, `/`-rooted, index rule applied, without the documentRoot: what mounts are looked up by.
   * No segment of it is empty, `.` or `..`.
   */
  path: string;
  /** By the last segment: `neutralino.js`, `__neutralino_globals.js`, or anything else (2.6). */
  kind: "library" | "globals" | "asset";
}

/** Settings of `assetPath`. */
export interface AssetPathOptions {
  /** Whether names mean what they mean on Windows. Default: whether this is Windows. */
  windows?: boolean;
}

/** A path of plain segments, the usual case: nothing to decode, to collapse or to refuse. */
const PLAIN = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)+\/?$/;
// deno-lint-ignore no-control-regex
const UNSAFE = /[\x00-\x1f\x7f\\]/;
const DRIVE = /^[A-Za-z]:/;
// Other spellings of a name: streams (`a.js::$DATA`), dropped endings (`a.js.`), short names
// (`NEUTRA~1.JSO`), and devices.
const WINDOWS_ALIAS = /:|[. ]$|~[0-9]|^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/**
 * Decodes a target and applies the index rule.
 *
 * @param target path and query as sent
 * @returns 400 for what can't be decoded, holds a control character or a backslash; 404 for what is
 * never served: `.` and `..` segments, names that begin with a dot (`/.well-known` excepted), drive
 * letters. Refusing beats folding: no legitimate client sends these.
 *
 * @example
 * ```ts
 * import { assetPath } from "./asset_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(assetPath("/about?x=1"), { path: "/about/index.html", kind: "asset" });
 * assertEquals(assetPath("/%2e%2e/passwd"), 404);
 * ```
 */
export function assetPath(target: string, options: AssetPathOptions = {}): AssetPath | 400 | 404 {
  const windows = options.windows ?? Deno.build.os === "windows";
  const raw = targetPath(target);
  const path = PLAIN.test(raw) && !windows ? raw : decodePath(raw, windows);
  if (typeof path === "number") return path;
  const slash = path.lastIndexOf("/");
  // Only the last segment counts: a dot in a directory's name says nothing about the file.
  if (!path.includes(".", slash)) {
    return {
      path: slash === path.length - 1 ? `${path}index.html` : `${path}/index.html`,
      kind: "asset",
    };
  }
  const name = path.slice(slash + 1);
  const kind = name === "neutralino.js"
    ? "library"
    : name === "__neutralino_globals.js"
    ? "globals"
    : "asset";
  return { path, kind };
}

function decodePath(raw: string, windows: boolean): string | 400 | 404 {
  let decoded: string;
  try {
    // Once. What is still encoded afterwards is part of a name. So is a lone `%`, which browsers send
    // as it stands in a page: `50%.png`.
    decoded = decodeURIComponent(raw.replace(/%(?![\da-f]{2})/gi, "%25"));
  } catch {
    return 400;
  }
  if (UNSAFE.test(decoded)) return 400;
  const segments = decoded.split("/").filter((segment) => segment !== "");
  for (const segment of segments) {
    if (segment.startsWith(".") && segment !== ".well-known") return 404;
    if (DRIVE.test(segment)) return 404;
    if (windows && WINDOWS_ALIAS.test(segment)) return 404;
  }
  return "/" + segments.join("/") + (decoded.endsWith("/") && segments.length > 0 ? "/" : "");
}

/**
 * The prefix a configured documentRoot puts before every path: `/`-rooted, without its one
 * trailing slash, empty for none (2.3, step 2).
 */
export function documentRootPrefix(documentRoot: string | undefined): string {
  if (documentRoot === undefined) return "";
  const prefix = documentRoot.endsWith("/") ? documentRoot.slice(0, -1) : documentRoot;
  return prefix === "" || prefix.startsWith("/") ? prefix : `/${prefix}`;
}

/** Files of the host that may lie beside an app's own, in the app's folder (11.2). */
const HOST_FILES = new Set([
  "/neutralino.config.json",
  "/auth_info.json",
  "/resources.neu",
]);

/**
 * Whether a path of the resource source is a file of the host's, never served from there.
 * Compared without case, as some file systems do.
 *
 * @param path in the source, documentRoot included
 * @param configFile the config file's path in the app's folder, as given
 */
export function isHostFile(path: string, configFile?: string): boolean {
  const name = path.toLowerCase();
  if (name.endsWith(".neustorage") || HOST_FILES.has(name)) return true;
  if (name.startsWith("/.tmp/") || name.startsWith("/.storage/")) return true;
  if (/^\/(?:neutralinojs|logs\/[^/]+)\.log(?:\.\d+)?$/.test(name)) return true;
  if (configFile === undefined) return false;
  const config = configFile.toLowerCase().replaceAll("\\", "/").replace(/^(?:\.?\/)*/, "/");
  return name === config;
}
