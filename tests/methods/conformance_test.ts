/**
 * What each native method answers, through a real WebSocket (contracts: Neutralino 6): a row a case,
 * a table a namespace, and no method without rows.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";
import { runTable, type Shown, type Table } from "./conformance.ts";
import { NATIVE_API } from "./native_api.ts";
import { app } from "./rows/app.ts";
import { clipboard } from "./rows/clipboard.ts";
import { computer } from "./rows/computer.ts";
import { custom } from "./rows/custom.ts";
import { debug } from "./rows/debug.ts";
import { events } from "./rows/events.ts";
import { extensions } from "./rows/extensions.ts";
import { filesystem } from "./rows/filesystem.ts";
import { filesystemPaths } from "./rows/filesystem_paths.ts";
import { hooks } from "./rows/hooks.ts";
import { filesystemStreams } from "./rows/filesystem_streams.ts";
import { host } from "./rows/host.ts";
import { net } from "./rows/net.ts";
import { os, osDesktop } from "./rows/os.ts";
import { bundledResources, resources } from "./rows/resources.ts";
import { server } from "./rows/server.ts";
import { storage } from "./rows/storage.ts";
import { window } from "./rows/window.ts";

const TABLES: Table[] = [
  app,
  clipboard,
  computer,
  custom,
  debug,
  events,
  extensions,
  filesystem,
  filesystemPaths,
  hooks,
  filesystemStreams,
  host,
  net,
  os,
  osDesktop,
  resources,
  bundledResources,
  server,
  storage,
  window,
];

/** What rows cannot show, and the test that does. */
const ELSEWHERE = new Map([
  ["app.exit", "below: it ends the host"],
  ["app.killProcess", "below: it ends the host"],
  ["extensions.provide", "extension_calls_test.ts: extensions alone may"],
  ["extensions.start", "tests/extensions/supervision_test.ts"],
  ["extensions.restart", "tests/extensions/supervision_test.ts"],
  ["host.getInfo", "host_test.ts: backends alone may"],
  ["host.diagnose", "host_test.ts: backends alone may"],
  ["extensions.call", "extension_calls_test.ts: it needs an extension that answers"],
]);

const shown: Shown = new Map();

for (const table of TABLES) {
  Deno.test(`${table.name}: every method answers as its row says`, () => runTable(table, shown));
}

Deno.test("no method is without rows for a success, each of its errors and other alphabets", () => {
  const lacking: string[] = [];
  for (const [method, { kind, required, optional, errors }] of NATIVE_API) {
    const { outcomes, unicode } = shown.get(method) ?? { outcomes: new Set(), unicode: false };
    // What needs a desktop fails without one, where it has an error to say so.
    const mayFail = ELSEWHERE.has(method) || (kind !== "P" && errors.length > 0);
    const wanted = mayFail ? errors : ["", ...errors];
    for (const code of wanted) {
      if (!outcomes.has(code)) lacking.push(`${method} ${code || "success"}`);
    }
    const takesPath = [...required, ...optional].some(([, type]) => type === "path");
    if (takesPath && !unicode) lacking.push(`${method} with a path in another alphabet`);
  }
  assertEquals(lacking, []);
});

Deno.test("app.exit and app.killProcess stop the host with their codes", async () => {
  const codes: [method: string, data: unknown, code: number][] = [
    ["app.exit", {}, 0],
    ["app.exit", { code: 7 }, 7],
    ["app.killProcess", {}, Deno.build.os === "windows" ? 137 : 130],
  ];
  for (const [method, data, code] of codes) {
    await using app = await startTestHost();
    const page = await app.connectPage();
    void page.call(method, data).catch(() => {});
    assertEquals(await app.host.stopped, code, method);
    assertEquals((await page.closed).code, 1001);
  }
});
