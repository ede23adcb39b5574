/** Every endpoint of this door's own modules, over HTTP and over WebSocket. */

import { assert, assertEquals } from "@std/assert";
import { ACCESS, isAccess } from "../../lib/airdcpp/permissions.ts";
import { http, membersOf } from "./api_client.ts";
import { type Endpoint, ENDPOINTS, moduleOf } from "./endpoints.ts";
import { startFullDoor } from "./host_parts.ts";
import type { Row, RowContext } from "./row.ts";
import { EVENTS_ROWS } from "./rows/events.ts";
import { MENUS_ROWS } from "./rows/menus.ts";
import { SESSIONS_ROWS } from "./rows/sessions.ts";
import { SETTINGS_ROWS } from "./rows/settings.ts";
import { SYSTEM_ROWS } from "./rows/system.ts";
import { WEB_USERS_ROWS } from "./rows/web_users.ts";

const ROWS: readonly Row[] = [
  ...SESSIONS_ROWS,
  ...SETTINGS_ROWS,
  ...SYSTEM_ROWS,
  ...EVENTS_ROWS,
  ...MENUS_ROWS,
  ...WEB_USERS_ROWS,
];
const OWN = new Set(["sessions", "settings", "system", "events", "menus", "web_users"]);
const endpoints = ENDPOINTS.filter((endpoint) => OWN.has(moduleOf(endpoint)));
const byId = new Map(ENDPOINTS.map((endpoint) => [endpoint.id, endpoint]));

Deno.test("the table has E1 to E68, each once", () => {
  assertEquals(ENDPOINTS.map(({ id }) => id), Array.from({ length: 68 }, (_, i) => `E${i + 1}`));
});

for (const endpoint of endpoints) {
  const { id, request, success } = endpoint;
  Deno.test(`${id} ${request} has a row for its success`, () => {
    const rows = ROWS.filter(({ of }) => of === id).concat(listenerRows(endpoint));
    assert(rows.some(({ status = success }) => status === success));
  });
}

/** Rows that follow from the table alone. */
function listenerRows({ id, request, listener, permission }: Endpoint): Row[] {
  if (!listener) return [];
  const body = { id: "airdcpp-y", name: "Y" };
  const unknown = request.replace(/\w+$/, "nonsense");
  const rows: Row[] = [
    { of: id, name: "with a socket", body },
    { of: id, name: "twice", body, prepare: ({ socket }) => void socket.ask(request, body) },
    { of: id, name: "without a socket", body, over: "http", attached: false, status: 428 },
    { of: id, name: "of something unknown", request: unknown, body, status: 404 },
    {
      of: id,
      name: "of something unknown and without a socket",
      request: unknown,
      body,
      over: "http",
      attached: false,
      status: 428,
    },
  ];
  // A second subscriber of a hook in one session is refused (11.2).
  const isHook = request.startsWith("POST menus/hooks");
  const kept = isHook ? rows.filter(({ name }) => name !== "twice") : rows;
  if (!isAccess(permission)) return kept;
  return [...kept, {
    of: id,
    name: "without permission and socket",
    body,
    over: "http",
    attached: false,
    as: [],
    status: 403,
  }];
}

function permissionRows({ id, permission }: Endpoint): Row[] {
  if (permission === "none") return [];
  const unauthenticated = { of: id, name: "without a session", as: "none" } as const;
  const isSessions = moduleOf(byId.get(id)!) === "sessions";
  const rows: Row[] = [{ ...unauthenticated, status: isSessions ? 400 : 401 }];
  if (!isAccess(permission)) return rows;
  const others = ACCESS.filter((access) => access !== permission && access !== "admin");
  return [
    ...rows,
    { of: id, name: `with all permissions but ${permission}`, as: others, status: 403 },
    { of: id, name: "without permissions", as: [], status: 403 },
  ];
}

for (
  const row of [
    ...ROWS,
    ...endpoints.flatMap((endpoint) => [...listenerRows(endpoint), ...permissionRows(endpoint)]),
  ]
) {
  const endpoint = byId.get(row.of)!;
  for (const over of ["http", "socket"] as const) {
    if (row.over !== undefined && row.over !== over) continue;
    const status = row.status ?? endpoint.success;
    Deno.test(`${row.of} ${endpoint.request}, ${row.name}: ${status} over ${over}`, async () => {
      await using door = await startFullDoor();
      const { as = ["admin"] } = row;
      const anonymous = as === "none";
      const token = door.token(...(anonymous ? [] : as));
      const attached = !anonymous && (over === "socket" || row.attached !== false);
      const socket = attached ? await door.attach(token) : await door.open();
      const context: RowContext = { door, socket, token };
      await row.prepare?.(context);
      const request = typeof row.request === "function"
        ? await row.request(context)
        : row.request ?? endpoint.request;
      const body = typeof row.body === "function" ? row.body(context) : row.body;
      const answer = over === "socket"
        ? await socket.ask(request, body)
        : await http(door.port, request, { body, token: anonymous ? undefined : token });
      assertEquals(answer.status, status, JSON.stringify(answer.data));
      if (status >= 400) assertEquals(typeof membersOf(answer).message, "string");
      if (status === 204) assertEquals(answer.data, undefined);
      if (row.field !== undefined) {
        const { field, code } = membersOf(answer);
        assertEquals([field, code], row.field);
      }
      await row.check?.(answer, context);
    });
  }
}
