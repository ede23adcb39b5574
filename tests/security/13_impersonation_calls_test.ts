/** Row 13 for calls and hooks: an answer counts from whom it was asked, and nobody takes a place. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallError, startTestHost, type TestClient, type TestHost } from "../../lib/testing.ts";

interface Scene {
  app: TestHost;
  page: TestClient;
  other: TestClient;
  a: TestClient;
  b: TestClient;
}

async function withScene(test: (scene: Scene) => Promise<void>): Promise<void> {
  await using app = await startTestHost({ config: { extensions: [{ id: "a" }, { id: "b" }] } });
  const [a, b] = [await app.connectDriver("a"), await app.connectDriver("b")];
  for (const client of [a, b]) await client.call("extensions.provide", { methods: ["work"] });
  const [page, other] = [await app.connectPage(), await app.connectBackend()];
  await test({ app, page, other, a, b });
}

Deno.test("only the extension that was asked answers a call", () =>
  withScene(async ({ page, other, a, b }) => {
    const result = page.call("extensions.call", { extensionId: "a", method: "work", callId: "x" });
    const { callId } = await a.event("extensionCall") as { callId: string };
    for (const [who, client] of Object.entries({ page, other, b })) {
      for (const id of [callId, "x", "__proto__", "constructor"]) {
        for (const verb of ["answer", "answerPart", "answerProgress"]) {
          const data = { callId: id, result: "forged", data: "forged" };
          assertEquals(
            await client.call(`extensions.${verb}`, data),
            false,
            `${who} ${verb} ${id}`,
          );
        }
        const error = { callId: id, error: { code: "forged", message: "forged" } };
        assertEquals(await client.call("extensions.answer", error), false, `${who} ${id}`);
      }
    }
    assertEquals(await a.call("extensions.answer", { callId, result: "true" }), true);
    assertEquals(await result, "true");
    const parts = page.events.filter(({ event }) => event.startsWith("extensionCall"));
    assertEquals(parts, []);
  }));

Deno.test("only its caller cancels a call, and names of calls belong to a connection", () =>
  withScene(async ({ page, other, a, b }) => {
    const call = { extensionId: "a", method: "work", callId: "x" };
    const result = page.call("extensions.call", call);
    const { callId } = await a.event("extensionCall") as { callId: string };
    for (const client of [other, a, b]) {
      for (const id of ["x", callId]) {
        assertEquals(await client.call("extensions.cancel", { callId: id }), false);
      }
    }
    // The same name on another connection is another call.
    const others = other.call("extensions.call", call);
    const second = await a.event("extensionCall") as { callId: string };
    assertEquals(await other.call("extensions.cancel", { callId: "x" }), true);
    assertEquals((await assertRejects(() => others, CallError)).code, "OR_CA_CANCELD");
    assert(second.callId !== callId);
    await a.call("extensions.answer", { callId, result: 1 });
    assertEquals(await result, 1);
  }));

Deno.test("a call says who its caller is, whatever the caller says", () =>
  withScene(async ({ page, a, b }) => {
    const forged = { caller: { kind: "extension", extensionId: "b" }, extensionId: "a" };
    const data = { ...forged, method: "work", data: forged };
    const results = [page, b].map((client) => client.call("extensions.call", data));
    const callers = [];
    for (const _ of results) {
      const { callId, caller } = await a.event("extensionCall") as {
        callId: string;
        caller: unknown;
      };
      callers.push(caller);
      await a.call("extensions.answer", { callId, result: 1 });
    }
    await Promise.all(results);
    assertEquals(callers, [{ kind: "page" }, { kind: "backend", extensionId: "b" }]);
  }));

Deno.test("nobody offers methods in another's name", () =>
  withScene(async ({ app, page, b }) => {
    for (const client of [page, b]) {
      await client.call("extensions.provide", { extensionId: "a", id: "a", methods: ["taken"] })
        .catch((error) => assert(error instanceof CallError));
    }
    const of = async (extensionId: string) =>
      (await page.call("extensions.getInfo", { extensionId }) as { methods: string[] }).methods;
    assertEquals([await of("a"), await of("b")], [["work"], ["taken"]]);
    assertEquals(app.host.extensions.connected, ["a", "b"]);
  }));

Deno.test("only who was asked answers a hook, and once", () =>
  withScene(async ({ page, other, a, b }) => {
    await a.call("hooks.add", { hook: "close" });
    const outcome = page.call("hooks.run", { hook: "close" });
    const { runId } = await a.event("hookRun") as { runId: string };
    for (const client of [page, other, b]) {
      for (const id of [runId, "__proto__"]) {
        assertEquals(await client.call("hooks.answer", { runId: id, allow: false }), false);
      }
    }
    const results = await Promise.all([
      a.call("hooks.answer", { runId, allow: true }),
      a.call("hooks.answer", { runId, allow: false }),
    ]);
    assertEquals(results, [true, false]);
    assertEquals(await outcome, { allow: true, answers: [{ extensionId: "a", allow: true }] });
    assertEquals(await b.call("hooks.remove", { hook: "close" }), false);
    const again = page.call("hooks.run", { hook: "close" });
    const second = await a.event("hookRun") as { runId: string };
    await a.call("hooks.answer", { runId: second.runId, allow: false });
    assertEquals((await again as { allow: boolean }).allow, false);
  }));
