/** Frames of 10.4, and what becomes of odd ones. */

import { assertEquals } from "@std/assert";
import { http } from "./api_client.ts";
import { startDoor } from "./running_door.ts";

const PATH = '"path":"system/x","method":"GET"';

/** What is sent, and `callback_id` and `code` of what comes back. */
const ODD: [why: string, text: string, id: number | undefined, code: number][] = [
  ["no JSON", "{", undefined, 400],
  ["nothing", "", undefined, 400],
  ["a list", "[]", undefined, 400],
  ["null", "null", undefined, 400],
  ["a number", "1", undefined, 400],
  ["a text", '"x"', undefined, 400],
  ["too deep", "[".repeat(100_000), undefined, 400],
  ["no path", '{"method":"GET","callback_id":3}', 3, 400],
  ["an empty path", '{"method":"GET","path":"","callback_id":3}', 3, 400],
  ["a number for a path", '{"method":"GET","path":1,"callback_id":3}', 3, 400],
  ["no method", '{"path":"x","callback_id":3}', 3, 400],
  ["null for a method", '{"path":"x","method":null,"callback_id":3}', 3, 400],
  ["an unknown method", '{"path":"x","method":"BREW","callback_id":3}', 3, 400],
  ["a method in lower case", '{"path":"x","method":"get","callback_id":3}', 3, 400],
  ["no callback_id", `{${PATH}}`, undefined, 401],
  ["null for a callback_id", `{${PATH},"callback_id":null}`, undefined, 401],
  ["callback_id 0", `{${PATH},"callback_id":0}`, undefined, 401],
  ["a negative callback_id", `{${PATH},"callback_id":-1}`, undefined, 401],
  ["a large callback_id", `{${PATH},"callback_id":9007199254740991}`, 9007199254740991, 401],
  ["a text for a callback_id", `{${PATH},"callback_id":"1"}`, undefined, 400],
  ["an object for a callback_id", `{${PATH},"callback_id":{}}`, undefined, 400],
  ["true for a callback_id", `{${PATH},"callback_id":true}`, undefined, 400],
  ["a fraction for a callback_id", `{${PATH},"callback_id":1.5}`, undefined, 400],
  ["a negative fraction for a callback_id", `{${PATH},"callback_id":-1.5}`, undefined, 400],
  ["an endless callback_id", `{${PATH},"callback_id":1e999}`, undefined, 400],
  ["__proto__", `{"__proto__":{"callback_id":4},${PATH},"callback_id":3}`, 3, 401],
  ["more than needed", `{${PATH},"callback_id":3,"x":[]}`, 3, 401],
];

for (const [why, text, id, code] of ODD) {
  Deno.test(`a frame with ${why}: ${code}`, async () => {
    await using door = await startDoor();
    const socket = await door.open();
    socket.send(text);
    const answer = await socket.other();
    assertEquals(answer.code, code, JSON.stringify(answer));
    assertEquals(answer.callback_id, id);
    assertEquals("callback_id" in answer, id !== undefined);
    assertEquals(typeof (answer.error as { message: string }).message, "string");
    assertEquals((await socket.ask("GET sessions/self")).status, 400, "it goes on");
  });
}

const PATHS: [target: string, path: string, status: number][] = [
  ["/api/v1/", "sessions/self", 200],
  ["/api/v1/", "/sessions/self", 200],
  ["/api/v1/", "//sessions///self//", 200],
  ["/api/v1", "sessions/self", 200],
  ["/api/v1/?x=1", "sessions/self", 200],
  ["/api", "v1/sessions/self", 200],
  ["/api/v1/sessions", "self", 200],
  ["/api/v1/sessions/", "/self", 200],
  ["/api/v1/", "sessions/self?x", 400],
  ["/api/v1/", "sessions/self#x", 400],
  ["/api/v1/", "sessions/%73elf", 400],
  ["/api/v1/", "v1/sessions/self", 404],
  ["/api/v1/", "../v1/sessions/self", 404],
  ["/api/v2/", "sessions/self", 412],
  ["/api/nonsense", "sessions/self", 400],
];

