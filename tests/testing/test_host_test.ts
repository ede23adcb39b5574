import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";

Deno.test("two hosts live in one process without hearing of each other", async () => {
  const config = { extensions: [{ id: "driver" }] };
  await using first = await startTestHost({ config });
  await using second = await startTestHost({ config });
  assertNotEquals(first.host.port, second.host.port);
  const [page, other] = [await first.connectPage(), await second.connectPage()];
  const driver = await second.connectDriver("driver");
  await page.call("events.broadcast", { event: "hello" });
  await page.event("hello");
  await other.call("events.broadcast", { event: "mark" });
  await driver.event("mark");
  assertEquals([...other.events, ...driver.events].filter(({ event }) => event === "hello"), []);
  await first.host.stop();
  await other.call("app.getProcessId");
});

Deno.test("a token of one host is worth nothing at another", async () => {
  await using first = await startTestHost();
  await using second = await startTestHost();
  const token = first.host.tokens.page;
  const response = await fetch(
    `http://127.0.0.1:${second.host.port}/?connectToken=${token.split(".")[1]}`,
    { headers: { upgrade: "websocket", connection: "upgrade" } },
  ).catch(() => undefined);
  await response?.body?.cancel();
  assertNotEquals(response?.status, 101);
});

Deno.test("waits of a test end at their deadlines and say what did not come", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "never" }] },
    methods: { silent: () => new Promise<never>(() => {}) },
  });
  const page = await app.connectPage();
  const soon = { timeoutMs: 20 };
  await assertRejects(() => page.event("nothing", soon), Error, 'No event "nothing" within 20 ms');
  await assertRejects(() => page.call("custom.silent", {}, soon), Error, "custom.silent");
  await assertRejects(() => app.extensionConnected("never", soon), Error, '"never"');
  await assertRejects(() => app.printed("nowhere", soon), Error, "nowhere");
});

Deno.test("a call on a connection that was closed says so at once", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  await page.close();
  await assertRejects(() => page.call("app.getProcessId"), Error, "the connection was closed");
});

Deno.test("an event is not waited for behind the end of the connection", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const never = page.event("never", { timeoutMs: 60_000 });
  const message = 'No event "never": the connection was closed';
  await Promise.all([assertRejects(() => never, Error, message), app.host.stop()]);
  await assertRejects(() => page.event("never", { timeoutMs: 60_000 }), Error, message);
  // What came before is still there.
  assertEquals(await page.event("appClientConnect"), 1);
});

Deno.test("a test host leaves no folder behind, also when it cannot start", async () => {
  const folder = (await (async () => {
    await using app = await startTestHost();
    return app;
  })()).folder;
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  await assertRejects(() => startTestHost({ config: { port: "x" } }), Error, '"port" is "x"');
});

Deno.test("a test host may be stopped before the end of its block, and twice at once", async () => {
  await using app = await startTestHost();
  await Promise.all([app.stop(), app.stop()]);
  assertEquals(await app.host.stopped, 0);
});
