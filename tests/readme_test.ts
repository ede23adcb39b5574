/**
 * What the documents say is true: names of keys, flags, tasks and files.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FLAGS } from "../lib/config/flags.ts";
import { VERSION } from "../lib/version.ts";
import { NATIVE_API } from "./methods/native_api.ts";
import { startTestHost } from "../lib/testing.ts";

const root = new URL("../", import.meta.url);
const read = (name: string) => Deno.readTextFileSync(new URL(name, root));
const readme = read("README.md");
const contributing = read("CONTRIBUTING.md");
const { tasks, version, imports } = JSON.parse(read("deno.json"));

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp("^```" + language + "\\n([^]*?)^```$", "gm"))]
    .map((match) => match[1]!);
}

Deno.test("the version is the same everywhere", () => {
  assertEquals(VERSION, version);
  assertStringIncludes(read("CHANGELOG.md"), `## ${VERSION} `);
});

Deno.test("every task that a document names exists", () => {
  const named = [...`${readme}\n${contributing}`.matchAll(/deno(?:@[\d.]+)? task ([\w:]+)/g)];
  assert(named.length > 5);
  for (const [text, task] of named) assert(Object.hasOwn(tasks, task!), text);
});

Deno.test("every file that a document links to or names exists", () => {
  const links = [...`${readme}\n${contributing}`.matchAll(/\]\((?!https?:)([^)]+)\)/g)];
  const paths = [...contributing.matchAll(/`((?:lib|tests|\.ci|\.lint)\/[\w./]+)`/g)];
  for (const [, path] of [...links, ...paths]) Deno.statSync(new URL(path!, root));
});

Deno.test("every flag in the README exists", () => {
  const names = new Set([...FLAGS.map(({ name }) => name), "help", "version", "json"]);
  for (const [text, name] of readme.matchAll(/`--([a-z][a-z-]+)/g)) {
    const others = ["nl-port", "nl-token", "nl-extension-id", "no-sandbox", "embed-resources"];
    assert(names.has(name!) || others.includes(name!), text);
  }
});

Deno.test("every key in the README's tables is in the schema", () => {
  const schema = read("lib/config/neutralino.config.schema.json");
  const rows = firstCells("key");
  const keys = rows.flatMap((row) => [...row.matchAll(/`([a-z]\w+(?:\.\w+)*)(?:\.\*)?`/g)])
    .flatMap((match) => match[1]!.split("."));
  const modes = ["window", "chrome", "browser", "cloud"];
  assert(keys.length > 30);
  for (const key of keys) assert(modes.includes(key) || schema.includes(`"${key}": {`), key);
});

Deno.test("every method in the README's tables exists", () => {
  const rows = firstCells("method");
  assert(rows.length > 2);
  for (const row of rows) {
    const [first, ...more] = [...row.matchAll(/`([a-z]\w*(?:\.\w+)?)`/gi)].map(([, name]) => name!);
    const namespace = first!.split(".")[0];
    for (const name of [first!, ...more.map((verb) => `${namespace}.${verb.split(".").at(-1)}`)]) {
      assert(NATIVE_API.has(name), name);
    }
  }
});

/** First cells of the tables whose first column has a heading. */
function firstCells(heading: string): string[] {
  const tables = readme.matchAll(/^\| (\w+) \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm);
  return [...tables].filter(([, first]) => first === heading).flatMap(([, , body]) =>
    body!.trimEnd().split("\n").map((row) => row.split("|")[1]!)
  );
}

Deno.test("the README's configuration is accepted", async () => {
  const config = JSON.parse(blocks(readme, "json")[0]!);
  await using app = await startTestHost({
    config: { ...config, defaultMode: "browser" },
    files: { "resources/index.html": "it works", "extensions/hello.js": "" },
  });
  const response = await fetch(`${app.host.url}`);
  assertEquals(await response.text(), "it works");
});

Deno.test("the README's auth info has the keys that are written", async () => {
  await using app = await startTestHost();
  const written = JSON.parse(await Deno.readTextFile(`${app.folder}/.tmp/auth_info.json`));
  assertEquals(Object.keys(written), Object.keys(JSON.parse(blocks(readme, "json")[1]!)));
});

Deno.test("the README's import map for JSR covers every @std import", () => {
  const jsr = Object.keys(JSON.parse(blocks(readme, "json").at(-1)!));
  for (const name of Object.keys(imports).filter((name) => name.startsWith("@std/"))) {
    assert(jsr.some((key) => name === key || name.startsWith(`${key}/`)), name);
  }
});
