/** The life of sessions and sockets (9.4, 10.5). */

import { assertEquals, assertNotEquals } from "@std/assert";
import { Permissions } from "../../lib/airdcpp/permissions.ts";
import { Sessions } from "../../lib/airdcpp/sessions.ts";
import { within } from "../../lib/testing.ts";
import { RawSocket } from "../robustness/raw_socket.ts";
import { http, membersOf } from "./api_client.ts";
import { startDoor } from "./running_door.ts";

const PLAIN = { type: "plain", address: "127.0.0.1" } as const;
const user = (name = "u") => ({
  username: name,
  permissions: new Permissions(["admin"]),
  lastLogin: 0,
});

Deno.test("Sessions.sweep() ends those idle for too long, and nobody else", () => {
  let now = 0;
  const sessions = new Sessions({ now: () => now });
  const removed: [string, boolean][] = [];
  sessions.observe({
    removed: ({ user }, timedOut) => removed.push([user.username, timedOut]),
  });
  sessions.create(user("short"), { ...PLAIN, maxInactivityMs: 1000 });
  const { session: active } = sessions.create(user("active"), { ...PLAIN, maxInactivityMs: 1000 });
  sessions.create(user("forever"), { ...PLAIN, maxInactivityMs: 0 });
  sessions.issueExtension("airdcpp-x", new Permissions([]));
  now = 900;
  sessions.touch(active);
  now = 1001;
  sessions.sweep();
  assertEquals(removed, [["short", true]]);
  now = 10_000_000;
  sessions.sweep();
  assertEquals(removed, [["short", true], ["active", true]]);
  assertEquals(sessions.all.map(({ user }) => user.username), ["forever", "airdcpp-x"]);
  sessions.stop();
});

Deno.test("a session does not expire while its socket is attached; its loss counts as activity", async () => {
  let now = 0;
  await using door = await startDoor({ sessions: { now: () => now, sweepMs: 5 } });
  const { sessions } = door.parts;
  const { token, session } = sessions.create(user(), { ...PLAIN, maxInactivityMs: 1000 });
  const socket = await door.attach(token);
  now = 5000;
  sessions.sweep();
  assertEquals(session.ended, false);
  await socket.close();
  await until(() => session.socket === undefined);
  assertEquals(sessions.idleMs(session), 0);
  now = 7000;
  // Found without being asked.
  await until(() => session.ended);
  assertEquals((await http(door.port, "GET sessions/self", { token })).status, 401);
});

Deno.test("every request refreshes a session, on both transports", async () => {
  let now = 0;
  await using door = await startDoor({ sessions: { now: () => now } });
  const { sessions } = door.parts;
  const { token, session } = sessions.create(user(), { ...PLAIN, maxInactivityMs: 1000 });
  now = 900;
  await http(door.port, "GET sessions/self", { token });
  assertEquals(sessions.idleMs(session), 0);
  const socket = await door.attach(token);
  now = 1800;
  await socket.ask("POST sessions/activity");
  assertEquals(sessions.idleMs(session), 0);
});

Deno.test("a user's sessions are bounded: the one idle for longest goes, those with sockets stay", async () => {
  let now = 0;
  await using door = await startDoor({ sessions: { now: () => now, maxPerUser: 2 } });
  const { sessions } = door.parts;
  const owner = user();
  const make = () => (now++, sessions.create(owner, { ...PLAIN, maxInactivityMs: 0 }));
  const [first, second] = [make(), make()];
  await door.attach(first.token);
  const third = make();
  assertEquals([first, second, third].map(({ session }) => session.ended), [false, true, false]);
  await door.attach(third.token);
  const body = { username: "x", password: "y" };
  assertEquals((await http(door.port, "POST sessions/authorize", { body })).status, 401);
  try {
    make();
    throw new Error("made");
  } catch (error) {
    assertEquals((error as { status?: number }).status, 503);
  }
});

Deno.test("a second socket of a user's session closes the first with 1008", async () => {
  await using door = await startDoor();
  const token = door.token();
  const first = await door.attach(token);
  const second = await door.attach(token);
  assertEquals(await first.closed, 1008);
  assertEquals((await second.ask("GET sessions/self")).status, 200);
});

Deno.test("a socket without a session is closed with 1008 after a while, one with a session is not", async () => {
  await using door = await startDoor({ loginTimeoutMs: 100 });
  const stranger = await door.open();
  const known = await door.connect();
  assertEquals(await stranger.closed, 1008);
  assertEquals((await known.ask("GET sessions/self")).status, 200);
});

Deno.test("a socket that answers no ping is closed, one that answers and is silent is not", async () => {
  await using door = await startDoor({
    settings: { pingInterval: () => 0.2, pingTimeout: () => 0.2 },
  });
  const silent = await door.connect();
  using dead = await RawSocket.open(door.port, "/api/v1/");
  // 1011 by the contract; the runtime says 1001, and a dead peer hears neither.
  assertEquals(await within(dead.drain(), 5000, "end of the dead one"), 1001);
  using second = await RawSocket.open(door.port, "/api/v1/");
  await within(second.drain(), 5000, "end of another dead one");
  assertEquals((await silent.ask("GET sessions/self")).status, 200);
});

