/**
 * Authority and raw target of a request, cut out of `Request.url` by string operations.
 *
 * `new URL()` must not touch them: it folds dot segments, turns backslashes and drops characters,
 * and the rules of the wire are about what the client really sent (contracts: Neutralino 2.3, 3.1).
 *
 * @module
 */

/** Where the authority of a request URL begins. */
function authorityStart(url: string): number {
  const scheme = url.indexOf("://");
  return scheme < 0 ? 0 : scheme + 3;
}

/** Where it ends: at the first `/`, `?` or `#`. */
function authorityEnd(url: string, start: number): number {
  let end = start;
  for (; end < url.length; end++) {
    const char = url.charCodeAt(end);
    if (char === 0x2f || char === 0x3f || char === 0x23) break;
  }
  return end;
}

/**
 * The authority a request names: that of its `Host` header, except in a request line of absolute
 * form (`GET http://name/ HTTP/1.1`), where it is the one given there.
 *
 * @param url `Request.url` as the server received it
 *
 * @example
 * ```ts
 * import { requestAuthority } from "./target.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(requestAuthority("http://localhost:8123/a?b"), "localhost:8123");
 * ```
 */
export function requestAuthority(url: string): string {
  const start = authorityStart(url);
  return url.slice(start, authorityEnd(url, start));
}

/**
 * Path and query as sent, nothing decoded or folded; begins with `/` (`*` becomes `/*`).
 *
 * @param url `Request.url` as the server received it
 *
 * @example
 * ```ts
 * import { requestTarget } from "./target.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(requestTarget("http://localhost:8123/a/../%2e?x"), "/a/../%2e?x");
 * ```
 */
export function requestTarget(url: string): string {
  const end = authorityEnd(url, authorityStart(url));
  return url.charCodeAt(end) === 0x2f ? url.slice(end) : "/" + url.slice(end);
}

/**
 * The path of a raw target: what precedes the first raw `?` or `#`, still percent-encoded.
 *
 * Clients never send `#`; some versions of the runtime strip it from the request line and others
 * don't, so it ends the path here.
 */
export function targetPath(target: string): string {
  for (let end = 0; end < target.length; end++) {
    const char = target.charCodeAt(end);
    if (char === 0x3f || char === 0x23) return target.slice(0, end);
  }
  return target;
}
