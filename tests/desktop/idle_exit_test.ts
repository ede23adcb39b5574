import { assertEquals } from "@std/assert";
import { IdleExit } from "../../lib/desktop/idle_exit.ts";
import { HandClock } from "../process/hand_clock.ts";

function idleExit() {
  const clock = new HandClock();
  const calls: number[] = [];
  const idle = new IdleExit({ clock, onIdle: () => calls.push(clock.now()) });
  return { clock, idle, calls };
}

Deno.test("IdleExit calls ten seconds after the last page is gone, once", () => {
  const { clock, idle, calls } = idleExit();
  idle.connected();
  clock.pass(60_000);
  idle.disconnected();
  clock.pass(9_999);
  assertEquals(calls, []);
  clock.pass(1);
  assertEquals(calls, [70_000]);
  idle.connected();
  idle.disconnected();
  clock.pass(60_000);
  assertEquals(calls, [70_000]);
});

Deno.test("IdleExit lets a page be reloaded, and old timers do not come back", () => {
  const { clock, idle, calls } = idleExit();
  idle.connected();
  idle.disconnected();
  clock.pass(9_000);
  idle.connected();
  clock.pass(500);
  idle.disconnected();
  clock.pass(600);
  assertEquals(calls, []);
  clock.pass(9_400);
  assertEquals(calls, [19_500]);
});

Deno.test("IdleExit waits for the last of several pages", () => {
  const { clock, idle, calls } = idleExit();
  idle.connected();
  idle.connected();
  idle.disconnected();
  clock.pass(60_000);
  assertEquals(calls, []);
  idle.disconnected();
  clock.pass(10_000);
  assertEquals(calls.length, 1);
});

Deno.test("IdleExit does nothing when no page ever connected", () => {
  const { clock, idle, calls } = idleExit();
  idle.disconnected();
  clock.pass(1_000_000);
  assertEquals(calls, []);
});

Deno.test("IdleExit lets backends come and go before the first page", () => {
  const { clock, idle, calls } = idleExit();
  idle.connected(false);
  idle.disconnected();
  clock.pass(1_000_000);
  assertEquals(calls, []);
  idle.connected();
  idle.connected(false);
  idle.disconnected();
  clock.pass(60_000);
  assertEquals(calls, []);
  idle.disconnected();
  clock.pass(10_000);
  assertEquals(calls.length, 1);
});

Deno.test("IdleExit.cancel() takes the timer back for good", () => {
  const { clock, idle, calls } = idleExit();
  idle.connected();
  idle.disconnected();
  idle.cancel();
  clock.pass(60_000);
  idle.connected();
  idle.disconnected();
  clock.pass(60_000);
  assertEquals(calls, []);
});

Deno.test("IdleExit leaves no timer on the real clock", async () => {
  const idle = new IdleExit({ onIdle: () => {} });
  idle.connected();
  idle.disconnected();
  idle.cancel();
  await new Promise<void>((resolve) => {
    const soon = new IdleExit({ onIdle: resolve, delayMs: 5 });
    soon.connected();
    soon.disconnected();
  });
});
