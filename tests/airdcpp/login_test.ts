/** Ways to authenticate (9.1 to 9.4). */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { http, membersOf } from "./api_client.ts";
import { startDoor } from "./running_door.ts";

const RIGHT = { username: "admin", password: "pw" };

Deno.test("authorize, over HTTP: the login body of 9.3, and a token that works", async () => {
  await using door = await startDoor();
  const login = await http(door.port, "POST sessions/authorize", { body: RIGHT });
  assertEquals(login.status, 200);
  const body = membersOf(login);
  assertMatch(body.auth_token as string, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assertEquals(body.token_type, "Bearer");
  assertEquals(body.wizard_pending, false);
  const info = body.system_info as Record<string, unknown>;
  assertEquals([info.api_version, info.api_feature_level], [1, 10]);
  assertMatch(info.cid as string, /^[A-Z2-7]{39}$/);
  const user = body.user as Record<string, unknown>;
  assertEquals([user.id, user.permissions, user.active_sessions], ["admin", ["admin"], 1]);
  assert(typeof body.refresh_token === "string");
  const self = await http(door.port, "GET sessions/self", { token: body.auth_token as string });
  assertEquals(self.status, 200);
  assertEquals(membersOf(self).id, body.session_id);
});

Deno.test("authorize, over a socket: its session is attached to it", async () => {
  await using door = await startDoor();
  const socket = await door.open();
  assertEquals((await socket.ask("GET sessions/self")).status, 400);
  assertEquals((await socket.ask("POST sessions/authorize", RIGHT)).status, 200);
  assertEquals((await socket.ask("GET sessions/self")).status, 200);
  assertEquals((await socket.ask("POST sessions/authorize", RIGHT)).status, 412);
  assertEquals((await socket.ask("DELETE sessions/self")).status, 204);
  assertEquals(await socket.closed, 1000);
});

Deno.test("two logins of one socket at the same time: one is too late", async () => {
  // Long enough that the second comes while the first is looked at, although the system holds a
  // second small message back for some 40 ms (RFC 896).
  await using door = await startDoor({ iterations: 1_500_000 });
  const socket = await door.open();
  const answers = await Promise.all([1, 2].map(() => socket.ask("POST sessions/authorize", RIGHT)));
  assertEquals(answers.map(({ status }) => status).sort(), [200, 412]);
  assertEquals(door.parts.sessions.all.length, 1);
});

Deno.test("a session that ends while a body comes is not served", async () => {
  await using door = await startDoor();
  const token = door.token("admin");
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: door.port });
  const write = (text: string) => connection.write(new TextEncoder().encode(text));
  await write(
    `POST /api/v1/web_users HTTP/1.1\r\nHost: localhost:${door.port}\r\n` +
      `Authorization: ${token}\r\nContent-Length: 34\r\n\r\n{`,
  );
  const session = door.parts.sessions.byToken(token)!;
  const seen = session.lastActivity;
  // Until the door has looked at the head, which it answers other requests behind.
  await http(door.port, "GET sessions/self", { token });
  assert(session.lastActivity >= seen);
  door.parts.sessions.end(session);
  await write('"username":"u","password":"p"   }');
  const buffer = new Uint8Array(1000);
  const count = await connection.read(buffer) ?? 0;
  assert(new TextDecoder().decode(buffer.subarray(0, count)).startsWith("HTTP/1.1 401"));
  assertEquals(door.parts.users.get("u"), undefined);
});
