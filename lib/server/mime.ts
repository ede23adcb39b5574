/**
 * Content types by extension (contracts: Neutralino 2.4).
 *
 * @module
 */

// No charset anywhere: pages declare theirs, and old ones in other encodings must keep working.
const TYPES = new Map<string, string>([
  ["7z", "application/x-7z-compressed"],
  ["apng", "image/apng"],
  ["atom", "application/atom+xml"],
  ["avif", "image/avif"],
  ["bmp", "image/bmp"],
  ["css", "text/css"],
  ["csv", "text/csv"],
  ["gif", "image/gif"],
  ["gz", "application/gzip"],
  ["htm", "text/html"],
  ["html", "text/html"],
  ["ico", "image/x-icon"],
  ["jpeg", "image/jpeg"],
  ["jpg", "image/jpeg"],
  ["js", "application/javascript"],
  ["json", "application/json"],
  ["mjs", "application/javascript"],
  ["mp3", "audio/mp3"],
  ["mp4", "video/mp4"],
  ["mpeg", "video/mpeg"],
  ["mpga", "audio/mpeg"],
  ["otf", "font/otf"],
  ["pdf", "application/pdf"],
  ["png", "image/png"],
  ["rss", "application/rss+xml"],
  ["svg", "image/svg+xml"],
  ["tar", "application/x-tar"],
  ["tif", "image/tiff"],
  ["tiff", "image/tiff"],
  ["ttf", "font/ttf"],
  ["txt", "text/plain"],
  ["vtt", "text/vtt"],
  ["wasm", "application/wasm"],
  ["wav", "audio/wave"],
  ["weba", "audio/webm"],
  ["webm", "video/webm"],
  ["webp", "image/webp"],
  ["woff", "font/woff"],
  ["woff2", "font/woff2"],
  ["xht", "application/xhtml+xml"],
  ["xhtml", "application/xhtml+xml"],
  ["xml", "application/xml"],
  ["xslt", "application/xslt+xml"],
  ["zip", "application/zip"],
]);

/**
 * The content type of a path: by the text after its last dot, in exactly that case.
 *
 * @example
 * ```ts
 * import { mimeType } from "./mime.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mimeType("/js/app.js"), "application/javascript");
 * assertEquals(mimeType("/A.PNG"), "application/octet-stream");
 * ```
 */
export function mimeType(path: string): string {
  return TYPES.get(path.slice(path.lastIndexOf(".") + 1)) ?? "application/octet-stream";
}
