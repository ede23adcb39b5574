/** Failed logins (9.2, 18 #14). */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { Throttle } from "../../lib/airdcpp/throttle.ts";
import { http } from "./api_client.ts";
import { type RunningDoor, startDoor } from "./running_door.ts";

const LOCAL = "127.0.0.1";

function fail(throttle: Throttle, account: string, times: number, address = LOCAL): void {
  for (let i = 0; i < times; i++) throttle.failed(address, account);
}

Deno.test("five failures within the window refuse the sixth attempt, four do not", () => {
  let now = 0;
  const throttle = new Throttle({ now: () => now });
  fail(throttle, "a", 4);
  assertFalse(throttle.admit(LOCAL, "a").refused);
  now = 44_000;
  fail(throttle, "a", 1);
  assert(throttle.admit(LOCAL, "a").refused);
  now = 45_001;
  assertFalse(throttle.admit(LOCAL, "a").refused, "the first four have aged out");
});

Deno.test("refusals last longer each time, up to six minutes, and begin anew after a quiet time", () => {
  let now = 0;
  const throttle = new Throttle({ now: () => now });
  const lengths: number[] = [];
  for (let i = 0; i < 6; i++) {
    fail(throttle, "a", 5);
    const since = now;
    while (throttle.admit(LOCAL, "a").refused) now += 1000;
    lengths.push((now - since) / 1000);
  }
  assertEquals(lengths, [45, 90, 180, 360, 360, 360]);
  now += 400_000;
  fail(throttle, "a", 5);
  now += 45_001;
  assertFalse(throttle.admit(LOCAL, "a").refused);
});

Deno.test("another account and another address are not concerned; a success forgets", () => {
  const throttle = new Throttle({ now: () => 0 });
  fail(throttle, "a", 5);
  assertFalse(throttle.admit(LOCAL, "b").refused);
  assertFalse(throttle.admit("192.0.2.1", "a").refused);
  throttle.succeeded(LOCAL, "a");
  assertFalse(throttle.admit(LOCAL, "a").refused);
});

Deno.test("addresses of one machine or network are one", () => {
  for (
    const [one, other] of [
      ["127.0.0.1", "127.9.9.9"],
      ["127.0.0.1", "::1"],
      ["127.0.0.1", "::ffff:127.0.0.1"],
      ["192.0.2.1", "::ffff:192.0.2.1"],
      ["2001:db8:1:2::1", "2001:db8:1:2:9:9:9:9"],
    ] as const
  ) {
    const throttle = new Throttle({ now: () => 0 });
    fail(throttle, "a", 5, one);
    assert(throttle.admit(other, "a").refused, `${one} ${other}`);
  }
  const throttle = new Throttle({ now: () => 0 });
  fail(throttle, "a", 5, "2001:db8:1:2::1");
  assertFalse(throttle.admit("2001:db8:1:3::1", "a").refused);
});

Deno.test("an address that fails with many accounts waits, longer and longer, and is not refused", () => {
  let now = 0;
  const throttle = new Throttle({ now: () => now });
  const wait = () => {
    const admission = throttle.admit(LOCAL, "new");
    return admission.refused ? "refused" : admission.waitMs;
  };
  for (let i = 0; i < 19; i++) throttle.failed(LOCAL, `u${i}`);
  assertEquals(wait(), 0);
  const waits: unknown[] = [];
  for (let i = 0; i < 7; i++) {
    throttle.failed(LOCAL, `v${i}`);
    waits.push(wait());
  }
  assertEquals(waits, [100, 200, 400, 800, 1600, 2000, 2000]);
  now = 46_000;
  assertEquals(wait(), 0);
});

Deno.test("what is remembered is bounded", () => {
  const throttle = new Throttle({ now: () => 0 });
  for (let i = 0; i < 20_000; i++) throttle.failed(`192.0.${i >> 8}.${i & 255}`, `u${i}`);
  assert(throttle.size <= 2048, String(throttle.size));
});

function login({ port }: RunningDoor, username: string, password: string) {
  return http(port, "POST sessions/authorize", { body: { username, password } });
}

