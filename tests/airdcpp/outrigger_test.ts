/** The host's own methods and events for extensions of this protocol. */

import { assert, assertEquals } from "@std/assert";
import { Permissions } from "../../lib/airdcpp/permissions.ts";
import type { Client } from "../../lib/hub/hub.ts";
import { http, membersOf } from "./api_client.ts";
import { type FullDoor, startFullDoor } from "./host_parts.ts";

function issue(door: FullDoor, name = "airdcpp-x"): string {
  return door.parts.sessions.issueExtension(name, new Permissions([])).token;
}

const CALLS: [method: string, data: unknown, status: number, answer: unknown][] = [
  ["custom.repeat", { text: "hi" }, 200, { success: true, returnValue: "hi" }],
  ["custom.repeat", {}, 400, "NE_RT_NATRTER"],
  ["custom.repeat", [1], 400, "NE_RT_NATRTER"],
  ["custom.nonsense", {}, 404, "NE_RT_NATNTIM"],
  ["__proto__", {}, 404, "NE_RT_NATNTIM"],
  ["custom.forbidden", {}, 403, "NE_RT_NATPRME"],
  ["custom.fails", {}, 400, "OR_CA_TIMEOUT"],
  ["custom.breaks", {}, 400, "NE_RT_NATRTER"],
];

for (const [method, data, status, expected] of CALLS) {
  Deno.test(`${method} with ${JSON.stringify(data)}: ${status}`, async () => {
    await using door = await startFullDoor();
    const token = issue(door);
    const silent = await http(door.port, `POST outrigger/methods/${method}`, { body: data, token });
    const socket = await door.attach(token);
    for (const answer of [silent, await socket.ask(`POST outrigger/methods/${method}`, data)]) {
      assertEquals(answer.status, status);
      if (status === 200) assertEquals(answer.data, expected);
      else assertEquals(membersOf(answer).code, expected);
      assertEquals(JSON.stringify(answer.data).includes("secret"), false);
    }
  });
}

Deno.test("a large value is passed on as it is over HTTP and refused over a socket", async () => {
  await using door = await startFullDoor();
  const token = issue(door);
  const { data } = await http(door.port, "POST outrigger/methods/custom.large", { token });
  assertEquals((data as { returnValue: string }).returnValue.length, 1_200_000);
  const socket = await door.attach(token);
  assertEquals((await socket.ask("POST outrigger/methods/custom.large")).status, 500);
});

Deno.test("only extensions may call methods, whatever their permissions", async () => {
  await using door = await startFullDoor();
  const path = "POST outrigger/methods/custom.repeat";
  const body = { text: "hi" };
  const admin = door.token("admin");
  assertEquals((await http(door.port, path, { body, token: admin })).status, 403);
  assertEquals((await http(door.port, path, { body })).status, 401);
});

Deno.test("an extension is in the hub while its socket is attached", async () => {
  await using door = await startFullDoor();
  const token = issue(door);
  await http(door.port, "GET sessions/self", { token });
  assertEquals(door.hub.connectedExtensions, []);
  const socket = await door.attach(token);
  assertEquals(door.hub.connectedExtensions, ["airdcpp-x"]);
  await door.connect();
  assertEquals([door.hub.connectedExtensions.length, door.hub.appCount], [1, 0]);
  const { traffic } = door.hub.extension("airdcpp-x")!;
  const before = { ...traffic };
  await socket.ask("GET sessions/self");
  assertEquals(
    [traffic.framesIn - before.framesIn, traffic.framesOut - before.framesOut],
    [1, 1],
  );
  assert(traffic.sizeOut > before.sizeOut && traffic.sizeIn > before.sizeIn);
  await socket.close();
  await until(() => door.hub.connectedExtensions.length === 0);
});

Deno.test("an extension hears of the events it listens to, and as extension_event of all", async () => {
  await using door = await startFullDoor();
  const one = await door.attach(issue(door, "airdcpp-one"));
  const all = await door.attach(issue(door, "airdcpp-all"));
  assertEquals((await one.ask("POST outrigger/listeners/ping")).status, 204);
  assertEquals((await all.ask("POST outrigger/listeners/extension_event")).status, 204);
  door.hub.broadcast("ping", { a: 1 }, "extensions");
  door.hub.broadcast("pong", null, "extensions");
  door.hub.send("airdcpp-one", "ping", 2);
  assertEquals(await one.event("ping"), { event: "ping", data: { a: 1 } });
  assertEquals(await one.event("ping"), { event: "ping", data: 2 });
  await one.ask("GET sessions/self");
  assertEquals(one.events, []);
  await all.ask("GET sessions/self");
  // It has been told of its own arrival before, as everybody is.
  const data = all.events.map(({ data }) => data).slice(-2);
  assertEquals(data, [{ event: "ping", data: { a: 1 } }, { event: "pong", data: null }]);
  await one.ask("DELETE outrigger/listeners/ping");
  door.hub.send("airdcpp-one", "ping", 3);
  await one.ask("GET sessions/self");
  assertEquals(one.events, []);
});

Deno.test("events that waited for the extension wait until it listens", async () => {
  await using door = await startFullDoor();
  for (const data of [1, 2]) assert(door.hub.queue("airdcpp-x", "work", data));
  const socket = await door.attach(issue(door));
  await socket.ask("POST outrigger/listeners/other");
  assertEquals(socket.events, []);
  await socket.ask("POST outrigger/listeners/work");
  assertEquals(socket.events.map(({ data }) => data), [1, 2]);
});

Deno.test("the hub can close an extension's connection", async () => {
  await using door = await startFullDoor();
  const socket = await door.attach(issue(door));
  assert(door.hub.disconnect("airdcpp-x", 1000, "enough"));
  assertEquals(await socket.closed, 1000);
  await until(() => !door.hub.isConnected("airdcpp-x"));
});

Deno.test("an extension that is connected by another protocol is not taken over", async () => {
  await using door = await startFullDoor();
  const other: Client = {
    extensionId: "airdcpp-x",
    allows: () => false,
    deliver() {},
    queuedBytes: 0,
    traffic: { framesIn: 0, framesOut: 0, sizeIn: 0, sizeOut: 0 },
    close() {},
  };
  door.hub.join(other);
  const socket = await door.attach(issue(door));
  assertEquals((await socket.ask("GET sessions/self")).status, 200);
  assertEquals(door.hub.extension("airdcpp-x"), other);
  await socket.close();
  assertEquals(door.hub.extension("airdcpp-x"), other);
});

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("It did not come to be");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
