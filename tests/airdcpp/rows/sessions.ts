/** Rows of module `sessions`. */

import { assert, assertEquals } from "@std/assert";
import { http, membersOf } from "../api_client.ts";
import type { Row, RowContext } from "../row.ts";

const RIGHT = { username: "admin", password: "pw" };
const ENDED = { of: "E1", as: "none" } as const;

async function login({ door }: RowContext): Promise<Record<string, unknown>> {
  return membersOf(await http(door.port, "POST sessions/authorize", { body: RIGHT }));
}

/** Public id of another session. */
function other({ door }: RowContext): number {
  const token = door.token("search");
  return door.parts.sessions.byToken(token)!.id;
}

async function basic({ door }: RowContext): Promise<number> {
  const headers = { authorization: `Basic ${btoa("admin:pw")}` };
  return membersOf(await http(door.port, "GET sessions/self", { headers })).id as number;
}

export const SESSIONS_ROWS: Row[] = [
  { ...ENDED, name: "with user name and password", body: RIGHT },
  { ...ENDED, name: "with grant_type", body: { ...RIGHT, grant_type: "password" } },
  {
    ...ENDED,
    name: "with max_inactivity",
    body: { ...RIGHT, max_inactivity: 3 },
    check({ data }, { door }) {
      const { auth_token } = data as { auth_token: string };
      assertEquals(door.parts.sessions.byToken(auth_token)!.maxInactivityMs, 180_000);
    },
  },
  {
    ...ENDED,
    name: "with a refresh token",
    async prepare(context) {
      const { refresh_token } = await login(context);
      Object.assign(context, { refresh_token });
    },
    body: (context: { refresh_token: string }) => ({
      grant_type: "refresh_token",
      refresh_token: context.refresh_token,
    }),
    async check(answer, context) {
      const { refresh_token: next } = membersOf(answer);
      const { refresh_token: used } = context as unknown as { refresh_token: string };
      assert(typeof next === "string" && next !== used);
      const body = { grant_type: "refresh_token", refresh_token: used };
      const again = await http(context.door.port, "POST sessions/authorize", { body });
      assertEquals(again.status, 400);
    },
  },
  {
    ...ENDED,
    name: "with a wrong refresh token",
    body: { grant_type: "refresh_token", refresh_token: "nonsense" },
    status: 400,
  },
  { ...ENDED, name: "with a wrong password", body: { ...RIGHT, password: "px" }, status: 401 },
  { ...ENDED, name: "of nobody", body: { ...RIGHT, username: "nobody" }, status: 401 },
  { ...ENDED, name: "of __proto__", body: { ...RIGHT, username: "__proto__" }, status: 401 },
  {
    ...ENDED,
    name: "without a user name",
    body: { password: "pw" },
    status: 422,
    field: ["username", "missing_field"],
  },
  {
    ...ENDED,
    name: "without a password",
    body: { username: "admin" },
    status: 422,
    field: ["password", "missing_field"],
  },
  {
    ...ENDED,
    name: "with a number for a password",
    body: { username: "admin", password: 1 },
    status: 422,
    field: ["password", "invalid"],
  },
  {
    ...ENDED,
    name: "without a refresh token",
    body: { grant_type: "refresh_token" },
    status: 422,
    field: ["refresh_token", "missing_field"],
  },
  {
    ...ENDED,
    name: "with a negative max_inactivity",
    body: { ...RIGHT, max_inactivity: -1 },
    status: 422,
    field: ["max_inactivity", "invalid"],
  },
  { ...ENDED, name: "with an unknown grant", body: { ...RIGHT, grant_type: "x" }, status: 400 },
  { of: "E1", name: "when authenticated", body: RIGHT, status: 412 },
  {
    of: "E2",
    name: "with a token",
    as: "none",
    over: "socket",
    body: ({ token }: RowContext) => ({ auth_token: token }),
    check(answer, { token }) {
      const body = membersOf(answer);
      assertEquals(body.auth_token, token);
      assertEquals(body.refresh_token, undefined);
      assert("system_info" in body && "session_id" in body && "user" in body);
    },
  },
  {
    of: "E2",
    name: "with a token",
    as: "none",
    over: "http",
    body: ({ token }: RowContext) => ({ auth_token: token }),
    status: 400,
  },
  {
    of: "E2",
    name: "with a wrong token",
    as: "none",
    over: "socket",
    body: { auth_token: "nonsense" },
    status: 400,
  },
  {
    of: "E2",
    name: "with a number for a token",
    as: "none",
    over: "socket",
    body: { auth_token: 12345678 },
    status: 422,
    field: ["auth_token", "invalid"],
  },
  {
    of: "E2",
    name: "without a token",
    as: "none",
    over: "socket",
    status: 422,
    field: ["auth_token", "missing_field"],
  },
  {
    of: "E2",
    name: "when authenticated",
    over: "socket",
    body: ({ token }: RowContext) => ({ auth_token: token }),
    status: 412,
  },
  { of: "E3", name: "without a body", as: [] },
  { of: "E3", name: "with user_active", body: { user_active: true }, as: [] },
  {
    of: "E3",
    name: "with a text for user_active",
    body: { user_active: "yes" },
    status: 422,
    field: ["user_active", "invalid"],
  },
  {
    of: "E4",
    name: "of anybody",
    as: ["search"],
    check(answer, { door, token }) {
      const { id, type, last_activity, ip, user } = membersOf(answer);
      assertEquals(id, door.parts.sessions.byToken(token)!.id);
      assertEquals([type, ip], ["plain", "127.0.0.1"]);
      assert(typeof last_activity === "number" && last_activity >= 0 && last_activity < 5000);
      assertEquals(user, {
        id: "somebody",
        username: "somebody",
        permissions: ["search"],
        active_sessions: 1,
        last_login: 0,
      });
    },
  },
  {
    of: "E5",
    name: "of anybody",
    as: [],
    async check(_answer, { door, socket, token }) {
      assertEquals(await socket.closed, 1000);
      assertEquals((await http(door.port, "GET sessions/self", { token })).status, 401);
    },
  },
  {
    of: "E6",
    name: "of all",
    check({ data }, { door }) {
      assertEquals((data as unknown[]).length, door.parts.sessions.all.length);
    },
  },
  {
    of: "E7",
    name: "of another",
    request: (context) => `GET sessions/${other(context)}`,
    check: (answer) => assertEquals(membersOf(answer).type, "plain"),
  },
  { of: "E7", name: "of an unknown one", status: 404 },
  { of: "E7", name: "of something that is no id", request: "GET sessions/x1", status: 400 },
  {
    of: "E8",
    name: "of another",
    request: (context) => `DELETE sessions/${other(context)}`,
    check: (_answer, { door }) => assertEquals(door.parts.sessions.all.length, 1),
  },
  { of: "E8", name: "of an unknown one", status: 404 },
  {
    of: "E8",
    name: "of one of Basic authentication",
    request: async (context) => `DELETE sessions/${await basic(context)}`,
    status: 400,
  },
];
