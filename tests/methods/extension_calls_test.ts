/**
 * Calls to extensions and what becomes of them (lib/extensions/PROTOCOL.md).
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallError, startTestHost, type TestClient, type TestHost } from "../../lib/testing.ts";
import { query, Wire } from "../neutralino/wire.ts";

interface Incoming {
  callId: string;
  method: string;
  data: unknown;
  caller: { kind: string; extensionId?: string };
}

const IDS = ["a.ext", "b.ext"];
const start = () => startTestHost({ config: { extensions: IDS.map((id) => ({ id })) } });

async function provider(app: TestHost, methods: string[], id = "a.ext"): Promise<TestClient> {
  const client = await app.connectDriver(id);
  await client.call("extensions.provide", { methods });
  return client;
}

const incoming = (client: TestClient) => client.event("extensionCall") as Promise<Incoming>;

function call(client: TestClient, more: Record<string, unknown> = {}): Promise<unknown> {
  return client.call("extensions.call", { extensionId: "a.ext", method: "work", ...more });
}

/** The code that a call fails with. */
async function code(promise: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => promise, CallError);
  return error.code;
}

Deno.test("a page calls an extension and gets what it answers, out of order", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const page = await app.connectPage();
  const calls = [call(page, { data: { n: 1 } }), call(page, { data: null }), call(page)];
  const [first, second, third] = [
    await incoming(extension),
    await incoming(extension),
    await incoming(extension),
  ];
  assertEquals(first, {
    callId: first.callId,
    method: "work",
    data: { n: 1 },
    caller: { kind: "page" },
  });
  assertEquals([second.data, third.data], [null, null]);
  assertEquals(new Set([first.callId, second.callId, third.callId]).size, 3);
  for (const [{ callId }, result] of [[third, "c"], [first, { a: 1 }], [second, null]] as const) {
    assertEquals(await extension.call("extensions.answer", { callId, result }), true);
  }
  assertEquals(await Promise.all(calls), [{ a: 1 }, null, "c"]);
});

Deno.test("backends and other extensions call too, and the extension learns who it was", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const callers: [TestClient, unknown][] = [
    [await app.connectBackend(), { kind: "backend" }],
    [await app.connectDriver("b.ext"), { kind: "backend", extensionId: "b.ext" }],
  ];
  for (const [client, expected] of callers) {
    const result = call(client);
    const { callId, caller } = await incoming(extension);
    assertEquals(caller, expected);
    await extension.call("extensions.answer", { callId, result: 1 });
    assertEquals(await result, 1);
  }
});

Deno.test("numbers that JavaScript cannot hold keep their digits both ways", async () => {
  await using app = await start();
  const { backend, page } = app.host.tokens;
  const url = `ws://127.0.0.1:${app.host.port}`;
  await using extension = await Wire.open(`${url}${query(backend, "a.ext")}`);
  await using caller = await Wire.open(`${url}${query(page)}`);
  const frame = (method: string, accessToken: string, data: string) =>
    `{"id":"1","method":"extensions.${method}","accessToken":"${accessToken}","data":${data}}`;
  extension.send(frame("provide", backend, '{"methods":["work"]}'));
  await extension.response("1");
  const big = '{"extensionId":"a.ext","method":"work","data":9007199254740993}';
  caller.send(frame("call", page, big));
  let event = "";
  while (!event.includes("extensionCall")) event = await extension.next() as string;
  assert(event.includes('"data":9007199254740993'), event);
  const { data: { callId } } = JSON.parse(event);
  extension.send(frame("answer", backend, `{"callId":"${callId}","result":-9007199254740995}`));
  let answer = "";
  while (!answer.includes('"id"')) answer = await caller.next() as string;
  assert(answer.includes('"returnValue":-9007199254740995'), answer);
});

Deno.test("an extension's own error comes with its code, message and data", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const page = await app.connectPage();
  const result = assertRejects(() => call(page), CallError);
  const { callId } = await incoming(extension);
  const error = { code: "NO_PAPER", message: "Tray 2 is empty", data: { tray: 2 } };
  await extension.call("extensions.answer", { callId, error });
  assertEquals((await result).wire, { ...error, from: "extension" });
});

