/**
 * Calls to extensions that are processes, one of which crashes all the time.
 */

import { assert, assertEquals } from "@std/assert";
import { type CallError, startTestHost } from "../../lib/testing.ts";

/** Answers after up to 100 ms; one of them crashes a second after it has connected. */
const EXTENSION = `
const { nlPort, nlToken, nlConnectToken, nlExtensionId } =
  await new Response(Deno.stdin.readable).json();
const socket = new WebSocket("ws://127.0.0.1:" + nlPort + "?extensionId=" + nlExtensionId +
  "&connectToken=" + nlConnectToken);
const send = (method, data) => socket.send(JSON.stringify({
  id: crypto.randomUUID(), method, accessToken: nlToken, data,
}));
socket.onopen = () => {
  send("extensions.provide", { methods: ["work"] });
  if (nlExtensionId === "crashing") setTimeout(() => Deno.exit(74), 1000);
};
socket.onmessage = (message) => {
  const { event, data } = JSON.parse(message.data);
  if (event !== "extensionCall") return;
  setTimeout(() => send("extensions.answer", { callId: data.callId, result: data.data, quiet: true }),
    Math.random() * 100);
};
socket.onclose = () => Deno.exit();
`;

Deno.test("10,000 calls to 20 processes, one of which crashes every second: each ends once", async () => {
  const ids = ["crashing", ...Array.from({ length: 19 }, (_, i) => `steady.${i}`)];
  const command = `${Deno.execPath()} run --no-config --allow-net \${NL_PATH}/extension.js`;
  await using app = await startTestHost({
    config: {
      extensions: ids.map((id) => ({
        id,
        command,
        handshake: "stdin",
        restart: "on-failure",
        restartDelayMs: 20,
        maxRestarts: 1000,
      })),
      limits: { maxPendingCalls: 20_000 },
    },
    files: { "extension.js": EXTENSION },
  });
  const page = await app.connectPage();
  const offers = async (id: string) => {
    const info = await page.call("extensions.getInfo", { extensionId: id });
    return (info as { methods: string[] }).methods.length === 1;
  };
  await app.eventually(async () => (await Promise.all(ids.map(offers))).every(Boolean), {
    timeoutMs: 60_000,
    what: "offer of every extension",
  });
  const outcomes: string[] = [];
  let crashes = 0;
  let started = 0;
  async function one(number: number): Promise<void> {
    const extensionId = ids[number % ids.length]!;
    const outcome = await page.call(
      "extensions.call",
      { extensionId, method: "work", data: number, timeoutMs: 20_000 },
      { timeoutMs: 60_000 },
    ).then(
      (result) => result === number ? "answered" : "wrong",
      (error: CallError) => `${extensionId} ${error.code}`,
    );
    outcomes.push(outcome);
  }
  const waves: Promise<void>[] = [];
  while (started < 10_000) {
    for (let i = 0; i < 1000; i++) waves.push(one(started++));
    await new Promise((resolve) => setTimeout(resolve, 400));
    const { restarts } = await page.call("extensions.getInfo", {
      extensionId: "crashing",
    }) as { restarts: number };
    crashes = Math.max(crashes, restarts);
  }
  await Promise.all(waves);
  assert(crashes >= 2, `it crashed ${crashes} times`);
  assertEquals(outcomes.length, 10_000);
  const counted = Map.groupBy(outcomes, (outcome) => outcome);
  const failed = [...counted.keys()].filter((outcome) => outcome !== "answered");
  const fine = ["crashing OR_CA_ENDED", "crashing NE_EX_EXTNOTC", "crashing OR_CA_NOMETHD"];
  assertEquals(failed.filter((outcome) => !fine.includes(outcome)), []);
  assert(failed.length > 0, "some calls were under way when it crashed");
  assert(counted.get("answered")!.length >= 9500);
});
