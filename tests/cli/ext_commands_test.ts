import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Command, CommandError, group, Terminal } from "../../lib/cli/command.ts";
import { commandHelp, COMMANDS, runCommand } from "../../lib/cli/commands.ts";
import { listText, stateOf } from "../../lib/cli/ext/list.ts";
import { aboutLines } from "../../lib/cli/ext/install.ts";
import { wanted } from "../../lib/cli/ext/obtain.ts";
import { demandLines, printable, widerLines } from "../../lib/packages/demand_lines.ts";
import { type Definition, typedValue, withoutSecrets } from "../../lib/cli/ext/setting_values.ts";
import { parseManifest } from "../../lib/packages/manifest.ts";
import { manifestOf } from "../packages/archives.ts";

const below = COMMANDS.flatMap(({ commands }) => commands ?? []);

/** What a command writes to stderr. */
async function said(...args: string[]): Promise<[code: number | undefined, text: string]> {
  const { error } = console;
  const lines: string[] = [];
  console.error = (line: string) => lines.push(line);
  try {
    return [await runCommand(args), lines.join("\n")];
  } finally {
    console.error = error;
  }
}

Deno.test("runCommand() finds commands below others, and names them for what is near or missing", async () => {
  const cases: [args: string[], code: number | undefined, text: string][] = [
    [["ext"], 2, "there are search, install, list"],
    [["user"], 2, "there are add, list, remove"],
    [["ext", "instal"], 2, 'Did you mean "ext install"?'],
    [["ext", "lsit"], 2, 'Did you mean "ext list"?'],
    [["ext", "xyz"], 2, 'There is no command "ext xyz". Behind "outrigger ext"'],
    [["ext", "--nope"], 2, 'Unknown flag "--nope"'],
    [["ext", "install"], 2, "expected: outrigger ext install WHAT..."],
    [["ext", "install", "a", "--nope"], 2, "outrigger ext install --help"],
    [["user", "ad", "x"], 2, 'Did you mean "user add"?'],
    [["help", "ext", "instal"], 2, 'Did you mean "ext install"?'],
    [["etx"], 2, 'Did you mean "ext"?'],
    [["exts"], 2, 'Did you mean "ext"?'],
  ];
  for (const [args, code, text] of cases) {
    const [got, stderr] = await said(...args);
    assertEquals(got, code, args.join(" "));
    assertStringIncludes(stderr, text);
    assertEquals(stderr.split("\n").length, 1);
  }
});

Deno.test("runCommand() leaves words of apps alone that are near a short name", async () => {
  for (const word of ["exit", "next", "text", "ex", "ix", "extra"]) {
    assertEquals(await runCommand([word]), undefined, word);
  }
});

Deno.test("commandHelp() of a group lists what is below it, of others all of their words", () => {
  const ext = COMMANDS.find(({ name }) => name === "ext")!;
  const text = commandHelp(ext);
  for (const { name, summary } of ext.commands!) {
    assertStringIncludes(text, `  ${name} `);
    assertStringIncludes(text, summary);
  }
  for (const command of below) {
    const help = commandHelp(command);
    assertStringIncludes(help, `Usage: outrigger ${command.name} [flags]`);
    assertStringIncludes(help, "--json");
    for (const { name } of command.options) assertStringIncludes(help, `--${name}`);
  }
});

Deno.test("names of commands below a group begin with its name, each is there once", () => {
  for (const { name, commands } of COMMANDS) {
    for (const command of commands ?? []) assert(command.name.startsWith(`${name} `), command.name);
  }
  assertEquals(new Set(below.map(({ name }) => name)).size, below.length);
  const one = { name: "a b" } as Command;
  assertEquals(group({ name: "a", summary: "", details: "", commands: [one] }).commands, [one]);
});

Deno.test("COMMANDS.md tells of every command, and of none that there is not", async () => {
  const text = await Deno.readTextFile(new URL("../../lib/cli/COMMANDS.md", import.meta.url));
  const rows = [...text.matchAll(/^\| `outrigger ([a-z ]+?)(?: [^a-z`].*?)?`/gm)].map(([, name]) =>
    name
  );
  const names = COMMANDS.flatMap((it) => it.commands ?? [it]).map(({ name }) => name);
  for (const name of names) {
    assert(rows.some((row) => row === name || name.startsWith("completions")), name);
  }
  for (const [, name, words] of text.matchAll(/`outrigger (ext|user) ([a-z|]+)/g)) {
    for (const word of words!.split("|")) assert(names.includes(`${name} ${word}`), word);
  }
});

Deno.test("wanted() tells files, addresses and names apart", () => {
  const cases: [string, ReturnType<typeof wanted>][] = [
    ["a.tgz", { file: "a.tgz" }],
    ["a.TAR.GZ", { file: "a.TAR.GZ" }],
    ["./airdcpp-a", { file: "./airdcpp-a" }],
    ["/tmp/x", { file: "/tmp/x" }],
    ["C:\\x", { file: "C:\\x" }],
    ["HTTPS://example.org/a", { url: "HTTPS://example.org/a" }],
    ["airdcpp-a", { name: "airdcpp-a" }],
    ["airdcpp-a@next", { name: "airdcpp-a", version: "next" }],
    ["airdcpp-a@>=1 <2", { name: "airdcpp-a", version: ">=1 <2" }],
  ];
  for (const [word, expected] of cases) assertEquals(wanted(word), expected, word);
});

