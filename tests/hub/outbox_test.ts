import { assertEquals } from "@std/assert";
import { type Frame, Outbox } from "../../lib/hub/outbox.ts";

/** A socket whose peer takes nothing until told so. */
class StalledSocket {
  sent: Frame[] = [];
  queuedBytes = 0;
  send(frame: Frame) {
    this.sent.push(frame);
    this.queuedBytes += frame.length;
  }
}

const KILO = 1024;
const MEGA = KILO * KILO;

function overflowing(maxBytes: number) {
  const socket = new StalledSocket();
  let overflows = 0;
  const outbox = new Outbox(socket, { maxBytes, onOverflow: () => overflows++ });
  return { socket, outbox, overflows: () => overflows };
}

Deno.test("Outbox.push() sends at once while the peer keeps up", () => {
  const { socket, outbox } = overflowing(MEGA);
  outbox.push("a");
  outbox.push("b");
  assertEquals(socket.sent, ["a", "b"]);
  outbox.close();
});

Deno.test("Outbox.push() holds frames back when the socket is full and sends them in order later", async () => {
  const { socket, outbox } = overflowing(MEGA);
  outbox.push("x".repeat(2 * MEGA));
  outbox.push("first");
  outbox.push("second");
  assertEquals(socket.sent.length, 1);
  socket.queuedBytes = 0;
  while (socket.sent.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(socket.sent.slice(1), ["first", "second"]);
  assertEquals(outbox.queuedBytes, "firstsecond".length);
});

Deno.test("Outbox.push() keeps the order when a frame comes while others wait", async () => {
  const { socket, outbox } = overflowing(MEGA);
  outbox.push("x".repeat(2 * MEGA));
  outbox.push("1");
  socket.queuedBytes = 0;
  outbox.push("2");
  while (socket.sent.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(socket.sent.slice(1), ["1", "2"]);
});

Deno.test("Outbox.push() tells once when the bound is passed, and drops what waits", () => {
  const { socket, outbox, overflows } = overflowing(10 * KILO);
  outbox.push("x".repeat(2 * MEGA));
  for (let i = 0; i < 100; i++) outbox.push("y".repeat(KILO));
  assertEquals(overflows(), 1);
  assertEquals(socket.sent.length, 1);
  assertEquals(outbox.queuedBytes, 2 * MEGA);
});

Deno.test("Outbox.push() lets one frame above the bound wait alone", async () => {
  const { socket, outbox, overflows } = overflowing(KILO);
  outbox.push("x".repeat(2 * MEGA));
  outbox.push("y".repeat(3 * MEGA));
  assertEquals(overflows(), 0);
  socket.queuedBytes = 0;
  while (socket.sent.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(socket.sent[1]!.length, 3 * MEGA);
  outbox.close();
});

Deno.test("Outbox.push() keeps more answers than the bound for a peer that reads, events among them", async () => {
  const { socket, outbox, overflows } = overflowing(10 * KILO);
  outbox.push("x".repeat(2 * MEGA));
  for (let i = 0; i < 100; i++) outbox.push("y".repeat(KILO), { isAnswer: true });
  outbox.push("event");
  assertEquals(overflows(), 0);
  socket.queuedBytes = 0;
  while (socket.sent.length < 102) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(socket.sent.at(-1), "event");
  outbox.close();
});

Deno.test("Outbox.push() gives up a peer that takes nothing while too many answers wait", async () => {
  const socket = new StalledSocket();
  const { promise, resolve } = Promise.withResolvers<void>();
  const outbox = new Outbox(socket, { maxBytes: 10 * KILO, onOverflow: resolve, patienceMs: 50 });
  outbox.push("x".repeat(2 * MEGA));
  for (let i = 0; i < 100; i++) outbox.push("y".repeat(KILO), { isAnswer: true });
  await promise;
  assertEquals(socket.sent.length, 1);
  assertEquals(outbox.queuedBytes, 2 * MEGA);
});

Deno.test("Outbox.push() has a bound for answers as well, whoever reads", () => {
  const { outbox, overflows } = overflowing(10 * KILO);
  outbox.push("x".repeat(2 * MEGA));
  for (let i = 0; i < 160; i++) outbox.push("y".repeat(KILO), { isAnswer: true });
  assertEquals(overflows(), 0);
  outbox.push("y", { isAnswer: true });
  assertEquals(overflows(), 1);
});
