/**
 * What every client must be able to do: one script, run against each of them. The client runs as an
 * extension of the real program and offers what `offer` in `examples/clients/` does.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallError, type TestClient } from "../../lib/testing.ts";
import { isRunning } from "./processes.ts";
import { type Program, startProgram } from "./program.ts";
import { connectRaw, maskedText } from "./raw_socket.ts";

/** A client and how it is started. */
export interface Subject {
  /** Command of the extension, in the app's folder. */
  command: string;
  /** Puts the client into the app's folder. */
  prepare(folder: string): void | Promise<void>;
  /** Whether its language holds integers of 64 bits in JSON. */
  exactIntegers: boolean;
  /** Runs it as a backend: calls a method and prints the result. Absent: it is none. */
  backend?: (folder: string) => readonly string[];
}

/** As in the configuration. */
const CLIENT = "org.example.client";
/** The same, told by arguments. */
const BY_ARGUMENTS = "org.example.arguments";
/** The same, and it may not register what it wants to. */
const NARROW = "org.example.narrow";
/** A place for a driver of the test. */
const OTHER = "org.example.other";
/** Starting a compiler or a virtual machine on a busy machine takes its time, milliseconds. */
const PATIENCE = { timeoutMs: 30_000 };
const METHODS = "add count delay echo fail native odd progress slow ask who".split(" ").sort();

interface Info {
  pid: number;
  state: string;
  methods: string[];
  calls: { pending: number; late: number };
  traffic: { framesIn: number } | null;
  lastExit: { code: number; signal: string | null } | null;
}

interface Heard {
  result?: unknown;
  error?: { code: string; message?: string; data?: unknown; fromExtension?: boolean };
  parts: unknown[];
  progress: unknown[];
}

/** What the steps share. */
class Bench implements AsyncDisposable {
  readonly program: Program;
  /** Who calls. */
  readonly caller: TestClient;

  private constructor(program: Program, caller: TestClient) {
    this.program = program;
    this.caller = caller;
  }

  static async start({ command, prepare }: Subject): Promise<Bench> {
    const program = await startProgram({
      config: {
        extensions: [
          { id: CLIENT, command, handshake: "stdin", heartbeatMs: 2000, stopTimeoutMs: 10_000 },
          { id: BY_ARGUMENTS, command, handshake: "arguments", autoStart: false },
          {
            id: NARROW,
            command,
            handshake: "stdin",
            autoStart: false,
            nativeBlockList: ["hooks.add"],
          },
          { id: OTHER },
        ],
      },
      prepare,
    });
    return new Bench(program, await program.connect());
  }

  /** Calls a method of the client. */
  call(method: string, data: unknown = null, more: Record<string, unknown> = {}) {
    const request = { extensionId: CLIENT, method, data, ...more };
    return this.caller.call("extensions.call", request, PATIENCE);
  }

  async fails(promise: Promise<unknown>): Promise<CallError["wire"]> {
    return (await assertRejects(() => promise, CallError)).wire;
  }

  async info(extensionId = CLIENT): Promise<Info> {
    return await this.caller.call("extensions.getInfo", { extensionId }) as Info;
  }

  /** Waits until the client has registered all that it offers. */
  async ready(extensionId = CLIENT): Promise<Info> {
    let info: Info | undefined;
    await this.program.eventually(async () => {
      info = await this.info(extensionId);
      return info.methods.length > 0;
    }, { ...PATIENCE, what: `methods of ${extensionId}` });
    assertEquals(info!.methods, METHODS);
    return info!;
  }

  async ask(more: Record<string, unknown>): Promise<Heard> {
    return await this.call("ask", { extensionId: OTHER, ...more }) as Heard;
  }

  /** Of a further connection of a backend. */
  get query(): string {
    return `/?connectToken=${this.program.auth.nlConnectToken}`;
  }

  slowCancelled(data: unknown): Promise<unknown> {
    return this.caller.event("slowCancelled", { where: (it) => it === data });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.stop();
  }
}

const TEXTS = ["", 'å\n\t"\\', "日本語 👩‍👩‍👧", "\u0000\u2028", "</script>"];

