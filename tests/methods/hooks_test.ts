import { assertEquals } from "@std/assert";
import { startTestHost, type TestClient } from "../../lib/testing.ts";

const start = () => startTestHost({ config: { extensions: [{ id: "a" }, { id: "b" }] } });

interface Asked {
  runId: string;
  hook: string;
  data: unknown;
  caller: unknown;
}

const asked = (client: TestClient) => client.event("hookRun") as Promise<Asked>;
const answer = (client: TestClient, runId: string, more: Record<string, unknown>) =>
  client.call("hooks.answer", { runId, ...more });

Deno.test("everybody registered is asked, and one objection is enough", async () => {
  await using app = await start();
  const [page, a, b] = [
    await app.connectPage(),
    await app.connectDriver("a"),
    await app.connectDriver("b"),
  ];
  assertEquals(await page.call("hooks.run", { hook: "close" }), { allow: true, answers: [] });
  // The asker itself is not asked.
  for (const client of [page, a, b]) await client.call("hooks.add", { hook: "close" });
  const outcome = page.call("hooks.run", { hook: "close", data: { file: "ü" } });
  const [forA, forB] = [await asked(a), await asked(b)];
  assertEquals(forA, {
    runId: forA.runId,
    hook: "close",
    data: { file: "ü" },
    caller: { kind: "page" },
  });
  assertEquals(await answer(b, forB.runId, { allow: true, data: [1] }), true);
  assertEquals(await answer(a, forA.runId, { allow: false, reason: "unsaved" }), true);
  assertEquals(await outcome, {
    allow: false,
    answers: [
      { extensionId: "a", allow: false, reason: "unsaved" },
      { extensionId: "b", allow: true, data: [1] },
    ],
  });
  assertEquals(await answer(a, forA.runId, { allow: true }), false);
  assertEquals(page.events.filter(({ event }) => event === "hookRun"), []);
});

Deno.test("who does not answer in time or leaves counts as the default says", async () => {
  await using app = await start();
  const [page, a, b] = [
    await app.connectPage(),
    await app.connectDriver("a"),
    await app.connectDriver("b"),
  ];
  for (const client of [a, b]) await client.call("hooks.add", { hook: "h" });
  const run = (more: Record<string, unknown>) => page.call("hooks.run", { hook: "h", ...more });
  const allowed = run({ timeoutMs: 30 });
  await answer(b, (await asked(b)).runId, { allow: true });
  assertEquals(await allowed, {
    allow: true,
    answers: [{ extensionId: "a", allow: true, missing: "timeout" }, {
      extensionId: "b",
      allow: true,
    }],
  });
  const denied = run({ default: false });
  await answer(a, (await asked(a)).runId, { allow: true });
  await a.event("hookRun");
  await b.close();
  await answer(a, "2", { allow: true });
  assertEquals(await denied, {
    allow: false,
    answers: [{ extensionId: "a", allow: true }, {
      extensionId: "b",
      allow: false,
      missing: "left",
    }],
  });
  // It is registered no more.
  const alone = run({});
  await answer(a, "3", { allow: true });
  assertEquals(await alone, { allow: true, answers: [{ extensionId: "a", allow: true }] });
});

Deno.test("nobody answers who was not asked, and a removed hook is not asked", async () => {
  await using app = await start();
  const [page, a, b] = [
    await app.connectPage(),
    await app.connectDriver("a"),
    await app.connectDriver("b"),
  ];
  for (const client of [a, b]) await client.call("hooks.add", { hook: "h" });
  assertEquals(await b.call("hooks.remove", { hook: "h" }), true);
  assertEquals(await b.call("hooks.remove", { hook: "h" }), false);
  const outcome = page.call("hooks.run", { hook: "h" });
  const { runId } = await asked(a);
  for (const other of [b, page]) assertEquals(await answer(other, runId, { allow: false }), false);
  await answer(a, runId, { allow: true });
  assertEquals((await outcome as { allow: boolean }).allow, true);
});
