/** Bounds hold against clients that mean harm, and others do not feel it. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost, within } from "../../lib/testing.ts";
import { query } from "../neutralino/wire.ts";
import { frame, handshakeBytes, RawSocket } from "./raw_socket.ts";

/** A message in pieces of at most `size` bytes. */
function fragments(text: string, size: number): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < text.length; at += size) {
    const fin = at + size >= text.length;
    parts.push(frame(at === 0 ? 1 : 0, text.slice(at, at + size), { fin }));
  }
  return parts;
}

for (const [why, size] of [["in one frame", 1 << 20], ["in fragments", 1000]] as const) {
  Deno.test(`a message above the bound, ${why}, closes its sender with 1009 and does nothing`, async () => {
    await using app = await startTestHost({ config: { limits: { maxMessageBytes: 10_000 } } });
    await using page = await app.connectPage();
    const { port, tokens: { backend } } = app.host;
    const call = (length: number) =>
      JSON.stringify({
        id: "1",
        method: "events.broadcast",
        accessToken: backend,
        data: { event: "big", data: "x".repeat(length) },
      });
    using socket = await RawSocket.open(port, `/${query(backend)}`);
    for (const part of fragments(call(9000), size)) await socket.write(part);
    assertEquals((await page.event("big") as string).length, 9000);
    for (const part of fragments(call(11_000), size)) await socket.write(part);
    assertEquals(await within(socket.drain(), 5000, "close"), 1009);
    assertEquals(await page.call("app.getProcessId"), Deno.pid);
    assertEquals(page.events.filter(({ event }) => event === "big"), []);
  });
}

Deno.test("32 clients that leave at once, in every way, leave nothing behind", async () => {
  await using app = await startTestHost({ config: { extensions: [{ id: "driver" }] } });
  await using driver = await app.connectDriver("driver");
  await using page = await app.connectPage();
  for (let round = 0; round < 3; round++) {
    const target = `/${query(app.host.tokens.page)}`;
    const sockets = await Promise.all(
      Array.from({ length: 32 }, () => RawSocket.open(app.host.port, target)),
    );
    await Promise.all(sockets.map(async (socket, i) => {
      if (i % 4 === 0) await socket.write(frame(8, new Uint8Array([3, 232])));
      if (i % 4 === 1) await socket.write(frame(1, "half", { length: 100 }));
      if (i % 4 === 2) await socket.finish();
    }));
    const pending = page.call("app.getProcessId");
    for (const socket of sockets) socket[Symbol.dispose]();
    assertEquals(await pending, Deno.pid);
    await page.event("appClientDisconnect", { where: (count) => count === 1 });
  }
  // Departures were told in order, none of them twice.
  await driver.event("appClientDisconnect", { where: (count) => count === 1 });
  assertEquals(await driver.call("extensions.getStats"), {
    loaded: ["driver"],
    connected: ["driver"],
  });
});

Deno.test("handshakes that are left half-way keep no id and no place", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "driver" }], limits: { maxConnections: 8 } },
  });
  const { port, tokens: { backend } } = app.host;
  for (let round = 0; round < 50; round++) {
    using socket = await RawSocket.dial(port);
    await socket.write(handshakeBytes(port, `/${query(backend, "driver")}`));
  }
  await app.eventually(async () => {
    try {
      using _ = await RawSocket.open(port, `/${query(backend, "driver")}`);
      return true;
    } catch {
      return false;
    }
  }, { what: "room for the extension" });
});

Deno.test("open connections that say nothing do not keep others out", async () => {
  await using app = await startTestHost({ config: { limits: { maxConnections: 4 } } });
  const silent: RawSocket[] = [];
  for (let i = 0; i < 200; i++) silent.push(await RawSocket.dial(app.host.port));
  await using page = await app.connectPage();
  assertEquals(await page.call("app.getProcessId"), Deno.pid);
  for (const socket of silent) socket[Symbol.dispose]();
});

Deno.test("a flood of malformed messages does not flood the log", async () => {
  await using app = await startTestHost();
  await using page = await app.connectPage();
  for (let i = 0; i < 20_000; i++) {
    page.send(`{ not JSON ${i}`);
    if (i % 10 === 0) {
      page.send(JSON.stringify({ id: `${i}`, method: `no.such${i}`, accessToken: `${i}` }));
    }
  }
  assertEquals(await page.call("app.getProcessId", undefined, { timeoutMs: 20_000 }), Deno.pid);
  assert(app.output.length < 20_000, `${app.output.length} characters were logged`);
  assert(app.output.includes("NE_SR_UNBPARS"));
});

Deno.test("a client that is closed while it joins is out, and its id is free", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "driver" }], limits: { maxOutboxBytes: 100_000 } },
  });
  await using page = await app.connectPage();
  // More than an outbox holds waits for the extension.
  for (let i = 0; i < 7; i++) {
    const data = { extensionId: "driver", event: "e", data: "x".repeat(1_000_000), queue: true };
    await page.call("extensions.dispatch", data);
  }
  const target = `/${query(app.host.tokens.backend, "driver")}`;
  {
    using socket = await RawSocket.open(app.host.port, target);
    await app.printed("reads too slowly");
    await app.eventually(() => app.host.extensions.connected.length === 0, {
      what: "departure of the one that was closed",
    });
    assert(socket !== undefined);
  }
  await using _driver = await app.connectDriver("driver");
  assertEquals(app.host.extensions.connected, ["driver"]);
});
