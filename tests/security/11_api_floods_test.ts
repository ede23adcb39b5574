/** Row 11 at the AirDC++ door: whatever comes, a bounded amount is held, and others are served. */

import { assert, assertEquals } from "@std/assert";
import { within } from "../../lib/testing.ts";
import { http } from "../airdcpp/api_client.ts";
import { startDoor } from "../airdcpp/running_door.ts";
import { RawSocket } from "../robustness/raw_socket.ts";

const encoder = new TextEncoder();

async function rawPost(port: number, lines: string[], body: string): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = ["POST /api/v1/sessions/authorize HTTP/1.1", `Host: localhost:${port}`, ...lines];
  await connection.write(encoder.encode([...head, "", body].join("\r\n")));
  const buffer = new Uint8Array(1000);
  const count = await within(connection.read(buffer), 5000, "response") ?? 0;
  return Number(new TextDecoder().decode(buffer.subarray(0, count)).split(" ")[1]);
}

Deno.test("a body above the limit is refused, announced or not; a stranger's limit is small", async () => {
  await using door = await startDoor({ limits: { maxMessageBytes: 100_000 } });
  const token = door.token("admin");
  const post = (bytes: number, token?: string) =>
    http(door.port, "POST web_users", { raw: `"${"x".repeat(bytes - 2)}"`, token });
  assertEquals((await post(100_000, token)).status, 422);
  assertEquals((await post(100_001, token)).status, 413);
  assertEquals((await post(65_536)).status, 401);
  assertEquals((await post(65_537)).status, 413);
  const chunk = `11000\r\n${"x".repeat(0x11000)}\r\n`;
  assertEquals(await rawPost(door.port, ["Transfer-Encoding: chunked"], chunk), 413);
});

Deno.test("a body that does not come is given up", async () => {
  await using door = await startDoor({ bodyTimeoutMs: 100 });
  assertEquals(await rawPost(door.port, ["Content-Length: 10"], "{"), 408);
  assertEquals(await rawPost(door.port, ["Transfer-Encoding: chunked"], "1\r\n{\r\n"), 408);
});

for (const depth of [129, 100_000, 5_000_000]) {
  Deno.test(`JSON ${depth} levels deep is refused on both transports`, async () => {
    await using door = await startDoor();
    const token = door.token();
    for (const open of ["[", '{"a":']) {
      const raw = open.repeat(depth);
      assertEquals((await http(door.port, "POST sessions/activity", { raw, token })).status, 400);
    }
    const socket = await door.attach(token);
    const data = "[".repeat(depth) + "]".repeat(depth);
    socket.send(`{"method":"POST","path":"sessions/activity","data":${data}}`);
    assertEquals((await socket.other()).code, 400);
  });
}

Deno.test("sockets without a session are bounded, and leave room for those with one", async () => {
  await using door = await startDoor();
  const token = door.token();
  const known = await door.attach(token);
  const strangers: RawSocket[] = [];
  try {
    for (let i = 0; i < 256; i++) strangers.push(await RawSocket.open(door.port, "/api/v1/"));
    const refused = await RawSocket.open(door.port, "/api/v1/").then(() => "in", String);
    assert(refused.includes("503"), refused);
    assertEquals((await known.ask("GET sessions/self")).status, 200);
  } finally {
    for (const stranger of strangers) stranger[Symbol.dispose]();
  }
});

Deno.test("a socket that reads nothing is closed when its queue is full, and others get all", async () => {
  const text = "x".repeat(100_000);
  await using door = await startDoor({
    limits: { maxOutboxBytes: 1_000_000 },
    setUp: ({ door }) =>
      door.register({
        name: "news",
        events: { permission: "any", names: new Map([["item", "module"]]) },
        routes: [],
      }),
  });
  using slow = await RawSocket.open(door.port, "/api/v1/");
  const { frame } = await import("../robustness/raw_socket.ts");
  const token = door.token();
  const ask = (path: string, data: unknown) =>
    slow.write(frame(1, JSON.stringify({ method: "POST", path, data })));
  await ask("sessions/socket", { auth_token: token });
  await ask("news/listeners/item", null);
  const quick = await door.connect();
  await quick.ask("POST news/listeners/item");
  const session = door.parts.sessions.byToken(token)!;
  let sent = 0;
  for (; sent < 2000 && (sent < 10 || session.socket !== undefined); sent++) {
    door.parts.door.publish("news", "item", { data: text });
    assertEquals((await quick.event("item")).data, text);
  }
  assert(sent < 1000, `${sent} events were held`);
  assertEquals(session.socket, undefined);
});

Deno.test("a flood of logins leaves other requests quick", async () => {
  await using door = await startDoor();
  const token = door.token();
  const flood = Array.from({ length: 300 }, (_, i) =>
    http(door.port, "POST sessions/authorize", {
      body: { username: `u${i}`, password: "x" },
    }));
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const from = performance.now();
    assertEquals((await http(door.port, "GET sessions/self", { token })).status, 200);
    times.push(performance.now() - from);
  }
  await door.parts.door.stop();
  const answers = await Promise.all(flood);
  assert(answers.every(({ status }) => status === 401));
  times.sort((a, b) => a - b);
  assert(times[15]! < 200, `median ${times[15]} ms`);
});

Deno.test("listeners, subscribers and questions are bounded", async () => {
  await using door = await startDoor({
    setUp: ({ door }) =>
      door.register({
        name: "any",
        events: { permission: "any", names: new Map(), anyName: true },
        routes: [],
      }),
  });
  const socket = await door.connect();
  const statuses = await Promise.all(
    Array.from({ length: 2001 }, (_, i) => socket.ask(`POST any/listeners/e${i}`)),
  );
  assertEquals(statuses.filter(({ status }) => status === 204).length, 2000);
  assertEquals((await socket.ask("POST any/listeners/e0")).status, 204, "twice is once");
});
