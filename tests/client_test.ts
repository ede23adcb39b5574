import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Client,
  type ClientOptions,
  connect,
  fromAuthInfo,
  type Json,
  OutriggerError,
} from "../lib/client.ts";
import { startTestHost, type TestHost } from "../lib/testing.ts";

const start = () => startTestHost({ config: { extensions: [{ id: "a" }, { id: "b" }] } });

function as(app: TestHost, extensionId?: string, options?: ClientOptions): Promise<Client> {
  const { port, tokens } = app.host;
  const id = extensionId === undefined ? {} : { extensionId };
  return connect({ port, accessToken: tokens.backend, ...id }, options);
}

const rejected = (promise: Promise<unknown>) => assertRejects(() => promise, OutriggerError);

Deno.test("a client calls native methods and hears events", async () => {
  await using app = await start();
  using client = await as(app);
  assertEquals(await client.call("app.getProcessId"), Deno.pid);
  assertEquals((await rejected(client.call("no.method"))).code, "NE_RT_NATNTIM");
  const heard: Json[] = [];
  const stop = client.on("hello", (data) => heard.push(data));
  await client.call("events.broadcast", { event: "hello", data: { n: 1 } });
  stop();
  await client.call("events.broadcast", { event: "hello", data: { n: 2 } });
  assertEquals(heard, [{ n: 1 }]);
});

Deno.test("a client offers methods: results, errors, progress, parts, cancellation", async () => {
  await using app = await start();
  using extension = await as(app, "a");
  using page = await as(app);
  const cancelled = Promise.withResolvers<void>();
  await extension.provide({
    add: (data) => {
      const { a, b } = data as { a: number; b: number };
      return a + b;
    },
    nothing: () => {},
    fail: () => {
      throw Object.assign(new Error("no paper"), { code: "NO_PAPER", data: { tray: 2 } });
    },
    async *count(data) {
      for (let i = 0; i < (data as number); i++) yield i;
      return "counted";
    },
    async slow(_, { progress, signal, caller }) {
      await progress({ caller: caller.kind });
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      cancelled.resolve();
    },
  });
  assertEquals(await page.callExtension("a", "add", { a: 2, b: 3 }), 5);
  assertEquals(await page.callExtension("a", "nothing"), null);
  const error = await rejected(page.callExtension("a", "fail"));
  assertEquals(
    [error.code, error.message, error.data, error.fromExtension],
    ["NO_PAPER", "no paper", { tray: 2 }, true],
  );
  const parts: Json[] = [];
  const onPart = (data: Json) => parts.push(data);
  assertEquals(await page.callExtension("a", "count", 3, { onPart }), "counted");
  assertEquals(parts, [0, 1, 2]);
  assertEquals((await rejected(page.callExtension("a", "none"))).code, "OR_CA_NOMETHD");
  assertEquals(
    (await rejected(page.callExtension("a", "slow", null, { timeoutMs: 30 }))).code,
    "OR_CA_TIMEOUT",
  );
  await cancelled.promise;
  const abort = new AbortController();
  const told: Json[] = [];
  const aborted = rejected(page.callExtension("a", "slow", null, {
    signal: abort.signal,
    onProgress(data) {
      told.push(data);
      abort.abort();
    },
  }));
  assertEquals((await aborted).code, "OR_CA_CANCELD");
  assertEquals(told, [{ caller: "backend" }]);
});

Deno.test("hooks are answered, an objection with its reason", async () => {
  await using app = await start();
  using a = await as(app, "a");
  using b = await as(app, "b");
  using page = await as(app);
  await a.hook("close", () => "unsaved");
  await b.hook("close", (data) => data === 1);
  assertEquals(await page.call("hooks.run", { hook: "close", data: 1 }), {
    allow: false,
    answers: [{ extensionId: "a", allow: false, reason: "unsaved" }, {
      extensionId: "b",
      allow: true,
    }],
  });
});

