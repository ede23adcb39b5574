/** Row 11 for calls and hooks: who floods them is bounded, and others go on. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost, type TestClient, type TestHost, within } from "../../lib/testing.ts";
import { query, Wire } from "../neutralino/wire.ts";

const LIMITS = { maxPendingCalls: 200 };

async function withFlood(
  method: string,
  data: (number: number) => Record<string, unknown>,
  test: (scene: { app: TestHost; flooder: Wire; page: TestClient; a: TestClient }) => Promise<void>,
  limits: Record<string, number> = LIMITS,
): Promise<void> {
  await using app = await startTestHost({
    config: { limits, extensions: [{ id: "a" }, { id: "b" }] },
  });
  const a = await app.connectDriver("a");
  await a.call("extensions.provide", { methods: ["work", "stuck"] });
  await a.call("hooks.add", { hook: "close" });
  const { port, tokens } = app.host;
  await using flooder = await Wire.open(`ws://127.0.0.1:${port}/${query(tokens.page)}`);
  for (let number = 0; number < 1000; number++) {
    flooder.send({
      id: String(number),
      method,
      accessToken: tokens.page,
      data: data(number),
    });
  }
  await test({ app, flooder, page: await app.connectPage(), a });
}

/** A call and a hook of somebody else, from the first to the last step. */
async function othersGoOn(page: TestClient, a: TestClient): Promise<void> {
  const call = page.call("extensions.call", { extensionId: "a", method: "work" });
  const isOurs = (data: unknown) => (data as { method: string }).method === "work";
  const { callId } = await a.event("extensionCall", { where: isOurs }) as { callId: string };
  await a.call("extensions.answer", { callId, result: "fine" });
  assertEquals(await call, "fine");
  await a.call("hooks.add", { hook: "open" });
  const run = page.call("hooks.run", { hook: "open" });
  const isOpen = (data: unknown) => (data as { hook: string }).hook === "open";
  const { runId } = await a.event("hookRun", { where: isOpen }) as { runId: string };
  await a.call("hooks.answer", { runId, allow: true });
  assertEquals((await run as { allow: boolean }).allow, true);
}

/** How many events of a name came. */
function count(client: TestClient, name: string): number {
  return client.events.filter(({ event }) => event === name).length;
}

Deno.test("a page that floods an extension with calls has half of its places", () =>
  withFlood(
    "extensions.call",
    () => ({ extensionId: "a", method: "stuck", timeoutMs: 60_000 }),
    async ({ flooder, page, a }) => {
      await othersGoOn(page, a);
      assertEquals(count(a, "extensionCall"), LIMITS.maxPendingCalls / 2);
      for (let number = LIMITS.maxPendingCalls / 2; number < 1000; number++) {
        const { data } = await flooder.response(String(number)) as {
          data: { error: { code: string } };
        };
        assertEquals(data.error.code, "OR_CA_TOOMANY");
      }
      const info = await page.call("extensions.getInfo", { extensionId: "a" });
      assertEquals(
        (info as { calls: { pending: number } }).calls.pending,
        LIMITS.maxPendingCalls / 2,
      );
    },
  ));

Deno.test("a page that floods several extensions is closed, and its calls end with it", () =>
  withFlood(
    "extensions.call",
    () => ({ extensionId: "a", method: "stuck", timeoutMs: 60_000 }),
    async ({ app, flooder, page, a }) => {
      const b = await app.connectDriver("b");
      await b.call("extensions.provide", { methods: ["stuck"] });
      await a.event("extensionCall");
      for (let number = 0; number < 1000; number++) {
        flooder.send({
          id: `b${number}`,
          method: "hooks.run",
          accessToken: app.host.tokens.page,
          data: { hook: "close", timeoutMs: 60_000 },
        });
      }
      await within(flooder.closed, 5000, "close of the flooder's connection");
      assert(app.output.includes("A page was closed: too many calls wait for their answers"));
      await othersGoOn(page, a);
      await app.eventually(async () => {
        const info = await page.call("extensions.getInfo", { extensionId: "a" });
        return (info as { calls: { pending: number } }).calls.pending === 0;
      });
    },
  ));

Deno.test("a page that floods a hook has a part of the places", () =>
  withFlood("hooks.run", () => ({ hook: "close", timeoutMs: 60_000 }), async (scene) => {
    const { flooder, page, a } = scene;
    await othersGoOn(page, a);
    assertEquals(count(a, "hookRun"), 250);
    const { data } = await flooder.response("999") as { data: { error: { code: string } } };
    assertEquals(data.error.code, "OR_HK_TOOMANY");
  }, {}));

Deno.test("answers to calls that nobody made are dropped, however many", () =>
  withFlood(
    "extensions.answerPart",
    (number) => ({ callId: String(number), data: "x".repeat(1000) }),
    async ({ flooder, page, a }) => {
      await othersGoOn(page, a);
      const { data } = await flooder.response("999") as { data: unknown };
      assertEquals(data, { success: true, returnValue: false });
      const parts = [...page.events, ...a.events].filter(({ event }) =>
        event === "extensionCallPart"
      );
      assertEquals(parts, []);
    },
  ));

Deno.test("one that registers for hooks without end is told so", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "a" }] } });
  const [page, a] = [await app.connectPage(), await app.connectDriver("a")];
  const results = await Promise.allSettled(
    Array.from({ length: 1500 }, (_, i) => page.call("hooks.add", { hook: `h${i}` })),
  );
  assertEquals(results.filter(({ status }) => status === "fulfilled").length, 1000);
  await a.call("extensions.provide", { methods: ["work"] });
  await othersGoOn(await app.connectPage(), a);
  assert(await page.call("hooks.remove", { hook: "h0" }));
});