Deno.test("over the wire: one account is refused with the right password, another is let in", async () => {
  let now = 0;
  await using door = await startDoor({ now: () => now });
  await door.parts.users.add("guest", { password: "gp", permissions: [] });
  for (let i = 0; i < 5; i++) assertEquals((await login(door, "admin", "no")).status, 401);
  const refused = await login(door, "admin", "pw");
  assertEquals(refused.status, 401);
  const basic = { authorization: `Basic ${btoa("admin:pw")}` };
  assertEquals((await http(door.port, "GET sessions/self", { headers: basic })).status, 401);
  const socket = await door.open();
  const body = { username: "admin", password: "pw" };
  assertEquals((await socket.ask("POST sessions/authorize", body)).status, 401);
  assertEquals((await login(door, "guest", "gp")).status, 200);
  now = 46_000;
  assertEquals((await login(door, "admin", "pw")).status, 200);
});

Deno.test("names of nobody use up nobody's attempts, and Basic counts as the rest", async () => {
  await using door = await startDoor({ now: () => 0 });
  for (let i = 0; i < 12; i++) {
    const headers = { authorization: `Basic ${btoa(`nobody${i}:x`)}` };
    assertEquals((await http(door.port, "GET sessions/self", { headers })).status, 401);
  }
  assertEquals((await login(door, "admin", "pw")).status, 200);
  // Refusing one name of nobody after failures of others would tell which names are somebody's.
  assertFalse(door.parts.log.lines.some((line) => line.includes("refused for a while")));
});

Deno.test("a success forgets the mistakes before it, over the wire too", async () => {
  await using door = await startDoor({ now: () => 0 });
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4; i++) await login(door, "admin", "no");
    assertEquals((await login(door, "admin", "pw")).status, 200);
  }
});

Deno.test("a flood of wrong tokens keeps no right one from working, nor a refresh", async () => {
  await using door = await startDoor({ now: () => 0 });
  const token = door.token();
  const wrong = Array.from({ length: 22 }, async () => {
    const answer = await http(door.port, "GET sessions/self", { token: crypto.randomUUID() });
    assertEquals(answer.status, 401);
  });
  await Promise.all(wrong);
  const from = performance.now();
  assertEquals((await http(door.port, "GET sessions/self", { token })).status, 200);
  assert(performance.now() - from < 1000);
  const slow = performance.now();
  assertEquals((await http(door.port, "GET sessions/self", { token: "x" })).status, 401);
  assert(performance.now() - slow > 90, "a wrong one waits");
});

Deno.test("logins at the same time: few of an account wait for their turn, the others are refused", async () => {
  // Long enough that all have come while the first is looked at.
  await using door = await startDoor({ now: () => 0, iterations: 300_000 });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => login(door, "admin", `no${at}`)),
  );
  assert(answers.every(({ status }) => status === 401));
  assertEquals(door.parts.sessions.all, []);
  // Those refused have not been looked at, and are no failures.
  assertEquals((await login(door, "admin", "pw")).status, 200);
});

Deno.test("the right password is taken as often as it comes at the same time", async () => {
  await using door = await startDoor({ now: () => 0, iterations: 300_000 });
  const headers = { authorization: `Basic ${btoa("admin:pw")}` };
  const answers = await Promise.all(
    Array.from(
      { length: 12 },
      (_, at) =>
        at % 2 === 0
          ? login(door, "admin", "pw")
          : http(door.port, "GET sessions/self", { headers }),
    ),
  );
  assertEquals(answers.map(({ status }) => status), Array(12).fill(200));
  // The same wrong one is looked at once, and is a failure of each.
  await Promise.all(Array.from({ length: 5 }, () => login(door, "admin", "no")));
  assertEquals((await login(door, "admin", "pw")).status, 401);
});

Deno.test("users that are added at the same time wait for their turn", async () => {
  await using door = await startDoor({ iterations: 100_000 });
  const token = door.token("admin");
  const answers = await Promise.all(
    Array.from(
      { length: 8 },
      (_, at) =>
        http(door.port, "POST web_users", { token, body: { username: `u${at}`, password: "p" } }),
    ),
  );
  assertEquals(answers.map(({ status }) => status), Array(8).fill(200));
});