const definition = (type: string, more: Partial<Definition> = {}): Definition => ({
  key: "k",
  title: "K",
  type,
  default_value: null,
  ...more,
});

Deno.test("typedValue() reads values by the type of the setting", () => {
  const list = (item_type: string) => definition("list", { item_type });
  const cases: [text: string, definition: Definition, value: unknown][] = [
    ["TRUE", definition("boolean"), true],
    ["off", definition("boolean"), false],
    ["-3", definition("number"), -3],
    ["1.5", definition("number"), 1.5],
    ["", definition("string"), ""],
    ["true", definition("string"), "true"],
    ['"quoted \\n"', definition("text"), "quoted \n"],
    ['say "hi"', definition("text"), 'say "hi"'],
    ["null", definition("string"), "null"],
    ["1,2", list("number"), [1, 2]],
    ['["a,b"]', list("string"), ["a,b"]],
    ["", list("string"), []],
    ["null", list("string"), null],
    ['[{"a":1}]', list("struct"), [{ a: 1 }]],
    ["null", definition("hinted_user"), null],
    ['{"cid":"x"}', definition("hinted_user"), { cid: "x" }],
  ];
  for (const [text, of, value] of cases) {
    assertEquals(typedValue(text, of), value, `${of.type} ${text}`);
  }
});

Deno.test("typedValue() refuses what cannot be of the type, with exit code 2", () => {
  const list = (item_type: string) => definition("list", { item_type });
  const cases: [text: string, definition: Definition][] = [
    ["maybe", definition("boolean")],
    ["x", definition("number")],
    ["true", definition("number")],
    ["1,x", list("number")],
    ["a", list("struct")],
    ["[a", list("string")],
    ["bob", definition("hinted_user")],
  ];
  for (const [text, of] of cases) {
    const error = assertThrows(() => typedValue(text, of), CommandError, "Cannot set");
    assertEquals(error.exitCode, 2);
  }
});

Deno.test("withoutSecrets() hides passwords wherever they are", () => {
  assertEquals(withoutSecrets("x", definition("password")), "***");
  assertEquals(withoutSecrets("", definition("password")), "");
  assertEquals(withoutSecrets(["a"], definition("list", { item_type: "password" })), ["***"]);
  const definitions = [{ ...definition("password"), key: "p" }, {
    ...definition("string"),
    key: "s",
  }];
  const struct = definition("list", { item_type: "struct", definitions });
  assertEquals(withoutSecrets([{ p: "x", s: "y" }], struct), [{ p: "***", s: "y" }]);
  assertEquals(withoutSecrets("x", definition("string")), "x");
});

Deno.test("demandLines() and widerLines() tell what is asked for, and what is new of it", () => {
  const before = {
    filesystemRoots: [{ path: "/a", access: "write" }, { path: "/b", access: "read" }],
    netHosts: ["x.org"],
  };
  const after = {
    filesystemRoots: [{ path: "/a", access: "read" }, { path: "/b", access: "write" }],
    netHosts: ["x.org", "y.org"],
    commands: ["git"],
    env: ["HOME"],
    nativeAllowList: ["os.*"],
  };
  assertEquals(demandLines(undefined), []);
  assertEquals(demandLines(before), ["read and write /a", "read /b", "use the network: x.org"]);
  assertEquals(widerLines(before, after), [
    "read and write /b",
    "use the network: y.org",
    "start git",
    "call the host's method os.*",
    "read the environment variable HOME",
  ]);
  assertEquals(widerLines(after, after), []);
});

Deno.test("what strangers wrote cannot steer the terminal", () => {
  assertEquals(printable("a\x1b[2Jb\u202ec\r\n\x9bd"), "a [2Jb c d");
  const hostile = parseManifest(JSON.stringify(manifestOf({
    description: "x\x1b[2J",
    author: "y\r",
    version: "1\x1b",
    engines: { "deno\x1b": "" },
    outrigger: { permissions: { commands: ["z\x1b"] } },
  })));
  const lines = aboutLines(hostile, undefined, new Terminal(false)).join("");
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x1f]/.test(lines), lines);
});

Deno.test("listText() says how each stands", () => {
  const base = {
    name: "airdcpp-a",
    version: "1",
    description: "A",
    author: "",
    homepage: "",
    private: false,
    engines: ["node", "deno"],
    disabled: false,
    running: true,
    managed: true,
    state: "connected",
  };
  const states = [
    [base, "running"],
    [{ ...base, running: false, state: "stopped" }, "stopped"],
    [{ ...base, running: false, state: "failed" }, "failed"],
    [{ ...base, running: false, disabled: true, state: "failed" }, "failed"],
    [{ ...base, running: false, state: "restarting" }, "restarting"],
    [{ ...base, running: false, disabled: true, state: "stopped" }, "disabled"],
    [{ ...base, running: true, disabled: true }, "running"],
    [{ ...base, running: null, state: null }, "installed"],
    [{ ...base, running: false, managed: false, state: null }, "elsewhere"],
  ] as const;
  for (const [summary, state] of states) assertEquals(stateOf(summary), state);
  assertEquals(
    listText([base], new Terminal(false)),
    "NAME       VERSION  STATE    ENGINES     DESCRIPTION\nairdcpp-a  1        running  node, deno  A",
  );
});