const STEPS: Record<string, (bench: Bench, subject: Subject) => Promise<void>> = {
  async "it connects and offers its methods"(bench) {
    await bench.ready();
    assertEquals(await bench.call("who"), { kind: "backend" });
  },

  async "results of every kind come as they were sent"(bench) {
    for (
      const value of [...TEXTS, null, true, 0, -1.5, 1e21, [], {}, [[null], {}], {
        "": TEXTS,
        "ключ": { a: [1, "2"] },
      }]
    ) assertEquals(await bench.call("echo", value), value);
    assertEquals(await bench.call("add", { a: 2, b: 3 }), 5);
  },

  async "integers of 64 bits keep their digits"(bench, { exactIntegers }) {
    const { nlToken } = bench.program.auth;
    const text = `{"id":"n","method":"extensions.call","accessToken":"${nlToken}","data":` +
      `{"extensionId":"${CLIENT}","method":"echo","data":[9223372036854775807,-9007199254740993]}}`;
    using socket = await connectRaw(bench.program.port, bench.query);
    await socket.write(maskedText(text));
    const answer = await socket.readUntil('"id":"n"');
    const exact = answer.includes("9223372036854775807") && answer.includes("-9007199254740993");
    assertEquals(exact, exactIntegers, answer);
  },

  async "a message of several megabytes comes through both ways"(bench) {
    const text = "å1234567".repeat(400_000);
    assertEquals(await bench.call("echo", text) === text, true);
  },

  async "errors tell code, message and data"(bench) {
    assertEquals(await bench.fails(bench.call("fail")), {
      code: "NO_PAPER",
      message: "no paper",
      data: { tray: 2 },
      from: "extension",
    });
    const unforeseen = await bench.fails(bench.call("add", "no numbers"));
    assertEquals(unforeseen.from, "extension");
    assertEquals([typeof unforeseen.code, typeof unforeseen.message], ["string", "string"]);
    assertEquals((await bench.fails(bench.call("none"))).code, "OR_CA_NOMETHD");
    const odd = await bench.fails(bench.call("odd", null, { timeoutMs: 10_000 }));
    assertEquals([odd.from, typeof odd.code, typeof odd.message], [
      "extension",
      "string",
      "string",
    ]);
    assertEquals(await bench.call("echo", "still there"), "still there");
  },

  async "calls side by side are answered out of order, each to its caller"(bench) {
    const order: string[] = [];
    const late = bench.call("delay", { ms: 300, value: "late" });
    const early = bench.call("delay", { ms: 0, value: "early" });
    await Promise.all([late, early].map((it) => it.then((value) => order.push(String(value)))));
    assertEquals(order, ["early", "late"]);
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const answers = await Promise.all(
      numbers.map((i) => bench.call("delay", { ms: (i * 7) % 20, value: i })),
    );
    assertEquals(answers, numbers);
  },

  async "1,000 parts come in order, then the end"(bench) {
    const callId = "parts";
    assertEquals(await bench.call("count", { n: 1000, size: 0 }, { callId }), "counted");
    const parts = bench.caller.events.filter(({ event }) => event === "extensionCallPart");
    assertEquals(
      parts.map(({ data }) => data),
      Array.from({ length: 1000 }, (_, i) => ({ callId, index: i, data: { i, text: "" } })),
    );
  },

  async "a slow reader holds the parts up and still gets all of them"(bench) {
    const { nlToken: accessToken } = bench.program.auth;
    using socket = await connectRaw(bench.program.port, bench.query);
    const data = { extensionId: CLIENT, method: "count", data: { n: 100, size: 500_000 } };
    const before = (await bench.info()).traffic!.framesIn;
    const request = { id: "slow reader", method: "extensions.call", accessToken, data };
    await socket.write(maskedText(JSON.stringify(request)));
    let sent = -1;
    let same = 0;
    await bench.program.eventually(async () => {
      const frames = (await bench.info()).traffic!.framesIn - before;
      same = frames > 0 && frames === sent ? same + 1 : 0;
      sent = frames;
      return same === 10;
    }, { ...PATIENCE, what: "halt of the parts" });
    assert(sent < 100, `${sent} parts were sent to a reader that takes none`);
    assertEquals((await bench.info()).calls.pending, 1);
    const tail = await socket.readUntil('"id":"slow reader"');
    assert(tail.includes('"counted"'), tail);
  },

  async "progress is told before the result"(bench) {
    assertEquals(await bench.call("progress", 3, { callId: "progress" }), "done");
    const told = bench.caller.events.filter(({ event }) => event === "extensionCallProgress");
    assertEquals(
      told.map(({ data }) => data),
      [0, 1, 2].map((data) => ({ callId: "progress", data })),
    );
  },

  async "it learns that nobody waits: cancelled, too late, the caller left"(bench) {
    const cancelled = bench.fails(bench.call("slow", "a", { callId: "slow" }));
    await bench.caller.event("extensionCallProgress", {
      where: (it) => (it as { callId: string }).callId === "slow",
    });
    assertEquals(await bench.caller.call("extensions.cancel", { callId: "slow" }), true);
    assertEquals((await cancelled).code, "OR_CA_CANCELD");
    await bench.slowCancelled("a");

    const late = await bench.fails(bench.call("slow", "b", { timeoutMs: 100 }));
    assertEquals(late.code, "OR_CA_TIMEOUT");
    await bench.slowCancelled("b");

    const leaving = await bench.program.connect();
    const request = { extensionId: CLIENT, method: "slow", data: "c", callId: "leaving" };
    const left = leaving.call("extensions.call", request).catch(() => {});
    await leaving.event("extensionCallProgress");
    await leaving.close();
    await left;
    await bench.slowCancelled("c");
    assertEquals((await bench.info()).calls.pending, 0);
  },

  async "it calls native methods, and learns their errors"(bench) {
    const stats = { method: "extensions.getStats", data: null };
    const expected = await bench.caller.call("extensions.getStats");
    assertEquals(await bench.call("native", stats), expected);
    const failed = await bench.fails(bench.call("native", { method: "no.method", data: null }));
    assertEquals([failed.code, failed.from], ["NE_RT_NATNTIM", "extension"]);
  },

  async "what it says of a call that has ended is dropped"(bench) {
    const before = (await bench.info()).calls.late;
    const answer = { method: "extensions.answer", data: { callId: "99999", result: 1 } };
    assertEquals(await bench.call("native", answer), false);
    assertEquals((await bench.info()).calls.late, before + 1);
  },

  async "it hears events"(bench) {
    const data = { texts: TEXTS };
    await bench.caller.call("extensions.dispatch", { extensionId: CLIENT, event: "ping", data });
    assertEquals(await bench.caller.event("pong"), data);
  },

  async "it is asked before something is done"(bench) {
    const run = (data: string) => bench.caller.call("hooks.run", { hook: "close", data });
    assertEquals(await run("unsaved"), {
      allow: false,
      answers: [{ extensionId: CLIENT, allow: false, reason: "unsaved changes" }],
    });
    assertEquals(await run("saved"), {
      allow: true,
      answers: [{ extensionId: CLIENT, allow: true }],
    });
  },

  async "it calls another extension: parts, progress, result"(bench) {
    const other = await bench.program.connect(OTHER);
    await other.call("extensions.provide", { methods: ["work"] });
    const heard = bench.ask({ method: "work", data: "日本" });
    const { callId, data, caller } = await other.event("extensionCall") as Record<string, unknown>;
    assertEquals([data, caller], ["日本", { kind: "extension", extensionId: CLIENT }]);
    await other.call("extensions.answerProgress", { callId, data: 1 });
    await other.call("extensions.answerPart", { callId, data: { part: 1 } });
    await other.call("extensions.answerPart", { callId, data: null });
    await other.call("extensions.answer", { callId, result: ["done"] });
    assertEquals(await heard, { result: ["done"], parts: [{ part: 1 }, null], progress: [1] });
    await other.close();
  },

  async "it learns how its calls fail, and cancels them"(bench) {
    const absent = await bench.ask({ method: "work" });
    assertEquals([absent.error?.code, absent.error?.fromExtension], ["NE_EX_EXTNOTC", false]);
    const other = await bench.program.connect(OTHER);
    await other.call("extensions.provide", { methods: ["work"] });
    const failing = bench.ask({ method: "work" });
    const { callId } = await other.event("extensionCall") as { callId: string };
    const error = { code: "OWN", message: "own message", data: { n: [1] } };
    await other.call("extensions.answer", { callId, error });
    assertEquals((await failing).error, { ...error, fromExtension: true });

    assertEquals((await bench.ask({ method: "none" })).error?.code, "OR_CA_NOMETHD");
    const late = await bench.ask({ method: "work", timeoutMs: 100 });
    assertEquals(late.error?.code, "OR_CA_TIMEOUT");
    const cancelled = await bench.ask({ method: "work", cancelAfterMs: 50 });
    assertEquals(cancelled.error?.code, "cancelled");
    await other.event("extensionCallCancel", {
      where: (it) => (it as { reason: string }).reason === "cancelled",
    });
    await other.close();
  },

  async "it connects again after its connection ended, with all it had registered"(bench) {
    const { pid } = await bench.info();
    const waiting = bench.fails(bench.call("slow", "d", { callId: "d" }));
    await bench.caller.event("extensionCallProgress", {
      where: (it) => (it as { callId: string }).callId === "d",
    });
    Deno.kill(-pid, "SIGSTOP");
    try {
      assertEquals((await waiting).code, "OR_CA_ENDED");
    } finally {
      Deno.kill(-pid, "SIGCONT");
    }
    const after = await bench.ready();
    assertEquals(after.pid, pid);
    assertEquals(await bench.call("echo", "again"), "again");
    await bench.program.eventually(async () => {
      const run = await bench.caller.call("hooks.run", { hook: "close", data: "unsaved" });
      return (run as { allow: boolean }).allow === false;
    }, { what: "objection after the reconnection" });
  },

  async "it ends when it is told so, and is started again"(bench) {
    const { pid } = await bench.info();
    await bench.caller.call("extensions.restart", { extensionId: CLIENT }, PATIENCE);
    const after = await bench.ready();
    assert(after.pid !== pid && !isRunning(pid));
    assertEquals([after.lastExit?.code, after.lastExit?.signal], [0, null]);
    assertEquals(await bench.call("add", { a: 1, b: 1 }), 2);
  },

  async "it takes its credentials from arguments too"(bench) {
    await bench.caller.call("extensions.start", { extensionId: BY_ARGUMENTS }, PATIENCE);
    await bench.ready(BY_ARGUMENTS);
    const request = { extensionId: BY_ARGUMENTS, method: "who" };
    assertEquals(await bench.caller.call("extensions.call", request), { kind: "backend" });
  },

  async "it goes on when something that it registers is refused"(bench) {
    await bench.caller.call("extensions.start", { extensionId: NARROW }, PATIENCE);
    await bench.ready(NARROW);
    const asked = { method: "computer.getArch", data: null };
    const request = { extensionId: NARROW, method: "native", data: asked, timeoutMs: 10_000 };
    const answer = await bench.caller.call("extensions.call", request, PATIENCE);
    assertEquals(typeof answer, "string");
  },

  async "it runs as a backend with the auth info"(bench, { backend }) {
    if (backend === undefined) return;
    const { folder } = bench.program;
    const [program, ...args] = backend(folder);
    const data = JSON.stringify({ extensionId: CLIENT, method: "add", data: { a: 20, b: 22 } });
    const { code, stdout, stderr } = await new Deno.Command(program!, {
      args: [...args, `--auth-info=${folder}/.tmp/auth_info.json`, "extensions.call", data],
      cwd: folder,
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout).trim();
    assertEquals([said, code], ["42", 0], new TextDecoder().decode(stderr));
  },
};

/** Runs the whole script against one client. */
export async function conform(t: Deno.TestContext, subject: Subject): Promise<void> {
  await using bench = await Bench.start(subject);
  for (const [name, step] of Object.entries(STEPS)) {
    const well = await t.step(name, () => step(bench, subject));
    if (!well) return console.error(bench.program.said);
  }
}
