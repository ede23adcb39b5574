import { assertEquals } from "@std/assert";
import { mimeType } from "../../lib/server/mime.ts";

// The table of contracts/neutralino.md 2.4, row by row.
const TABLE = `
css text/css;jpg image/jpeg;jpeg image/jpeg;7z application/x-7z-compressed
csv text/csv;mp4 video/mp4;atom application/atom+xml
txt text/plain;mpeg video/mpeg;pdf application/pdf
vtt text/vtt;webm video/webm;js application/javascript;mjs application/javascript
htm text/html;html text/html;mp3 audio/mp3;json application/json
apng image/apng;mpga audio/mpeg;rss application/rss+xml
avif image/avif;weba audio/webm;tar application/x-tar
bmp image/bmp;wav audio/wave;xht application/xhtml+xml;xhtml application/xhtml+xml
gif image/gif;otf font/otf;xslt application/xslt+xml
png image/png;ttf font/ttf;xml application/xml
svg image/svg+xml;woff font/woff;gz application/gzip
webp image/webp;woff2 font/woff2;zip application/zip
ico image/x-icon;tif image/tiff;tiff image/tiff;wasm application/wasm`;

Deno.test("mimeType() answers the contract's table", () => {
  const rows = TABLE.trim().split(/[\n;]/).map((row) => row.split(" "));
  assertEquals(rows.length, 44);
  for (const [extension, type] of rows) assertEquals(mimeType(`/a/b.${extension}`), type);
});

Deno.test("mimeType() goes by the last dot and minds case; the rest is bytes", () => {
  assertEquals(mimeType("/a.html.gz"), "application/gzip");
  for (const path of ["/a.HTML", "/a.unknown", "/a.", "/a.constructor", "/a.__proto__"]) {
    assertEquals(mimeType(path), "application/octet-stream");
  }
});
