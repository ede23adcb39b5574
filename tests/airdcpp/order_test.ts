/** The order of checks of 10.2: of two things that are wrong, the earlier one is told. */

import { assertEquals } from "@std/assert";
import { FieldError } from "../../lib/packages/field_error.ts";
import { http, membersOf } from "./api_client.ts";
import { type RunningDoor, startDoor } from "./running_door.ts";

/** Entities `thing-1` of a module `things`, and endpoints that fail in every way. */
function start(): Promise<RunningDoor> {
  return startDoor({
    setUp({ door }) {
      door.register({
        name: "things",
        entity: { pattern: /^thing-.+$/, idOf: (id) => id === "thing-1" ? id : undefined },
        events: { permission: "queue_view", names: new Map([["a", "entity"], ["b", "module"]]) },
        routes: [
          { method: "GET", path: "things", permission: "queue_view", run: () => [] },
          {
            method: "POST",
            path: "things/{id:thing-.+}/part",
            permission: "queue_edit",
            run: () => "done",
          },
          {
            method: "POST",
            path: "things/field",
            permission: "any",
            run() {
              throw new FieldError("f", { code: "invalid", message: "wrong" });
            },
          },
          {
            method: "POST",
            path: "things/broken",
            permission: "any",
            run() {
              throw new Error("/home/me/secret.txt is missing");
            },
          },
          {
            method: "POST",
            path: "things/later",
            permission: "any",
            run: () => Promise.reject(new Error("/home/me/secret.txt is missing")),
          },
          { method: "GET", path: "things/circle", permission: "any", run: circle },
          { method: "GET", path: "things/never", permission: "any", run: () => undefined },
        ],
      });
    },
  });
}

function circle(): object {
  const value: { self?: object } = {};
  return value.self = value;
}

type Who = "nobody" | "user" | "editor" | "viewer";

const CASES: [request: string, who: Who, status: number][] = [
  // 1 before 2, 3 and 4
  ["GET /api", "nobody", 400],
  ["GET /api/v1", "nobody", 400],
  ["GET /api/v2", "user", 400],
  ["GET /api/x1/things", "user", 400],
  ["GET /api/things", "user", 400],
  ["OPTIONS /api/v2/things", "nobody", 400],
  ["BREW /api/v1/things", "user", 400],
  // 2 before 3 and 4
  ["GET /api/v2/things", "nobody", 412],
  ["GET /api/v0/nonsense", "user", 412],
  ["POST /api/v2/sessions/authorize", "nobody", 412],
  // 3
  ["GET /api/v1/sessions", "nobody", 400],
  ["GET /api/v1/sessions/self", "nobody", 400],
  ["GET /api/v1/sessions/authorize", "nobody", 400],
  ["POST /api/v1/sessions/nonsense", "nobody", 400],
  // 4 before 6 to 11
  ["GET /api/v1/nonsense", "nobody", 401],
  ["PUT /api/v1/things", "nobody", 401],
  ["GET /api/v1/things/thing-2/part", "nobody", 401],
  ["POST /api/v1/things/field", "nobody", 401],
  // 6
  ["GET /api/v1/nonsense", "user", 404],
  ["GET /api/v1/__proto__/x", "user", 404],
  // 7 before 9
  ["PUT /api/v1/things", "user", 405],
  ["GET /api/v1/things/thing-1/part", "user", 405],
  ["PATCH /api/v1/things/listeners/a", "user", 405],
  // 8 before 9
  ["GET /api/v1/things/nonsense", "user", 400],
  ["GET /api/v1/things/thing-1/nonsense", "user", 400],
  ["POST /api/v1/things/listeners/a-b", "user", 400],
  ["POST /api/v1/things/nothing-2/part", "user", 400],
  // 9
  ["GET /api/v1/things", "user", 403],
  ["GET /api/v1/things", "viewer", 200],
  ["POST /api/v1/things/thing-1/part", "viewer", 403],
  ["POST /api/v1/things/thing-1/part", "editor", 200],
  // 10 before 7 to 9, below an entity
  ["POST /api/v1/things/thing-2/part", "user", 404],
  ["GET /api/v1/things/thing-2/part", "user", 404],
  ["GET /api/v1/things/thing-2/nonsense", "user", 404],
  ["POST /api/v1/things/thing-2/listeners/a", "viewer", 404],
  // permission, then 428, then 404
  ["POST /api/v1/things/listeners/nonsense", "user", 403],
  // 11, 13
  ["POST /api/v1/things/field", "user", 422],
  ["POST /api/v1/things/broken", "user", 400],
  ["POST /api/v1/things/later", "user", 400],
  ["GET /api/v1/things/never", "user", 204],
  // empty segments are dropped, nothing is decoded, a query is part of the segment
  ["GET //api//v1///things/", "viewer", 200],
  ["GET /api/v1/things?x=1", "viewer", 404],
  ["GET /api/v1/%74hings", "viewer", 404],
  ["GET /api/v1/things/%2e%2e/things", "viewer", 400],
];