Deno.test("a client comes back with what it had registered, and what waited is told", async () => {
  await using app = await start();
  const states: string[] = [];
  using extension = await as(app, "a", { onState: (state) => states.push(state) });
  await extension.provide({ ping: () => "pong", never: () => new Promise(() => {}) });
  await extension.hook("h", () => false);
  using page = await as(app);
  const waiting = rejected(page.callExtension("a", "never"));
  const own = rejected(extension.callExtension("a", "never"));
  await app.eventually(async () => {
    const { calls } = await page.call("extensions.getInfo", { extensionId: "a" }) as {
      calls: { pending: number };
    };
    return calls.pending === 2;
  });
  await page.call("extensions.stop", { extensionId: "a" });
  assertEquals((await waiting).code, "OR_CA_ENDED");
  assertEquals((await own).code, "CLIENT_DISCONNECTED");
  await app.eventually(() => states.at(-1) === "connected" && states.length === 3);
  assertEquals(states, ["connected", "disconnected", "connected"]);
  assertEquals(await page.callExtension("a", "ping"), "pong");
  assertEquals((await page.call("hooks.run", { hook: "h" }) as { allow: boolean }).allow, false);
});

Deno.test("what is left of a call is not taken for one of the next host", async () => {
  const first = await start();
  await using second = await start();
  let host = first;
  using extension = await connect(() => {
    const { port, tokens } = host.host;
    return { port, accessToken: tokens.backend, extensionId: "a" };
  });
  const goOn = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  let asked = 0;
  await extension.hook("h", () => asked++ === 0 ? goOn.promise.then(() => "old") : over.promise);
  await extension.provide({
    async stubborn(_, { progress, part }) {
      await goOn.promise;
      await progress("old");
      await part("old");
      over.resolve();
    },
    wait: (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.aborted))),
  });
  using old = await as(first);
  const lost = rejected(old.callExtension("a", "stubborn"));
  const unheard = rejected(old.call("hooks.run", { hook: "h" }));
  await old.call("app.getProcessId");
  host = second;
  await first[Symbol.asyncDispose]();
  await Promise.all([lost, unheard]);
  await second.eventually(() => extension.connected);

  // Each host counts its calls from 1.
  using client = await as(second);
  const heard: Json[] = [];
  const told = {
    onPart: (data: Json) => heard.push(data),
    onProgress: (data: Json) => heard.push(data),
  };
  const cancel = new AbortController();
  const call = rejected(
    client.callExtension("a", "wait", null, { ...told, signal: cancel.signal }),
  );
  const run = client.call("hooks.run", { hook: "h" });
  await client.call("app.getProcessId");
  goOn.resolve();
  await over.promise;
  await extension.call("app.getProcessId");
  assertEquals(heard, []);
  assertEquals(await run, { allow: true, answers: [{ extensionId: "a", allow: true }] });
  cancel.abort();
  assertEquals((await call).code, "OR_CA_CANCELD");
});

Deno.test("a client has one connection, however often it is opened", async () => {
  await using app = await start();
  using watcher = await as(app);
  let joined = 0;
  watcher.on("appClientConnect", () => joined++);
  using client = await as(app);
  await Promise.all([client.open(), client.open()]);
  await client.open();
  await client.call("app.getProcessId");
  await watcher.call("app.getProcessId");
  assertEquals(joined, 1);
});

Deno.test("a client comes back once, also when the host refuses what it registers", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "a", nativeBlockList: ["hooks.*"] }] },
  });
  const states: string[] = [];
  const options = { onState: (state: string) => states.push(state), longestWaitMs: 20 };
  using extension = await as(app, "a", options);
  await extension.provide({ ping: () => "pong" });
  assertEquals((await rejected(extension.hook("h", () => true))).code, "NE_RT_NATPRME");
  using page = await as(app);
  await page.call("extensions.stop", { extensionId: "a" });
  await app.eventually(() => states.length === 3);
  assertEquals(states, ["connected", "disconnected", "connected"]);
  assertEquals(await page.callExtension("a", "ping"), "pong");
});

