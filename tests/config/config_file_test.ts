import { assertEquals, assertRejects } from "@std/assert";
import { parseConfig } from "../../lib/config/config_file.ts";
import { StartError } from "../../lib/errors.ts";
import { pack } from "../resources/pack.ts";
import { CONFIG, withApp } from "./app.ts";

Deno.test("parseConfig() takes comments and trailing commas", async () => {
  assertEquals(await parseConfig('{ // x\n "port": 1, /* y */ "a": [1,2,],\n}', "c"), {
    port: 1,
    a: [1, 2],
  });
});

const BROKEN: [string, string][] = [
  ['{"a":1,\n  "b":[1,}', 'line 2, column 10: unexpected token "}"'],
  ['{\n"a":1\n', "line 3, column 1: unexpected end of the file"],
  ["", "line 1, column 1: unexpected end of the file"],
  ["{'a':1}", "line 1, column 2: unexpected token"],
];

for (const [text, where] of BROKEN) {
  Deno.test(`parseConfig() names file, line and column of ${JSON.stringify(text)}`, async () => {
    const error = await assertRejects(() => parseConfig(text, "x.json"), StartError, where);
    assertEquals(error.message.startsWith('Cannot read the configuration "x.json": line '), true);
    assertEquals(error.message.includes("\n"), false);
  });
}

const FOUND: [string, Record<string, unknown>, string[], string, string | undefined][] = [
  ["the usual name", { [CONFIG]: { version: "1" } }, [], `/${CONFIG}`, "1"],
  [
    "the guide's name",
    { "neutralinojs.config.json": { version: "2" } },
    [],
    "/neutralinojs.config.json",
    "2",
  ],
  [
    "the usual name first",
    { [CONFIG]: { version: "1" }, "neutralinojs.config.json": { version: "2" } },
    [],
    `/${CONFIG}`,
    "1",
  ],
  ["a given name", { "c/x.json": { version: "3" } }, ["--config-file=c/x.json"], "/c/x.json", "3"],
  ["a given path", { "c/x.json": { version: "3" } }, ["--config-file=/c/x.json"], "/c/x.json", "3"],
  ["a byte order mark", { [CONFIG]: '\ufeff{"version":"4"}' }, [], `/${CONFIG}`, "4"],
  [
    "the archive's, not the one beside it",
    { [CONFIG]: { version: "1" }, "resources.neu": pack({ [CONFIG]: '{"version":"5"}' }) },
    [],
    `/${CONFIG}`,
    "5",
  ],
];

for (const [what, files, args, configFile, version] of FOUND) {
  Deno.test(`loadConfig() reads ${what}`, () =>
    withApp(files, async ({ load }) => {
      const loaded = await load(args);
      assertEquals([loaded.configFile, loaded.settings.version], [configFile, version]);
    }));
}

Deno.test("loadConfig() refuses a missing file given by name, names outside included", () =>
  withApp({ [CONFIG]: {} }, async ({ load, folder }) => {
    for (const name of ["none.json", "../x.json", folder, "\\x"]) {
      await assertRejects(() => load([`--config-file=${name}`]), StartError, "no such file");
    }
  }));

Deno.test("loadConfig() without a file warns and takes the defaults", () =>
  withApp({}, async ({ load, records }) => {
    const { settings, configFile, warnings } = await load();
    const text =
      `NE_CF_UNBLDCF: Unable to load the ${CONFIG} configuration file. Framework defaults will be loaded.`;
    assertEquals(warnings, [text]);
    assertEquals(records.filter((record) => !record.startsWith("debug")), [`warning ${text}`]);
    assertEquals([settings.mode, settings.enableServer, configFile], [
      "window",
      false,
      `/${CONFIG}`,
    ]);
  }));

const UNREADABLE: [what: string, make: (path: string) => Promise<void>, problem: string][] = [
  ["a link out of the app", (path) => Deno.symlink("/etc/passwd", path), "leads out of the app"],
  ["a link to nothing", (path) => Deno.symlink("nothing", path), "No such file"],
  ["a link to itself", (path) => Deno.symlink(path, path), "symbolic link"],
  ["a folder", (path) => Deno.mkdir(path), "it is no file"],
];
for (const [what, make, problem] of UNREADABLE) {
  Deno.test({
    name: `loadConfig() refuses ${what} instead of taking the defaults`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withApp({}, async ({ load, folder }) => {
        await make(`${folder}/${CONFIG}`);
        const error = await assertRejects(() => load(), StartError, problem);
        assertEquals(error.message.startsWith(`Cannot read the configuration "${CONFIG}": `), true);
      }),
  });
}

Deno.test({
  name: "loadConfig() follows a link within the app",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withApp({ "shared/c.json": { version: "6" } }, async ({ load, folder }) => {
      await Deno.symlink("shared/c.json", `${folder}/${CONFIG}`);
      assertEquals((await load()).settings.version, "6");
    }),
});

Deno.test("parseConfig() refuses what is nested so deeply that nothing could walk through it", async () => {
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  await parseConfig(nested(100), "x.json");
  const error = await assertRejects(() => parseConfig(nested(5000), "x.json"), StartError);
  assertEquals(
    error.message,
    'Cannot use the configuration "x.json": it is nested more than 100 levels deep',
  );
});
