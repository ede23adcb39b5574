import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CallError } from "../../lib/testing.ts";
import { linux, needs } from "../tools.ts";
import { HOST, makeApp, startProgram } from "./program.ts";

/** Runs the program to its end. */
async function run(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [program, ...rest] = HOST;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...rest, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** What the user gave wrong, and what the one line must name. */
const WRONG: readonly {
  name: string;
  config?: Record<string, unknown>;
  text?: string;
  args?: readonly string[];
  folder?: string;
  says: readonly string[];
}[] = [
  { name: "a configuration that is no JSON", text: "{ nonsense", says: ["neutralino.config.json"] },
  { name: "an empty configuration", text: "", says: ["neutralino.config.json"] },
  { name: "a configuration that is a list", text: "[]", says: ["neutralino.config.json"] },
  { name: "a wrong type", config: { port: "x" }, says: ["port", '"x"'] },
  {
    name: "a wrong type in a mode",
    config: { modes: { browser: { url: 5 } } },
    says: ["url", "5"],
  },
  {
    name: "an extension's id that can never connect",
    config: { extensions: [{ id: "a b" }] },
    says: ["extensions.0.id", '"a b"'],
  },
  {
    name: "an unknown handshake",
    config: { extensions: [{ id: "a", handshake: "none" }] },
    says: ["handshake", '"none"'],
  },
  { name: "a port beyond the last one", config: { port: 70000 }, says: ["port", "70000"] },
  { name: "a flag's value", args: ["--port=abc"], says: ["--port", "abc"] },
  { name: "a flag without its value", args: ["--port"], says: ["--port"] },
  { name: "a missing folder", folder: "missing", says: ["missing"] },
  {
    name: "a folder that is a file",
    folder: "neutralino.config.json",
    says: ["neutralino.config"],
  },
];

for (const { name, config = {}, text, args = [], folder, says } of WRONG) {
  Deno.test(`${name} ends the start with one line and code 1`, async () => {
    const app = await makeApp({
      config,
      ...(text === undefined ? {} : { files: { "neutralino.config.json": text } }),
    });
    try {
      const path = folder === undefined ? app : join(app, folder);
      const { code, err } = await run([`--path=${path}`, ...args]);
      assertOneLine(err, says);
      assertEquals(code, 1);
    } finally {
      await Deno.remove(app, { recursive: true });
    }
  });
}

Deno.test("a taken port ends the start with one line and code 1", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const app = await makeApp({});
  try {
    const { code, err } = await run([`--path=${app}`, `--port=${taken.addr.port}`]);
    assertOneLine(err, [String(taken.addr.port)]);
    assertEquals(code, 1);
  } finally {
    await Deno.remove(app, { recursive: true });
  }
});

Deno.test({
  name: "pages get their globals when the working directory is gone",
  ...needs(linux),
  async fn() {
    await using program = await startProgram({ config: { defaultMode: "cloud" } });
    await Deno.remove(program.folder, { recursive: true });
    const response = await fetch(`${program.url}/__neutralino_globals.js`);
    assertStringIncludes(await response.text(), 'NL_CWD=""');
    await Deno.mkdir(program.folder);
  },
});

Deno.test({
  name: "absolute paths are used, and relative ones not found, when the working directory is gone",
  ...needs(linux),
  async fn() {
    const other = await Deno.makeTempDir({ prefix: "outrigger-other-" });
    const data = `${other}/data`;
    try {
      await using program = await startProgram({
        config: { defaultMode: "cloud" },
        env: { XDG_DATA_HOME: data },
      });
      const client = await program.connect();
      await Deno.mkdir(`${other}/a/b`, { recursive: true });
      await Deno.remove(program.folder, { recursive: true });
      const call = (verb: string, data: unknown) =>
        client.call(verb.includes(".") ? verb : `filesystem.${verb}`, data);
      await call("copy", { source: `${other}/a`, destination: `${other}/c` });
      // Rights are asked of a program, and the runtime of executables starts none then.
      const mode = Deno.env.has("OUTRIGGER_BIN") ? 0 : 7;
      await call("access", { path: `${other}/c/b`, mode });
      assertEquals(await call("getAbsolutePath", { path: "/x/../y" }), "/x/../y");
      assertEquals(await call("getRelativePath", { path: `${other}/c`, base: other }), "c");
      await call("os.trashItem", { path: `${other}/c` });
      assert((await Deno.stat(`${data}/Trash/files/c/b`)).isDirectory);
      const codes = { getStats: "NE_FS_NOPATHE", readFile: "NE_FS_FILRDER" };
      for (const [verb, code] of Object.entries(codes)) {
        const error = await call(verb, { path: "x" }).catch((error) => error);
        assertEquals((error as CallError).code, code);
      }
      await Deno.mkdir(program.folder);
    } finally {
      await Deno.remove(other, { recursive: true });
    }
  },
});

Deno.test("--help names every flag a user needs", async () => {
  const { code, out, err } = await run(["--help"]);
  for (const flag of ["--path", "--mode", "--port", "--config-file", "--version"]) {
    assertStringIncludes(out, flag);
  }
  assertEquals([code, err], [0, ""]);
});

Deno.test("--version prints one line", async () => {
  const { code, out, err } = await run(["--version"]);
  assertMatch(out, /^outrigger \d+\.\d+\.\d+\n$/);
  assertEquals([code, err], [0, ""]);
});

function assertOneLine(err: string, says: readonly string[]): void {
  const lines = err.trimEnd().split("\n");
  assertEquals(lines.length, 1, `expected one line:\n${err}`);
  assert(lines[0]!.startsWith("outrigger: "), err);
  assert(!/\bat (file|async|new )|Error:/.test(err), `looks like a stack trace:\n${err}`);
  for (const text of says) assertStringIncludes(err, text);
}