for (const [target, path, status] of PATHS) {
  Deno.test(`a frame for ${path} on a socket of ${target}: ${status}`, async () => {
    await using door = await startDoor();
    const socket = await door.open(target);
    const version = target.split("/")[2];
    if (version === undefined || version.startsWith("v1")) {
      const login = target.endsWith("sessions") || target.endsWith("sessions/")
        ? "socket"
        : version === undefined
        ? "v1/sessions/socket"
        : "sessions/socket";
      await socket.ask(`POST ${login}`, { auth_token: door.token() });
    }
    assertEquals((await socket.ask(`GET ${path}`)).status, status);
  });
}

Deno.test("the key order of a client's frame does not matter, nor does a binary frame", async () => {
  await using door = await startDoor();
  const socket = await door.open();
  const text = '{"callback_id":7,"data":{"username":"admin","password":"pw"},"method":"POST",' +
    '"path":"sessions/authorize"}';
  socket.send(new TextEncoder().encode(text));
  const answer = await socket.other();
  assertEquals([answer.callback_id, answer.code], [7, 200]);
});

Deno.test("a socket is upgraded without protocol and extension, at any path below /api", async () => {
  await using door = await startDoor();
  const socket = new WebSocket(`ws://127.0.0.1:${door.port}/api/anything/at/all`);
  await new Promise((resolve) => socket.onopen = resolve);
  assertEquals([socket.protocol, socket.extensions], ["", ""]);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
});

Deno.test("malformed frames without end close the socket with 1008; a few among good ones do not", async () => {
  await using door = await startDoor();
  const patient = await door.open();
  for (let i = 0; i < 60; i++) {
    patient.send("{");
    assertEquals((await patient.other()).code, 400);
    await patient.ask("GET sessions/self");
  }
  const abusive = await door.open();
  // Not one more: what comes after the close would make the system reset the connection.
  for (let i = 0; i < 51; i++) abusive.send("{");
  assertEquals(await abusive.closed, 1008);
});

Deno.test("a message above the limit closes the socket with 1009", async () => {
  await using door = await startDoor({ limits: { maxMessageBytes: 1000 } });
  const socket = await door.open();
  socket.send(" ".repeat(1001));
  assertEquals(await socket.closed, 1009);
});

Deno.test("an answer too large for a frame is an error; HTTP has it", async () => {
  await using door = await startDoor({
    setUp: ({ door }) =>
      door.register({
        name: "large",
        routes: [
          { method: "GET", path: "large", permission: "any", run: () => "x".repeat(1 << 20) },
          { method: "GET", path: "large/fits", permission: "any", run: () => "x".repeat(1 << 19) },
          { method: "GET", path: "large/wide", permission: "any", run: () => "€".repeat(400_000) },
        ],
      }),
  });
  const token = door.token();
  const socket = await door.attach(token);
  assertEquals((await socket.ask("GET large")).status, 500);
  assertEquals((await socket.ask("GET large/wide")).status, 500);
  assertEquals((await socket.ask("GET large/fits")).status, 200);
  assertEquals((await http(door.port, "GET large", { token })).status, 200);
});

Deno.test("answers come out of order, and requests above the limit are refused", async () => {
  const gate = Promise.withResolvers<string>();
  await using door = await startDoor({
    limits: { maxPendingCalls: 2 },
    setUp: ({ door }) =>
      door.register({
        name: "slow",
        routes: [{ method: "GET", path: "slow", permission: "any", run: () => gate.promise }],
      }),
  });
  const socket = await door.connect();
  const first = socket.ask("GET slow");
  assertEquals((await socket.ask("GET sessions/self")).status, 200);
  const second = socket.ask("GET slow");
  assertEquals((await socket.ask("GET sessions/self")).status, 503);
  gate.resolve("done");
  assertEquals([(await first).data, (await second).data], ["done", "done"]);
  assertEquals((await socket.ask("GET sessions/self")).status, 200);
});
