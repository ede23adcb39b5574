/**
 * Module `web_users` (contracts: AirDC++ 12.7, E59 to E65).
 *
 * @module
 */

import { ApiError } from "../api_error.ts";
import { Fields, invalid } from "../fields.ts";
import type { Login } from "../login.ts";
import { type Access, isAccess } from "../permissions.ts";
import type { ApiModule } from "../route.ts";
import type { Sessions } from "../sessions.ts";
import type { Users, WebUser } from "../users.ts";

/** What the module is made of. */
export interface WebUsersModuleOptions {
  sessions: Sessions;
  users: Users;
  login: Login;
  /** Where its events go. */
  publish(module: string, event: string, data: unknown): void;
}

/** Makes the module. */
export function webUsersModule(options: WebUsersModuleOptions): ApiModule {
  const { sessions, users, login, publish } = options;
  const tell = (event: string) => (user: WebUser) =>
    publish("web_users", event, login.userBody(user));
  users.observe({
    added: tell("web_user_added"),
    updated: tell("web_user_updated"),
    removed: tell("web_user_removed"),
  });

  function find(params: ReadonlyMap<string, string>): WebUser {
    const user = users.get(params.get("username")!);
    if (user === undefined) throw new ApiError(404, "There is no such user");
    return user;
  }

  return {
    name: "web_users",
    events: {
      permission: "admin",
      names: new Map([
        ["web_user_added", "module"],
        ["web_user_updated", "module"],
        ["web_user_removed", "module"],
      ]),
    },
    routes: [
      {
        method: "GET",
        path: "web_users",
        permission: "admin",
        run: () => users.all.map((user) => login.userBody(user)),
      },
      {
        method: "POST",
        path: "web_users",
        permission: "admin",
        async run({ body }) {
          const fields = new Fields(body);
          const username = fields.text("username");
          const password = fields.text("password");
          const permissions = accessList(fields) ?? [];
          return login.userBody(await users.add(username, { password, permissions }));
        },
      },
      {
        method: "GET",
        path: "web_users/{username}",
        permission: "admin",
        run: ({ params }) => login.userBody(find(params)),
      },
      {
        method: "PATCH",
        path: "web_users/{username}",
        permission: "admin",
        async run({ params, body, session }) {
          const user = find(params);
          const fields = new Fields(body);
          const password = fields.optional("password", (name) => fields.text(name));
          await users.update(user, { password, permissions: accessList(fields) });
          sessions.endOf(user, session);
          return login.userBody(user);
        },
      },
      {
        method: "DELETE",
        path: "web_users/{username}",
        permission: "admin",
        run({ params }) {
          const user = find(params);
          users.remove(user);
          sessions.endOf(user);
        },
      },
    ],
  };
}

function accessList(fields: Fields): Access[] | undefined {
  const list = fields.optional("permissions", (name) => fields.texts(name));
  if (list === undefined) return undefined;
  if (!list.every(isAccess)) throw invalid("permissions", "a list of access strings");
  return list;
}