Deno.test("what cannot be called is said at once", async () => {
  await using app = await start();
  const page = await app.connectPage();
  assertEquals(await code(call(page)), "NE_EX_EXTNOTC");
  assertEquals(await code(call(page, { extensionId: "__proto__" })), "NE_EX_EXTNOTC");
  const extension = await provider(app, ["other"]);
  assertEquals(await code(call(page)), "OR_CA_NOMETHD");
  assertEquals(await code(call(page, { method: "constructor" })), "OR_CA_NOMETHD");
  await extension.call("extensions.provide", { methods: ["work"] });
  assertEquals(await code(call(page, { method: "other" })), "OR_CA_NOMETHD");
  for (const timeoutMs of [0, -1, 1e12, "1"]) {
    assertEquals(await code(call(page, { timeoutMs })), "NE_RT_NATRTER");
  }
  assertEquals(await code(page.call("extensions.provide", { methods: [] })), "NE_RT_NATRTER");
  assertEquals(await code(extension.call("extensions.provide", { methods: [1] })), "NE_RT_NATRTER");
  assertEquals(extension.events.filter(({ event }) => event === "extensionCall"), []);
});

Deno.test("a call ends at its deadline; the answer that comes late is dropped", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const page = await app.connectPage();
  const result = call(page, { timeoutMs: 30 });
  const { callId } = await incoming(extension);
  assertEquals(await code(result), "OR_CA_TIMEOUT");
  assertEquals(await extension.event("extensionCallCancel"), { callId, reason: "timeout" });
  assertEquals(await extension.call("extensions.answer", { callId, result: 1 }), false);
  assertEquals(await extension.call("extensions.answer", { callId: "none", result: 1 }), false);
});

Deno.test("progress keeps a call alive and reaches its caller alone", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const [page, other] = [await app.connectPage(), await app.connectPage()];
  const result = call(page, { timeoutMs: 400, callId: "mine" });
  const { callId } = await incoming(extension);
  const tell = (data: number) => extension.call("extensions.answerProgress", { callId, data });
  const end = performance.now() + 700;
  while (performance.now() < end) {
    assertEquals(await tell(0.5), true);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await extension.call("extensions.answer", { callId, result: "done" });
  assertEquals(await result, "done");
  assertEquals(await page.event("extensionCallProgress"), { callId: "mine", data: 0.5 });
  assertEquals(other.events.filter(({ event }) => event === "extensionCallProgress"), []);
});

Deno.test("a caller cancels by the id it chose, and only its own calls", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const [page, other] = [await app.connectPage(), await app.connectPage()];
  const result = call(page, { callId: "mine" });
  const { callId } = await incoming(extension);
  assertEquals(await code(call(page, { callId: "mine" })), "OR_CA_SAMEID");
  assertEquals(await other.call("extensions.cancel", { callId: "mine" }), false);
  assertEquals(await page.call("extensions.cancel", { callId: "mine" }), true);
  assertEquals(await code(result), "OR_CA_CANCELD");
  assertEquals(await extension.event("extensionCallCancel"), { callId, reason: "cancelled" });
  assertEquals(await page.call("extensions.cancel", { callId: "mine" }), false);
  // The id is free again.
  const again = call(page, { callId: "mine" });
  await extension.call("extensions.answer", {
    callId: (await incoming(extension)).callId,
    result: 2,
  });
  assertEquals(await again, 2);
});

Deno.test("calls end when the extension leaves, and are cancelled when the caller does", async () => {
  await using app = await start();
  let extension = await provider(app, ["work"]);
  const page = await app.connectPage();
  const results = [call(page), call(page)];
  await incoming(extension);
  await incoming(extension);
  await extension.close();
  for (const result of results) assertEquals(await code(result), "OR_CA_ENDED");
  assertEquals(await code(call(page)), "NE_EX_EXTNOTC");

  extension = await provider(app, ["work"]);
  const leaving = await app.connectPage();
  void call(leaving).catch(() => {});
  const { callId } = await incoming(extension);
  await leaving.close();
  assertEquals(await extension.event("extensionCallCancel"), { callId, reason: "callerLeft" });
  assertEquals(await extension.call("extensions.answer", { callId, result: 1 }), false);
});

