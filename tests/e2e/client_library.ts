/**
 * Pages with the official client library, and what tests ask of them.
 *
 * @module
 */

import { join } from "@std/path";
import { packages, pathOf } from "../tools.ts";

const LIBRARY = "@neutralinojs/lib/dist";

/** A page that loads the library as a classic script and counts what happens to it. */
export const PAGE = `<!doctype html>
<title>e2e</title>
<script src="/neutralino.js"></script>
<script src="/seen.js"></script>`;

/** Keeps events that came, by name, and starts the library. */
const SEEN = `
globalThis.seen = [];
for (const name of ["ready", "serverOffline", "extensionReady", "pong", "hello",
  "extClientConnect", "extClientDisconnect"]) {
  Neutralino.events.on(name, ({ detail }) => seen.push({ name, detail }));
}
globalThis.data = (name) => seen.filter((event) => event.name === name).map(({ detail }) => detail);
globalThis.code = (promise) => promise.then(() => "no error", ({ code }) => code);
Neutralino.init();
`;

/** Files of an app: the library in both forms, and a page that uses it. */
export function pageFiles(page = PAGE): Record<string, string> {
  const read = (name: string) => Deno.readTextFileSync(join(pathOf(packages), LIBRARY, name));
  return {
    "resources/index.html": page,
    "resources/seen.js": SEEN,
    "resources/neutralino.js": read("neutralino.js"),
    "resources/neutralino.mjs": read("neutralino.mjs"),
  };
}
