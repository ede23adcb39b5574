/**
 * The native API as pages use it: through the official client library, in a browser, in a project as
 * `neu` makes it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { within } from "../../lib/testing.ts";
import { Browser } from "../chromium.ts";
import { NATIVE_API } from "../methods/native_api.ts";
import { chromium, linux, needs, packages } from "../tools.ts";
import { neuProject } from "./neu_project.ts";
import { makeApp, Program } from "./program.ts";

const tools = needs(chromium, packages, linux);

const PAGE = `<!doctype html><title>native</title><meta charset="utf-8">
<script src="/js/neutralino.js"></script><script src="/js/native.js"></script>`;

interface Report {
  mode: string;
  failures: string[];
  called: string[];
}

async function start(mode: string): Promise<Program> {
  const options = neuProject(PAGE);
  const script = new URL("native_api_page.js", import.meta.url);
  const folder = await makeApp({
    ...options,
    files: { ...options.files, "resources/js/native.js": await Deno.readTextFile(script) },
  });
  return new Program(folder, {
    args: [`--mode=${mode}`, "--export-auth-info"],
    // What the page moves to the trash.
    env: { ...options.env, XDG_DATA_HOME: join(folder, "data") },
  });
}

/** What the page found, once the host has ended by its call. */
async function outcome(program: Program): Promise<{ report: Report; code: number }> {
  const { code } = await within(program.status, 60_000, "end of the host").catch((error) => {
    throw new Error(`${error.message}. ${program.said}`);
  });
  return {
    report: JSON.parse(await Deno.readTextFile(join(program.folder, "report.json"))),
    code,
  };
}

/** The page's last call; its report is written then. */
const LAST = new Map([["cloud", "app.killProcess"], ["window", "app.exit"]]);

function check({ failures, called, mode }: Report): void {
  assertEquals(failures, []);
  const portable = [...NATIVE_API].filter(([, { kind }]) => kind === "P" || kind === "R");
  assert(LAST.has(mode));
  const left = portable.map(([name]) => name).filter((name) => !called.includes(name));
  assertEquals(left.sort(), [...LAST.values()].sort());
}

Deno.test("a page in cloud mode finds every portable method", tools, async () => {
  await using program = await start("cloud");
  await program.ready();
  await using browser = await Browser.start();
  await browser.open(program.url);
  const { report, code } = await outcome(program);
  check(report);
  assertEquals([report.mode, code], ["cloud", 130]);
});

Deno.test("a page in window mode finds every portable method", tools, async () => {
  await using program = await start("window");
  const { report, code } = await outcome(program);
  check(report);
  assertEquals([report.mode, code], ["window", 7]);
});
