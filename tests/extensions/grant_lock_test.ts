/** What was granted, what is asked for, and `--frozen`. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Restrictions } from "../../lib/auth/grant.ts";
import { runGrant } from "../../lib/cli/grant.ts";
import { granted, lockProblem, wider } from "../../lib/extensions/grant_lock.ts";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { CONFIG, withApp } from "../config/app.ts";
import { needs, posix } from "../tools.ts";

const read = (path: string) => ({ path, access: "read" as const });
const write = (path: string) => ({ path, access: "write" as const });

/** Bounds before, bounds now, and whether that is more. */
const CASES: [before: Restrictions[], now: Restrictions[], more: boolean][] = [
  [[], [], false],
  [[], [{ commands: [] }], false],
  [[{ commands: [] }], [], true],
  [[{ commands: ["a", "b"] }], [{ commands: ["b"] }], false],
  [[{ commands: ["a"] }], [{ commands: ["a", "b"] }], true],
  [[{ nativeAllowList: ["os.*"] }], [{ nativeAllowList: ["os.getEnv"] }], false],
  [[{ nativeAllowList: ["os.getEnv"] }], [{ nativeAllowList: ["os.*"] }], true],
  [[{ nativeAllowList: ["os.*"] }], [{ nativeAllowList: ["os.*", "app.exit"] }], true],
  [[{ nativeAllowList: ["os.*"] }], [{ nativeBlockList: ["app.*"] }], true],
  [[{ nativeBlockList: ["os.getEnv"] }], [{ nativeBlockList: ["os.*"] }], false],
  [[{ nativeBlockList: ["os.*"] }], [{ nativeBlockList: ["os.getEnv"] }], true],
  [[{ nativeBlockList: ["os.*"] }], [], true],
  // Only `namespace.*` stands for several.
  [[{ nativeBlockList: ["os.getEnv"] }], [{ nativeBlockList: ["os.get*"] }], true],
  [[{ nativeAllowList: ["os.get*"] }], [{ nativeAllowList: ["os.*"] }], true],
  [[{ nativeAllowList: [".*"] }], [{ nativeAllowList: [".a"] }], true],
  [[{ dispatchTo: ["*"] }], [{ dispatchTo: ["a"] }], false],
  [[{ dispatchTo: ["a"] }], [{ dispatchTo: ["*"] }], true],
  [[{ callTo: ["a"] }], [{ callTo: ["b"] }], true],
  [[{ broadcast: ["a*"] }], [{ broadcast: ["ab", "abc*"] }], false],
  [[{ broadcast: ["ab*"] }], [{ broadcast: ["a*"] }], true],
  [[{ broadcast: ["a*"] }], [{ broadcast: ["*"] }], true],
  [[{ filesystemRoots: [write("/a")] }], [{ filesystemRoots: [read("/a/b"), write("/a")] }], false],
  [[{ filesystemRoots: [read("/a")] }], [{ filesystemRoots: [write("/a")] }], true],
  [[{ filesystemRoots: [read("/a")] }], [{ filesystemRoots: [read("/ab")] }], true],
  [[{ filesystemRoots: [read("/a")] }], [{ filesystemRoots: [read("/a/../b")] }], true],
  [[{ netHosts: ["*.a.b"] }], [{ netHosts: ["c.a.b:80"] }], false],
  [[{ netHosts: ["*.a.b"] }], [{ netHosts: ["a.b"] }], true],
  // The app's bounds count too: what they took away was not granted.
  [[{ commands: ["a"] }, { commands: ["a", "b"] }], [{ commands: ["a"] }], false],
  [[{ commands: ["a"] }, { commands: ["a", "b"] }], [{ commands: ["a", "b"] }], true],
];

for (const [before, now, more] of CASES) {
  Deno.test(`${JSON.stringify(now)} is ${more ? "more" : "no more"} than ${JSON.stringify(before)}`, () => {
    const run = { command: "x" };
    assertEquals(wider({ run, within: now }, { run, within: before }).length > 0, more);
  });
}

Deno.test("another program is more, whatever its bounds", () => {
  const before = { command: "a", env: { A: "1" } };
  for (
    const run of [{}, { command: "b" }, { ...before, cwd: "/" }, { command: "a" }, {
      ...before,
      env: { A: "2" },
    }]
  ) assert(wider({ run, within: [] }, { run: before, within: [] }).length > 0, JSON.stringify(run));
});