Deno.test("nobody answers a call that was sent to somebody else", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const [page, other] = [await app.connectPage(), await provider(app, ["work"], "b.ext")];
  const result = call(page);
  const { callId } = await incoming(extension);
  for (const client of [other, page]) {
    for (const verb of ["answer", "answerPart", "answerProgress"]) {
      assertEquals(await client.call(`extensions.${verb}`, { callId, result: "forged" }), false);
    }
  }
  await extension.call("extensions.answer", { callId, result: "real" });
  assertEquals(await result, "real");
});

Deno.test("parts of a result come in order, before the end", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const page = await app.connectPage();
  const result = call(page, { callId: "stream" });
  const { callId } = await incoming(extension);
  const sent = [..."abcdefgh"].map((data) =>
    extension.call("extensions.answerPart", { callId, data })
  );
  sent.push(extension.call("extensions.answer", { callId, result: "end" }));
  sent.push(extension.call("extensions.answerPart", { callId, data: "late" }));
  assertEquals(await result, "end");
  const parts = page.events.filter(({ event }) => event === "extensionCallPart");
  assertEquals(
    parts.map(({ data }) => data),
    [..."abcdefgh"].map((data, index) => ({ callId: "stream", index, data })),
  );
  assertEquals(await Promise.all(sent), [...Array(9).fill(true), false]);
});

Deno.test("an answer may ask for no response, and the end of the host leaves nothing behind", async () => {
  await using app = await start();
  const extension = await provider(app, ["work"]);
  const page = await app.connectPage();
  const result = call(page);
  const { callId } = await incoming(extension);
  const silent = extension.call("extensions.answer", { callId, result: 1, quiet: true }, {
    timeoutMs: 100,
  });
  assertEquals(await result, 1);
  await assertRejects(() => silent, Error, "No answer to extensions.answer");
  // Pending when the host stops: its timers must not outlive it.
  await page.call("hooks.add", { hook: "h" });
  void call(page).catch(() => {});
  void extension.call("hooks.run", { hook: "h", timeoutMs: 3_000_000 }).catch(() => {});
  await incoming(extension);
  await page.event("hookRun");
});

Deno.test("10,000 calls at once, and extensions that come and go: each call ends once", async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `ext.${i}`);
  await using app = await startTestHost({
    config: {
      extensions: ids.map((id) => ({ id })),
      limits: { maxPendingCalls: 20_000 },
    },
  });
  /** Answers every other call, and leaves after some. */
  async function unreliable(id: string): Promise<void> {
    const client = await provider(app, ["work"], id);
    for (let i = 0; i < 200; i++) {
      const { callId, data } = await incoming(client);
      void client.call("extensions.answer", { callId, result: data }).catch(() => {});
    }
    await client.close();
  }
  const leaving = ids.map(unreliable);
  const page = await app.connectPage();
  await app.eventually(() => app.host.extensions.connected.length === ids.length);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const outcomes = await Promise.all(
    Array.from({ length: 10_000 }, (_, i) =>
      page.call("extensions.call", {
        extensionId: ids[i % ids.length],
        method: "work",
        data: i,
      }, { timeoutMs: 30_000 }).then(
        (result) => result === i ? "answered" : "wrong",
        (error) => (error as CallError).code,
      )),
  );
  await Promise.all(leaving);
  const counted = Map.groupBy(outcomes, (outcome) => outcome);
  assertEquals(counted.get("wrong"), undefined);
  assertEquals(counted.get("answered")?.length, 20 * 200);
  assertEquals(
    [...counted.keys()].filter((code) =>
      !["answered", "OR_CA_ENDED", "NE_EX_EXTNOTC"].includes(code)
    ),
    [],
  );
});
