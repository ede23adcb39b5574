import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { diagnose, type Evidence } from "../../lib/extensions/doctor.ts";
import { type RefusalCode, Refusals } from "../../lib/server/refusals.ts";

const RUNNING: Evidence = {
  extensionId: "js.x",
  command: "x",
  packaged: false,
  autoStart: true,
  startTimeoutMs: 10_000,
  state: "starting",
  reason: "the host has started",
  alive: true,
  uptimeMs: 20_000,
  handshake: "both",
  lastExit: undefined,
  everConnected: false,
  lines: [],
  refusals: [],
  loaded: ["js.x", "js.y"],
  othersAway: false,
  port: 8123,
  path: "/bin",
  authInfoExported: true,
  waitingForInput: [],
  localPorts: [],
};

const ended = (code: number, ...lines: string[]): Partial<Evidence> => ({
  alive: false,
  state: code === 0 ? "stopped" : "failed",
  reason: `it ended with code ${code}`,
  lastExit: { code, signal: null, at: "", stderr: [] },
  lines: lines.map((text) => ({ stream: "stderr", text })),
});
const said = (...lines: string[]): Partial<Evidence> => ({
  lines: lines.map((text) => ({ stream: "stdout", text })),
});

const TOLD: [what: string, evidence: Partial<Evidence>, ids: string[]][] = [
  ["is connected", { state: "connected", ...said("ECONNREFUSED 127.0.0.1:1") }, []],
  ["has no server", { port: 0 }, ["no-server"]],
  ["runs and says nothing", {}, ["no-attempt"]],
  ["was connected", { reason: "its connection ended", uptimeMs: 5 }, ["disconnected"]],
  ["is silent", { reason: "it gave no sign of life for 3 s" }, ["disconnected"]],
  [
    "was connected, elsewhere",
    { reason: "its connection ended", command: undefined, alive: false, state: "stopped" },
    ["disconnected"],
  ],
  [
    "was connected, and tries another port",
    {
      reason: "its connection ended",
      ...said("Error: connect ECONNREFUSED 127.0.0.1:3000"),
    },
    ["wrong-port"],
  ],
  ["is young", { uptimeMs: 5 }, ["starting"]],
  [
    "is not found, on Windows",
    ended(1, "'nodee' is not recognized as an internal or external command,"),
    ["command-not-found"],
  ],
  ["is not found, with bash", ended(127, "bash: line 1: nodee: command not found"), [
    "command-not-found",
  ]],
  ["was not found, and is stopped since", { ...ended(127), alive: true }, ["no-attempt"]],
  ["is refused a port, Node", said("Error: connect ECONNREFUSED 127.0.0.1:3000"), ["wrong-port"]],
  [
    "is refused a port, Python",
    said("ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 3000)"),
    ["wrong-port"],
  ],
  ["is refused a port, Go", said("dial tcp [::1]:3000: connect: connection refused"), [
    "wrong-port",
  ]],
  ["is refused the right port", said("connect ECONNREFUSED 127.0.0.1:8123"), ["no-attempt"]],
  ["mentions a port", said("listening at 127.0.0.1:3000"), ["no-attempt"]],
  ["has another connection", { localPorts: [5432] }, ["wrong-port"]],
  ["has both connections", { localPorts: [5432, 8123] }, ["no-attempt"]],
  [
    "wants arguments, Python",
    { ...ended(1, "IndexError: list index out of range"), handshake: "stdin" },
    ["reads-arguments"],
  ],
  ["has got arguments", { ...ended(1, "IndexError: list index out of range") }, ["exited"]],
  [
    "wants arguments, Node",
    { handshake: "stdin", ...said("connecting to ws://localhost:undefined?extensionId=undefined") },
    ["reads-arguments"],
  ],
  ["refuses arguments", ended(2, "error: unrecognized arguments: --nl-port=1 --nl-token=***"), [
    "refuses-arguments",
  ]],
  ["refuses arguments, Go", ended(2, "flag provided but not defined: -nl-port", "Usage of x:"), [
    "refuses-arguments",
  ]],
  ["refuses arguments, Perl", ended(2, "Unknown option: nl-port"), ["refuses-arguments"]],
  ["refuses arguments, sh", ended(2, "Illegal option --"), ["refuses-arguments"]],
  ["refuses arguments, bash", ended(2, "x.sh: illegal option -- -"), ["refuses-arguments"]],
  ["refuses another option", ended(9, "node: bad option: --nope"), ["exited"]],
  [
    "wants stdin, Python",
    {
      ...ended(1, "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
      handshake: "arguments",
    },
    ["reads-stdin"],
  ],
  ["waits", { waitingForInput: ["node"] }, ["waits-on-stdin"]],
  ["ended well", ended(0), ["exited"]],
  ["cannot be started", { ...ended(0), lastExit: undefined, handshake: undefined }, [
    "not-started",
  ]],
  ["is elsewhere", { command: undefined, alive: false, state: "stopped" }, [
    "not-started-elsewhere",
  ]],
];

for (const [what, evidence, ids] of TOLD) {
  Deno.test(`diagnose() of an extension that ${what}`, () => {
    const found = diagnose({ ...RUNNING, ...evidence });
    assertEquals(found.map(({ id }) => id), ids);
    for (const { verdict, detail, advice } of found) {
      assertMatch(verdict, /^[A-Z]/);
      assertMatch(detail, /./);
      assertMatch(advice, /./);
    }
  });
}

const packaged = { packaged: true, handshake: "arguments" };
const refusal = "x.py: error: unrecognized arguments: --appPid=1";
const noInput = "SyntaxError: Unexpected end of JSON input";

for (
  const [what, evidence, ids] of [
    ["refuses --appPid", { ...ended(2, "usage: x.py [-h]", refusal), ...packaged }, [
      "refuses-arguments",
    ]],
    ["meets an empty file", { ...ended(1, noInput), ...packaged }, ["exited"]],
    ["asks nothing", packaged, ["no-attempt"]],
  ] as typeof TOLD
) {
  Deno.test(`diagnose() of a package that ${what}, whose entry nobody can change`, () => {
    const found = diagnose({ ...RUNNING, ...evidence });
    assertEquals(found.map(({ id }) => id), ids);
    for (const { advice } of found) assertEquals(/"handshake"|"restart"/.test(advice), false);
  });
}

const only = (evidence: Partial<Evidence>) => diagnose({ ...RUNNING, ...evidence })[0]!;

Deno.test("diagnose() shows the error that lies above its trace, without colours and empty lines", () => {
  const trace = Array.from({ length: 9 }, (_, at) => `    at frame ${at}`);
  const { detail } = only(
    ended(1, "throw err;", "", "Error: Cannot find module 'ws'", ...trace, "", "Node.js v20"),
  );
  assertEquals(detail.split("\n").slice(0, 3), [
    "Its last lines:",
    "Error: Cannot find module 'ws'",
    "...",
  ]);
  assertEquals(detail.split("\n").length, 8);
  const python = ended(1, "KeyError: 'a'", ...trace, "", "\x1b[31mValueError\x1b[0m: b");
  assertEquals(only(python).detail.split("\n").slice(1).map((line) => line.trim()), [
    ...trace.slice(-4).map((line) => line.trim()),
    "ValueError: b",
  ]);
});

Deno.test("diagnose() tells of a redirection that cuts the command off from its arguments", () => {
  const [finding, ...others] = diagnose({
    ...RUNNING,
    ...ended(127, "/bin/sh: 1: --nl-port=36147: not found"),
    command: "x &> x.log",
  });
  assertStringIncludes(finding!.verdict, "ends before the --nl-* arguments");
  assertStringIncludes(finding!.advice, "> file 2>&1");
  assertEquals(others, []);
});

Deno.test("diagnose() tells that restarts were in vain, and does not advise them", () => {
  const reason = "it ended with code 3, and it was restarted 5 times within 5 min already";
  const tried = only({ ...ended(3), reason });
  assertEquals(tried.verdict, `I${reason.slice(1)}.`);
  assertEquals(tried.advice.includes('"restart"'), false);
  const silent = `it gave no sign of life for 3 s and ${reason.slice("it ".length)}`;
  const closed = only({ ...ended(3), reason: silent });
  assertEquals([closed.id, closed.verdict], ["exited", `I${silent.slice(1)}.`]);
  assertEquals(closed.advice.includes('"restart"'), false);
  const once = only(ended(3));
  assertEquals(once.verdict, "It ended with code 3.");
  assertStringIncludes(once.advice, "outrigger logs js.x.");
  assertStringIncludes(once.advice, '"restart"');
});

Deno.test("diagnose() says once why one could not be started", () => {
  const reason = "it could not be started: its script is not there";
  const { id, verdict, detail } = only({
    state: "failed",
    reason,
    alive: false,
    handshake: undefined,
  });
  assertEquals([id, verdict, detail], ["cannot-start", "It could not be started.", reason]);
});

const asked = (query: string, headers: Record<string, string> = {}) =>
  new Request(`http://127.0.0.1:8123/?${query}`, { headers: { upgrade: "websocket", ...headers } });

function refusedAs(
  code: RefusalCode,
  query: string,
  evidence: Partial<Evidence> = {},
  owner?: string,
): string[] {
  const refusals = new Refusals();
  const about = owner === undefined ? {} : { owner };
  refusals.add(asked(query), { code, reason: "so", ...about });
  const found = diagnose({ ...RUNNING, refusals: refusals.since(0), ...evidence });
  return found.map(({ id }) => id);
}

Deno.test("diagnose() takes a refusal for that of the token's owner, then of the id claimed", () => {
  assertEquals(refusedAs("other-id", "extensionId=js.y", {}, "js.x"), ["id-mismatch"]);
  assertEquals(refusedAs("other-id", "extensionId=js.x", {}, "js.y"), ["no-attempt"]);
  assertEquals(refusedAs("exported-token", "extensionId=js.x"), ["exported-token"]);
  assertEquals(refusedAs("wrong-token", "extensionId=js.x"), ["wrong-token"]);
  assertEquals(refusedAs("wrong-token", "extensionId=js.y"), ["no-attempt"]);
});

Deno.test("diagnose() takes a refusal that says nothing for that of the only one missing", () => {
  assertEquals(refusedAs("nobody", ""), ["missing-token"]);
  assertEquals(refusedAs("not-loaded", "extensionId=js.typo"), ["id-mismatch"]);
  assertEquals(refusedAs("not-loaded", "extensionId=js.typo", { othersAway: true }), [
    "no-attempt",
  ]);
});

Deno.test("Refusals keeps a bounded number, those alike as one, cut, without the token", () => {
  const refusals = new Refusals();
  const cause = { code: "origin", reason: "so" } as const;
  refusals.add(new Request("http://127.0.0.1/"), cause);
  assertEquals(refusals.since(0), []);
  const origin = "https://" + "e".repeat(500);
  for (let i = 0; i < 3; i++) {
    refusals.add(asked("extensionId=js.x&connectToken=secret", { origin }), cause);
  }
  const [only] = refusals.since(0);
  assertEquals([only!.count, only!.origin!.length, only!.withToken], [3, 100, true]);
  assertEquals(JSON.stringify(only).includes("secret"), false);
  for (let i = 0; i < 1000; i++) refusals.add(asked(`extensionId=js.${i}`), cause);
  assertEquals(refusals.since(0).length, 64);
  assertStringIncludes(JSON.stringify(refusals.since(0).at(-1)), "js.999");
  assertEquals(refusals.since(Date.now() + 1000), []);
});

Deno.test("diagnose() of one that ended after it had been connected shows what it said at its end", () => {
  const before = { ...ended(1, "connecting"), everConnected: true };
  const stderr = ["Error: gone", "    at x.js:1"];
  const lastExit = { code: 1, signal: null, at: "", stderr };
  const { detail, advice } = only({ ...before, lastExit });
  assertEquals(detail, ["Its last lines on stderr:", ...stderr].join("\n"));
  assertEquals(advice.includes("credentials"), false);
  assertStringIncludes(only(before).detail, "nothing on stderr");
});

Deno.test("diagnose() of a package that was refused a module says what lets it go on", () => {
  const lastExit = (line: string) => ({ code: 1, signal: null, at: "", stderr: [line] });
  const about = (line: string) =>
    only({ ...ended(1), ...packaged, everConnected: true, lastExit: lastExit(line) }).advice;
  assertStringIncludes(about('6 404 There is no module "hubs" here'), '"foreignModules": "compat"');
  assertEquals(about("TypeError: x").includes("foreignModules"), false);
});