Deno.test("lockProblem() trusts nothing that was changed by hand", () => {
  const demand = { run: { command: "a" }, within: [{ commands: [] }] };
  const known = granted(demand);
  assertEquals(lockProblem(demand, known), undefined);
  assertEquals(lockProblem(demand, undefined), "nobody has granted it anything yet");
  for (const changed of [{ ...known, within: [] }, { ...known, run: {} }, { ...known, hash: "" }]) {
    assertEquals(lockProblem(demand, changed), "what it was granted has been changed by hand");
  }
});

Deno.test("an entry of the lock that is no entry is granted anew", async () => {
  const run = { command: "run-a" };
  for (
    const entry of [null, 5, "a", {}, { run: null, within: [], hash: "" }, { run, within: [null] }]
  ) {
    const lock = JSON.stringify({ version: 1, extensions: { a: entry } });
    const problem = lockProblem({ run, within: [] }, entry as never);
    assertEquals(problem, "what it was granted has been changed by hand");
    const { code, out } = await grant([{ id: "a", ...run }], ["a"], { lock });
    assertEquals([code, out[0]], [0, "a: granted for the first time"], lock);
  }
  const none = await grant([{ id: "a", ...run }], ["a"], { lock: "null" });
  assertEquals(none.err, ['outrigger: Cannot use "APP/extensions.lock.json": no version 1']);
});

interface Granting {
  code: number;
  out: string[];
  err: string[];
  lock: string;
}

async function grant(
  extensions: unknown[],
  args: string[],
  { lock, root = {} }: { lock?: string; root?: object } = {},
): Promise<Granting> {
  const files = lock === undefined ? {} : { "extensions.lock.json": lock };
  let result!: Granting;
  await withApp({ [CONFIG]: { ...root, extensions }, ...files }, async ({ folder }) => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runGrant([...args, `--path=${folder}`], {
      out: (text) => out.push(...text.replaceAll(folder, "APP").split("\n")),
      err: (line) => err.push(line.replaceAll(folder, "APP")),
    });
    const text = await Deno.readTextFile(`${folder}/extensions.lock.json`).catch(() => "");
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert(!names.some((name) => name.startsWith("extensions.lock.json.")), "a part is left");
    result = { code, out, err, lock: text };
  });
  return result;
}

Deno.test("outrigger grant prints what is new and writes the lock", async () => {
  const first = { id: "a", command: "run-a", commands: ["x"], broadcast: ["e"] };
  const one = await grant([first, { id: "b", command: "run-b" }], ["a"]);
  assertEquals([one.code, one.err], [0, []]);
  assertEquals(one.out, [
    "a: granted for the first time",
    '  + command: "run-a"',
    '  + broadcast of a: ["e"]',
    '  + commands of a: ["x"]',
    "Written to APP/extensions.lock.json",
  ]);
  assertEquals(Object.keys(JSON.parse(one.lock).extensions), ["a"]);
  const changed = { ...first, command: "run-a2", broadcast: undefined };
  const all = await grant([changed, { id: "b", command: "run-b" }], ["--all"], one);
  assertEquals(all.out, [
    "a: wider",
    '  - command: "run-a"',
    '  - broadcast of a: ["e"]',
    '  + command: "run-a2"',
    "b: granted for the first time",
    '  + command: "run-b"',
    "  + every native method, without a bound",
    "Written to APP/extensions.lock.json",
  ]);
  const again = await grant([changed], ["--all"], all);
  assertEquals(again.out, ["a: nothing new", "Written to APP/extensions.lock.json"]);
  assertEquals(Object.keys(JSON.parse(again.lock).extensions), ["a"]);
});

Deno.test("outrigger grant --json prints the same as one document", async () => {
  const one = await grant([{ id: "a", command: "x", commands: [] }], ["a"]);
  const now = [{ id: "a", command: "x" }, { id: "b", command: "y", callTo: [] }];
  const { out } = await grant(now, ["--all", "--json"], one);
  assertEquals(JSON.parse(out.join("\n")), {
    file: "APP/extensions.lock.json",
    extensions: [
      {
        id: "a",
        change: "wider",
        removed: ["commands of a: []"],
        added: ["every native method, without a bound"],
      },
      { id: "b", change: "first", removed: [], added: ['command: "y"', "callTo of b: []"] },
    ],
  });
  const again = await grant(now, ["b", "b", "--json"], one);
  assertEquals(JSON.parse(again.out.join("\n")).extensions.length, 1);
});

