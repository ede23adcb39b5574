/** Listeners of 11.1, with entities and several sockets. */

import { assertEquals } from "@std/assert";
import { type RunningDoor, startDoor } from "./running_door.ts";

function start(): Promise<RunningDoor> {
  return startDoor({
    setUp: ({ door }) =>
      door.register({
        name: "things",
        entity: {
          pattern: /^thing-.+$/,
          idOf: (id) => id === "thing-9" ? undefined : id.toLowerCase(),
        },
        events: {
          permission: "queue_view",
          names: new Map([["changed", "entity"], ["added", "module"]]),
        },
        routes: [],
      }),
  });
}

const publish = (door: RunningDoor, event: string, data: unknown, id?: string) =>
  door.parts.door.publish("things", event, { data, id });

/** All events so far: an answer comes behind them. */
async function seen(socket: Awaited<ReturnType<RunningDoor["connect"]>>) {
  await socket.ask("GET sessions/self");
  return socket.events.splice(0);
}

Deno.test("an event comes once, whether module, entity or both are listened to, with its id", async () => {
  await using door = await start();
  const both = await door.connect();
  const one = await door.connect();
  const none = await door.connect();
  for (const path of ["things/listeners/changed", "things/thing-1/listeners/changed"]) {
    assertEquals((await both.ask(`POST ${path}`)).status, 204);
    assertEquals((await both.ask(`POST ${path}`)).status, 204);
  }
  await one.ask("POST things/thing-1/listeners/changed");
  publish(door, "changed", { a: 1 }, "thing-1");
  publish(door, "changed", { a: 2 }, "thing-2");
  const first = { event: "changed", id: "thing-1", data: { a: 1 } };
  assertEquals(await seen(both), [first, { event: "changed", id: "thing-2", data: { a: 2 } }]);
  assertEquals(await seen(one), [first]);
  assertEquals(await seen(none), []);
});

Deno.test("an entity that is found by another spelling of its id is listened to by its id", async () => {
  await using door = await start();
  const socket = await door.connect();
  assertEquals((await socket.ask("POST things/thing-A/listeners/changed")).status, 204);
  publish(door, "changed", 1, "thing-a");
  assertEquals(await seen(socket), [{ event: "changed", id: "thing-a", data: 1 }]);
  assertEquals((await socket.ask("DELETE things/thing-a/listeners/changed")).status, 204);
  publish(door, "changed", 2, "thing-a");
  assertEquals(await seen(socket), []);
});

Deno.test("a module event has no id and is not one of an entity", async () => {
  await using door = await start();
  const socket = await door.connect();
  assertEquals((await socket.ask("POST things/thing-1/listeners/added")).status, 404);
  assertEquals((await socket.ask("POST things/listeners/added")).status, 204);
  publish(door, "added", null);
  assertEquals(await seen(socket), [{ event: "added", data: null }]);
});

Deno.test("removing a listener leaves the others", async () => {
  await using door = await start();
  const socket = await door.connect();
  const other = await door.connect();
  await other.ask("POST things/listeners/changed");
  await socket.ask("POST things/listeners/changed");
  await socket.ask("POST things/thing-1/listeners/changed");
  assertEquals((await socket.ask("DELETE things/listeners/changed")).status, 204);
  publish(door, "changed", 1, "thing-2");
  publish(door, "changed", 2, "thing-1");
  assertEquals((await seen(socket)).map(({ data }) => data), [2]);
  assertEquals((await seen(other)).map(({ data }) => data), [1, 2]);
  assertEquals((await socket.ask("DELETE things/listeners/changed")).status, 204, "again");
});

Deno.test("listeners end with the socket and are the session's own", async () => {
  await using door = await start();
  const token = door.token("queue_view");
  const first = await door.attach(token);
  await first.ask("POST things/listeners/changed");
  await first.close();
  await gone(door, token);
  const second = await door.attach(token);
  publish(door, "changed", 1, "thing-1");
  assertEquals(await seen(second), []);
});

Deno.test("nothing comes any more once the permission is gone", async () => {
  await using door = await start();
  const user = await door.parts.users.add("u", { password: "x", permissions: ["admin"] });
  const options = { type: "plain", address: "127.0.0.1", maxInactivityMs: 0 } as const;
  const socket = await door.attach(door.parts.sessions.create(user, options).token);
  await socket.ask("POST things/listeners/changed");
  // The caller's own session stays when it changes its own permissions.
  assertEquals((await socket.ask("PATCH web_users/u", { permissions: ["search"] })).status, 200);
  publish(door, "changed", 1, "thing-1");
  assertEquals(await seen(socket), []);
});

Deno.test("data without JSON and events too large for a frame are dropped and told of", async () => {
  await using door = await start();
  const socket = await door.connect();
  await socket.ask("POST things/listeners/added");
  publish(door, "added", 1n);
  publish(door, "added", "x".repeat(1 << 20));
  publish(door, "added", "fine");
  assertEquals((await seen(socket)).map(({ data }) => data), ["fine"]);
  const told = door.parts.log.lines.filter((line) => line.includes("Event added"));
  assertEquals(told.length, 2);
});

async function gone(door: RunningDoor, token: string): Promise<void> {
  const session = door.parts.sessions.byToken(token)!;
  const end = performance.now() + 5000;
  while (session.socket !== undefined && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(session.socket, undefined);
}