Deno.test("whatever a handler throws becomes an error or an objection", async () => {
  await using app = await start();
  using extension = await as(app, "a");
  using page = await as(app);
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  await extension.provide({
    // What promises that are rejected without a reason throw.
    nothing: () => Promise.reject(),
    text: () => Promise.reject("no paper"),
    cyclic: () => Promise.reject(Object.assign(new Error("x"), { data: cycle })),
    bigint: () => 1n,
  });
  const fails = async (method: string) => {
    const { code, message } = await rejected(page.callExtension("a", method));
    return `${code}: ${message}`;
  };
  assertEquals(await fails("nothing"), "ERROR: undefined");
  assertEquals(await fails("text"), "ERROR: no paper");
  assertEquals(await fails("cyclic"), "ERROR: x");
  assertEquals((await fails("bigint")).slice(0, 6), "ERROR:");
  await extension.hook("text", () => Promise.reject("unsaved"));
  await extension.hook("nothing", () => Promise.reject());
  for (const [hook, reason] of [["text", "unsaved"], ["nothing", "undefined"]]) {
    assertEquals(await page.call("hooks.run", { hook: hook! }), {
      allow: false,
      answers: [{ extensionId: "a", allow: false, reason: reason! }],
    });
  }
});

Deno.test("data may be of any type that is JSON", async () => {
  interface Point {
    x: number;
  }
  const point: Point = { x: 1 };
  await using app = await start();
  using extension = await as(app, "a");
  using client = await as(app);
  await extension.provide({ back: (data, { part }) => part(point).then(() => data) });
  assertEquals(await client.callExtension("a", "back", point), { x: 1 });
  await assertRejects(() => client.call("events.broadcast", 1n), TypeError);
  await assertRejects(() => client.callExtension("a", "back", 1n), TypeError);
});

Deno.test("a timeout may be longer than timers take", async () => {
  await using app = await start();
  using extension = await as(app, "a");
  const credentials = { port: app.host.port, accessToken: app.host.tokens.backend };
  using client = await connect(credentials, { timeoutMs: Infinity });
  await extension.provide({ later: () => new Promise((resolve) => setTimeout(resolve, 20, "x")) });
  assertEquals(await client.callExtension("a", "later"), "x");
  assertEquals(await client.callExtension("a", "later", null, { timeoutMs: 3e9 }), "x");
  assertEquals(await client.call("hooks.run", { hook: "none" }, { timeoutMs: 3e9 }), {
    allow: true,
    answers: [],
  });
});

Deno.test("a closed client rejects what waits and what comes, and stays closed", async () => {
  await using app = await start();
  const client = await as(app);
  using extension = await as(app, "a");
  await extension.provide({ never: () => new Promise(() => {}) });
  const waiting = rejected(client.callExtension("a", "never"));
  await client.call("app.getProcessId");
  client.close();
  assertEquals((await waiting).code, "CLIENT_CLOSED");
  assertEquals((await rejected(client.call("app.getProcessId"))).code, "CLIENT_CLOSED");
  const refused = await rejected(connect({ port: app.host.port, accessToken: "a.b" }));
  assertEquals(refused.code, "CLIENT_DISCONNECTED");
  assert(!client.connected);
});

Deno.test("connect() gives up on a listener that never answers", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const attempt = connect({ port, accessToken: "a.b" }, { timeoutMs: 50 });
  using _connection = await silent.accept();
  assertEquals((await rejected(attempt)).code, "CLIENT_TIMEOUT");
});

Deno.test("fromAuthInfo() takes what a host writes, and nothing without port or token", () => {
  const credentials = { port: 8080, accessToken: "a.b" };
  assertEquals(fromAuthInfo('{"nlPort": 8080, "nlToken": "a.b"}'), credentials);
  assertEquals(fromAuthInfo(JSON.stringify(credentials), "js.x"), {
    ...credentials,
    extensionId: "js.x",
  });
  for (const text of ["{}", "null", "7", '{"nlPort": 0, "nlToken": "a.b"}', '{"nlPort": 8080}']) {
    assertThrows(() => fromAuthInfo(text), TypeError, "no port or no token", text);
  }
});