Deno.test("outrigger grant refuses what it cannot do", async () => {
  const none = await grant([{ id: "a" }], []);
  assertEquals([none.code, none.lock], [2, ""]);
  const unknown = await grant([{ id: "a" }], ["b"]);
  assertEquals([unknown.code, unknown.lock], [1, ""]);
  assertEquals(unknown.err, [
    "outrigger: Cannot grant b: the configuration has no such extension (it has a)",
  ]);
  const broken = await grant([{ id: "a" }], ["a"], { lock: "{" });
  assertEquals([broken.code, broken.lock], [1, "{"]);
});

/** A host with `--frozen` after `before` was granted. */
async function frozen(
  before: unknown[],
  now: unknown[],
  { root = {}, rootNow = root }: { root?: object; rootNow?: object } = {},
): Promise<TestHost> {
  const lock = before.length === 0 ? undefined : (await grant(before, ["--all"], { root })).lock;
  return await startTestHost({
    config: { ...rootNow, extensions: now },
    files: lock === undefined ? {} : { "extensions.lock.json": lock },
    args: ["--frozen"],
  });
}

async function stateOf(app: TestHost, extensionId: string) {
  const page = await app.connectPage();
  const info = await page.call("extensions.getInfo", { extensionId });
  return info as { state: string; reason: string; pid: number | null };
}

Deno.test({
  name: "with --frozen what asks for no more is started, and what asks for more is not",
  ...needs(posix),
  async fn() {
    const entry = { id: "a", command: "exec sleep 60", handshake: "stdin", commands: ["x", "y"] };
    const accepted = '; "outrigger grant a" accepts it';
    const cases: [before: unknown[], now: Record<string, unknown>, reason: string | undefined][] = [
      [[], entry, "nobody has granted it anything yet"],
      [[entry], entry, undefined],
      [[entry], { ...entry, commands: ["x"], netHosts: [] }, undefined],
      [[entry], { ...entry, restart: "always", stopTimeoutMs: 100 }, undefined],
      [
        [entry],
        { ...entry, commands: ["x", "z"] },
        'it asks for more than it was granted: commands ["x","z"]',
      ],
      [
        [entry],
        { ...entry, commands: undefined },
        "it asks for more than it was granted: commands without a bound",
      ],
      [
        [entry],
        { ...entry, command: "touch ${NL_PATH}/mark" },
        "it asks for more than it was granted: command touch ${NL_PATH}/mark",
      ],
      [
        [entry],
        { ...entry, env: { PATH: "/x" } },
        'it asks for more than it was granted: env {"PATH":"/x"}',
      ],
    ];
    for (const [before, now, reason] of cases) {
      await using app = await frozen(before, [now]);
      const info = await stateOf(app, "a");
      if (reason === undefined) {
        assertEquals(info.state, "starting", JSON.stringify(now));
        continue;
      }
      assertEquals(info.state, "failed", JSON.stringify(now));
      assertEquals(info.reason, reason + accepted);
      assertEquals(info.pid, null);
      assert(app.output.includes(`Extension "a" is not started: ${reason}`), app.output);
      const page = await app.connectPage();
      await page.call("extensions.start", { extensionId: "a" });
      await page.call("extensions.restart", { extensionId: "a" });
      assertEquals((await stateOf(app, "a")).pid, null);
      const isThere = await Deno.stat(`${app.folder}/mark`).then(() => true, () => false);
      assert(!isThere);
    }
  },
});

Deno.test("with --frozen the app's own bounds count, and programs started elsewhere too", async () => {
  const entry = { id: "driver" };
  const root = { commands: [] };
  {
    await using app = await frozen([entry], [entry], { root });
    await app.connectDriver("driver");
  }
  await using app = await frozen([entry], [entry], { root, rootNow: {} });
  assertEquals((await stateOf(app, "driver")).state, "failed");
  const connected = await app.connectDriver("driver").then(() => true, () => false);
  assert(!connected, "it connected all the same");
});

Deno.test("with --frozen nobody loads an extension that was not granted, without it nothing is asked", async () => {
  {
    await using app = await frozen([], []);
    const page = await app.connectPage();
    await page.call("extensions.load", { id: "made" });
    await page.call("extensions.load", { id: "run", command: "exec sleep 60" });
    const { state, reason } = await stateOf(app, "run");
    assertEquals(state, "failed");
    // The command that grants something would not know it.
    assertMatch(reason, /^nobody has granted it anything yet; it was loaded at run time, and only/);
    const connected = await app.connectDriver("made").then(() => true, () => false);
    assert(!connected);
  }
  await using app = await startTestHost({
    config: { extensions: [{ id: "driver" }] },
    files: { "extensions.lock.json": "no JSON" },
  });
  await app.connectDriver("driver");
});
