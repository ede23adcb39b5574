/** Rows of module `web_users`. */

import { assertEquals } from "@std/assert";
import { http, membersOf } from "../api_client.ts";
import type { Row, RowContext } from "../row.ts";

const NEW = { username: "somebody", password: "x", permissions: ["search"] };
const USER = {
  id: "somebody",
  username: "somebody",
  permissions: ["search"],
  active_sessions: 0,
  last_login: 0,
};

async function made({ door }: RowContext): Promise<void> {
  await door.parts.users.add("somebody", { password: "x", permissions: ["search"] });
}

/** Makes the user and logs in; the token and the refresh token. */
async function loggedIn(context: RowContext): Promise<void> {
  await made(context);
  const body = { username: "somebody", password: "x" };
  const login = await http(context.door.port, "POST sessions/authorize", { body });
  Object.assign(context, { theirs: membersOf(login) });
}

async function isOut(_answer: unknown, context: RowContext): Promise<void> {
  const { theirs } = context as unknown as { theirs: Record<string, string> };
  const { port } = context.door;
  const self = await http(port, "GET sessions/self", { token: theirs.auth_token });
  assertEquals(self.status, 401);
  const body = { grant_type: "refresh_token", refresh_token: theirs.refresh_token };
  assertEquals((await http(port, "POST sessions/authorize", { body })).status, 400);
}

export const WEB_USERS_ROWS: Row[] = [
  {
    of: "E59",
    name: "of all",
    prepare: made,
    check: ({ data }) =>
      assertEquals((data as { id: string }[]).map(({ id }) => id), ["admin", "somebody"]),
  },
  {
    of: "E60",
    name: "with its event",
    body: NEW,
    async prepare({ socket }) {
      await socket.ask("POST web_users/listeners/web_user_added");
    },
    async check({ data }, { socket }) {
      assertEquals(data, USER);
      assertEquals((await socket.event("web_user_added")).data, USER);
    },
  },
  {
    of: "E60",
    name: "without permissions, which is none",
    body: { username: "u", password: "x" },
    check: (answer) => assertEquals(membersOf(answer).permissions, []),
  },
  {
    of: "E60",
    name: "of a name that is taken",
    prepare: made,
    body: NEW,
    status: 422,
    field: ["username", "already_exists"],
  },
  ...["a b", "a/b", "ä", ".."].map((username): Row => ({
    of: "E60",
    name: `of the name ${JSON.stringify(username)}`,
    body: { ...NEW, username },
    status: 422,
    field: ["username", "invalid"],
  })),
  {
    of: "E60",
    name: "without a password",
    body: { username: "u" },
    status: 422,
    field: ["password", "missing_field"],
  },
  {
    of: "E60",
    name: "with an unknown permission",
    body: { ...NEW, permissions: ["everything"] },
    status: 422,
    field: ["permissions", "invalid"],
  },
  { of: "E61", name: "of one", prepare: made, check: ({ data }) => assertEquals(data, USER) },
  { of: "E61", name: "of nobody", status: 404 },
  { of: "E61", name: "of __proto__", request: "GET web_users/__proto__", status: 404 },
  {
    of: "E62",
    name: "of permissions, which ends sessions",
    prepare: loggedIn,
    body: { permissions: ["download"] },
    async check(answer, context) {
      assertEquals(membersOf(answer).permissions, ["download"]);
      await isOut(answer, context);
    },
  },
  {
    of: "E62",
    name: "of the password",
    prepare: made,
    body: { password: "y" },
    async check(_answer, { door }) {
      const ask = (password: string) =>
        http(door.port, "POST sessions/authorize", { body: { username: "somebody", password } });
      assertEquals((await ask("x")).status, 401);
      assertEquals((await ask("y")).status, 200);
    },
  },
  {
    of: "E62",
    name: "of an empty password",
    prepare: made,
    body: { password: "" },
    status: 422,
    field: ["password", "invalid"],
  },
  { of: "E62", name: "of nobody", body: { permissions: [] }, status: 404 },
  {
    of: "E62",
    name: "of one of the configuration",
    request: "PATCH web_users/admin",
    body: { permissions: [] },
    status: 400,
  },
  {
    of: "E63",
    name: "of one, which ends sessions, with its event",
    async prepare(context) {
      await loggedIn(context);
      await context.socket.ask("POST web_users/listeners/web_user_removed");
    },
    async check(answer, context) {
      await isOut(answer, context);
      const { data } = await context.socket.event("web_user_removed");
      assertEquals((data as { id: string }).id, "somebody");
    },
  },
  { of: "E63", name: "of nobody", status: 404 },
  {
    of: "E63",
    name: "of one of the configuration",
    request: "DELETE web_users/admin",
    status: 400,
  },
];