Deno.test("AirDcppDoor.stop() closes extensions with 1000, others with 1001, and lets nobody in", async () => {
  const door = await startDoor();
  const extension = await door.attach(
    door.parts.sessions.issueExtension("airdcpp-x", new Permissions([])).token,
  );
  const ui = await door.connect();
  const stranger = await door.open();
  await door.parts.door.stop();
  assertEquals(await extension.closed, 1000);
  assertEquals([await ui.closed, await stranger.closed], [1001, 1001]);
  assertEquals(await door.open().then(() => "in", () => "refused"), "refused");
  await door[Symbol.asyncDispose]();
});

Deno.test("sessions tell of each other: session_created, session_removed, web_user_updated", async () => {
  await using door = await startDoor();
  const admin = await door.connect();
  await admin.ask("POST sessions/listeners/session_created");
  await admin.ask("POST sessions/listeners/session_removed");
  await admin.ask("POST web_users/listeners/web_user_updated");
  const body = { username: "admin", password: "pw" };
  const login = membersOf(await http(door.port, "POST sessions/authorize", { body }));
  const created = (await admin.event("session_created")).data as { session: { id: number } };
  assertEquals(created.session.id, login.session_id);
  await admin.event("web_user_updated");
  const token = login.auth_token as string;
  assertEquals((await http(door.port, "DELETE sessions/self", { token })).status, 204);
  const removed = (await admin.event("session_removed")).data as Record<string, unknown>;
  assertEquals(removed.timed_out, false);
  const updated = (await admin.event("web_user_updated")).data as Record<string, unknown>;
  assertEquals([updated.id, updated.active_sessions], ["admin", 0]);
});

Deno.test("Basic authentication has one session a user, with a token that is not the password", async () => {
  await using door = await startDoor();
  const headers = { authorization: `Basic ${btoa("admin:pw")}` };
  const ask = async () => membersOf(await http(door.port, "GET sessions/self", { headers }));
  const [first, second] = [await ask(), await ask()];
  assertEquals([first.type, first.id], ["basic_auth", second.id]);
  for (const token of ["admin:pw", btoa("admin:pw")]) {
    assertEquals((await http(door.port, "GET sessions/self", { token })).status, 401);
  }
  const end = await http(door.port, "DELETE sessions/self", { headers });
  assertEquals(end.status, 400);
  const wrong = { authorization: `Basic ${btoa("admin:px")}` };
  assertEquals((await http(door.port, "GET sessions/self", { headers: wrong })).status, 401);
  assertNotEquals(first.id, 0);
});

Deno.test("a password that its user changes by Basic is not right any more", async () => {
  await using door = await startDoor();
  await door.parts.users.add("boss", { password: "old", permissions: ["admin"] });
  const ask = (password: string, request = "GET sessions/self", body?: unknown) => {
    const headers = { authorization: `Basic ${btoa(`boss:${password}`)}` };
    return http(door.port, request, { headers, ...(body === undefined ? {} : { body }) });
  };
  const { id } = membersOf(await ask("old"));
  assertEquals((await ask("old", "PATCH web_users/boss", { password: "new" })).status, 200);
  assertEquals((await ask("old")).status, 401);
  assertEquals(membersOf(await ask("new")).id, id, "the session stays");
  assertEquals((await ask("old")).status, 401);
});

Deno.test("web_user_updated counts sessions that end by themselves or by a change of the user", async () => {
  let now = 0;
  await using door = await startDoor({ sessions: { now: () => now } });
  const { users, sessions } = door.parts;
  const user = await users.add("guest", { password: "x", permissions: [] });
  const admin = await door.connect();
  await admin.ask("POST web_users/listeners/web_user_updated");
  const counted = async () =>
    ((await admin.event("web_user_updated")).data as Record<string, unknown>).active_sessions;
  const options = { type: "plain", address: "127.0.0.1" } as const;
  sessions.create(user, { ...options, maxInactivityMs: 1000 });
  sessions.create(user, { ...options, maxInactivityMs: 0 });
  now = 2000;
  sessions.sweep();
  assertEquals(await counted(), 1);
  await admin.ask("PATCH web_users/guest", { permissions: ["search"] });
  assertEquals([await counted(), await counted()], [1, 0]);
});

Deno.test("a token is taken with scheme, without, and X-Authorization comes first", async () => {
  await using door = await startDoor();
  const token = door.token();
  const of = async (headers: Record<string, string>) =>
    (await http(door.port, "GET sessions/self", { headers })).status;
  assertEquals(await of({ authorization: token }), 200);
  assertEquals(await of({ authorization: `Bearer ${token}` }), 200);
  assertEquals(await of({ authorization: `bearer ${token}` }), 200);
  assertEquals(await of({ "x-authorization": token, authorization: "nonsense" }), 200);
  assertEquals(await of({ "x-authorization": "nonsense", authorization: token }), 401);
});

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("It did not come to be");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
