import { assert, assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { CONFIG, withApp } from "./app.ts";

Deno.test("scopes of app and entries are read, with path constants replaced", () =>
  withApp({
    [CONFIG]: {
      broadcast: ["a"],
      modes: { window: { broadcast: ["b*"] } },
      extensions: [{
        id: "x",
        dispatchTo: ["*"],
        callTo: [],
        filesystemRoots: ["${NL_PATH}/data", { path: "${NL_OSHOMEPATH}", access: "read" }],
        commands: ["git", "${NL_PATH}/tool"],
        netHosts: ["[::1]:8080", "*.example.org", "*:443"],
      }],
    },
  }, async ({ folder, load }) => {
    const { settings } = await load();
    assertEquals(settings.broadcast, ["b*"]);
    assertEquals(settings.dispatchTo, undefined);
    const { dispatchTo, callTo, broadcast, filesystemRoots, commands, netHosts, demand } = settings
      .extensions![0]!;
    assertEquals([dispatchTo, callTo, broadcast], [["*"], [], undefined]);
    assertEquals(filesystemRoots, [
      { path: `${folder}/data`, access: "write" },
      { path: "/home/u", access: "read" },
    ]);
    assertEquals(commands, ["git", `${folder}/tool`]);
    assertEquals(netHosts, ["[::1]:8080", "*.example.org", "*:443"]);
    // As it is written: the lock holds on another machine too.
    assertEquals(demand!.within.map(({ of }) => of), ["the app", "x"]);
    assertEquals(demand!.within[1]!.commands, ["git", "${NL_PATH}/tool"]);
  }));

for (
  const [key, value, message] of [
    ["filesystemRoots", [1], 'a path, or {"path": ..., "access": "read" or "write"}'],
    [
      "filesystemRoots",
      [{ path: "/", access: "all" }],
      'a path, or {"path": ..., "access": "read" or "write"}',
    ],
    ["filesystemRoots", [""], "a path"],
    ["filesystemRoots", "/", "an array of paths"],
    ["netHosts", ["http://a"], "a host, host:port or *.host"],
    ["netHosts", ["a/b"], "a host, host:port or *.host"],
    ["netHosts", ["a*"], "a host, host:port or *.host"],
    ["commands", [""], "a program"],
    ["broadcast", [1], "a string"],
    ["engine", "node", '"deno"'],
  ] as const
) {
  Deno.test(`${key} ${JSON.stringify(value)} is refused with what was expected`, () =>
    withApp({ [CONFIG]: { extensions: [{ id: "x", [key]: value }] } }, async ({ load }) => {
      const { message: said } = await assertRejects(() => load(), StartError);
      assert(said.includes(`"extensions.0.${key}`) && said.includes(`expected ${message}`), said);
    }));
}

Deno.test("a bound of files without one of programs is warned of", () =>
  withApp({
    [CONFIG]: {
      filesystemRoots: [],
      commands: [],
      extensions: [{ id: "x", filesystemRoots: ["/a"] }, {
        id: "y",
        filesystemRoots: [],
        commands: [],
      }],
    },
  }, async ({ load, records }) => {
    await load();
    const warnings = records.filter((record) => record.includes("filesystemRoots"));
    assertEquals(warnings, [
      `warning "filesystemRoots" of "x" bounds native methods only, and "commands" is absent: ` +
      `programs that "x" starts can use any file. "commands": [] allows none`,
    ]);
  }));

Deno.test("the engine takes a file of the app, and tells nobody else the credentials", () =>
  withApp({
    [CONFIG]: {
      extensions: [
        { id: "a", engine: "deno", script: "ext/a.ts", command: "other", handshake: "arguments" },
        { id: "b", engine: "deno", script: "/abs/b.ts", denoBinary: "${NL_PATH}/deno" },
        { id: "c", engine: "deno", script: "${NL_PATH}/c.ts" },
      ],
    },
  }, async ({ folder, load }) => {
    const { settings } = await load();
    assertEquals(
      settings.extensions!.map(({ script, command, handshake, denoBinary }) => [
        script,
        command,
        handshake,
        denoBinary,
      ]),
      [
        [`${folder}/ext/a.ts`, `deno run ${folder}/ext/a.ts`, "stdin", undefined],
        ["/abs/b.ts", "deno run /abs/b.ts", "stdin", `${folder}/deno`],
        [`${folder}/c.ts`, `deno run ${folder}/c.ts`, "stdin", undefined],
      ],
    );
  }));

for (const script of [undefined, "", "https://a.example/x.ts", "data:text/javascript,1"]) {
  Deno.test(`the engine refuses the script ${script}`, () =>
    withApp({
      [CONFIG]: { extensions: [{ id: "x", engine: "deno", script }] },
    }, async ({ load }) => {
      const { message } = await assertRejects(() => load(), StartError);
      assert(message.includes('"extensions.0.script" is '), message);
    }));
}