const PERMISSIONS = {
  user: [],
  viewer: ["queue_view"],
  editor: ["queue_edit"],
} as const;

/** `fetch` tidies paths and methods; this does not. */
async function rawHttp(port: number, request: string, token?: string, body?: string) {
  const [method, path] = request.split(" ");
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: localhost:${port}`,
    "Connection: close",
    ...(token === undefined ? [] : [`Authorization: ${token}`]),
    ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
    "",
    body ?? "",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  const text = await new Response(connection.readable).text();
  const [head = "", content = ""] = text.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1]), head, content };
}

for (const [request, who, status] of CASES) {
  Deno.test(`${request} of ${who}: ${status}, over both transports`, async () => {
    await using door = await start();
    const token = who === "nobody" ? undefined : door.token(...PERMISSIONS[who]);
    // A path that does not begin with /api belongs to somebody else.
    if (request.includes(" /api")) {
      const answer = await rawHttp(door.port, request, token);
      assertEquals(answer.status, status, answer.content);
      if (status >= 400) {
        assertEquals(typeof JSON.parse(answer.content).message, "string");
        assertEquals(answer.content.includes("secret"), false);
      }
    }
    const below = / \/+api\/+(.*)$/.exec(request);
    if (below === null) return;
    const socket = await door.open("/api");
    if (token !== undefined) {
      const attached = await socket.ask("POST v1/sessions/socket", { auth_token: token });
      assertEquals(attached.status, 200);
    }
    const [method] = request.split(" ");
    assertEquals((await socket.ask(`${method} ${below[1]}`)).status, status);
  });
}

Deno.test("a body that is no JSON is told of before all but a wrong credential", async () => {
  await using door = await start();
  const token = door.token();
  const ask = (token?: string) => rawHttp(door.port, "POST /api/v2/nonsense", token, "{");
  assertEquals((await ask()).status, 400);
  assertEquals((await ask(token)).status, 400);
  const wrong = await ask("nonsense");
  assertEquals(wrong.status, 401);
  assertEquals(typeof JSON.parse(wrong.content).message, "string");
});

Deno.test("a wrong credential is told of before everything, also at public endpoints", async () => {
  await using door = await start();
  for (const authorization of ["nonsense", "Bearer nonsense", "Basic !", "Basic eDp5", ""]) {
    for (const request of ["GET /api/v2", "POST /api/v1/sessions/authorize"]) {
      const answer = await http(door.port, request, {
        headers: { authorization },
        ...(request.startsWith("POST") ? { body: { username: "admin", password: "pw" } } : {}),
      });
      assertEquals(answer.status, 401, `${authorization} ${request}`);
      assertEquals(typeof membersOf(answer).message, "string");
    }
  }
});

Deno.test("a session of TLS is refused before its module is looked for: 406", async () => {
  await using door = await start();
  const user = door.parts.users.get("admin")!;
  const options = { type: "secure", address: "127.0.0.1", maxInactivityMs: 0 } as const;
  const { token } = door.parts.sessions.create(user, options);
  assertEquals((await http(door.port, "GET nonsense", { token })).status, 406);
  assertEquals((await http(door.port, "GET sessions/self", { token })).status, 406);
  const socket = await door.open();
  assertEquals((await socket.ask("POST sessions/socket", { auth_token: token })).status, 400);
});

Deno.test("what has no JSON is an error and not the end", async () => {
  await using door = await start();
  const token = door.token();
  assertEquals((await http(door.port, "GET things/circle", { token })).status, 500);
  const socket = await door.attach(token);
  assertEquals((await socket.ask("GET things/circle")).status, 500);
  assertEquals((await socket.ask("GET things/never")).status, 204);
});

Deno.test("a body may come with every method, and need not come", async () => {
  await using door = await start();
  const token = door.token("queue_view");
  for (const body of ["", "null", " ", "{}"]) {
    const { status } = await rawHttp(door.port, "GET /api/v1/things", token, body);
    assertEquals(status, 200, JSON.stringify(body));
  }
});
