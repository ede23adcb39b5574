/**
 * `outrigger user`: who can log in to the API of packages.
 *
 * @module
 */

import { type Command, CommandError, EXIT, group, PACKAGES, PATH } from "./command.ts";
import { openStore } from "./ext/at_hand.ts";
import { HostApi } from "./ext/host_api.ts";
import { type Place, placeOf } from "./ext/place.ts";
import { askPassword } from "./prompt.ts";
import { table } from "./table.ts";

/** A user as the API tells it. */
interface User {
  username: string;
  permissions: string[];
  last_login: number;
}

const EVERYTHING = ["admin"];

const add: Command = {
  name: "user add",
  words: "NAME",
  count: [1, 1],
  summary: "Add a user, or give one another password",
  details:
    `Asks for the password on a terminal; else it is the first line of stdin. The host need not run.
What users may do is told by access strings, such as settings_view,settings_edit,events_view.`,
  options: [
    PATH,
    PACKAGES,
    { name: "permissions", value: "A,B", description: "What the user may do. Default: admin, all" },
  ],
  async run(input, terminal) {
    const [username = ""] = input.words;
    const given = input.text("permissions")?.split(",").map((it) => it.trim()).filter(Boolean);
    await checkPermissions(given ?? []);
    await using users = await usersOf(await placeOf(input));
    const known = (await users.list()).some((user) => user.username === username);
    const password = await askPassword(`Password of ${username}`);
    const user = known
      ? await users.change(username, { password, permissions: given })
      : await users.add(username, { password, permissions: given ?? EVERYTHING });
    if (input.flag("json")) terminal.json(shown(user), { oneLine: true });
    else {
      const verb = known ? "has a new password" : "was added";
      terminal.print(
        `User "${username}" ${verb} (${user.permissions.join(", ") || "may nothing"})`,
      );
    }
    return EXIT.fine;
  },
};

const list: Command = {
  name: "user list",
  words: "",
  count: [0, 0],
  summary: "List the users and what they may do",
  details: "Those of the configuration included. The host need not run.",
  options: [PATH, PACKAGES],
  async run(input, terminal) {
    await using users = await usersOf(await placeOf(input));
    const all = (await users.list()).map(shown);
    if (input.flag("json")) terminal.json(all);
    else if (all.length === 0) {
      terminal.print("There are no users: outrigger user add NAME adds one");
    } else {
      const grey = (text: string) => ({ text, paint: (it: string) => terminal.paint(it, "grey") });
      terminal.print(table([
        ["NAME", "LAST LOGIN", "PERMISSIONS"].map(grey),
        ...all.map(({ username, last_login, permissions }) => [
          username,
          last_login === 0
            ? "never"
            : new Date(last_login * 1000).toISOString().slice(0, 16).replace("T", " "),
          permissions.join(", ") || "none",
        ]),
      ]));
    }
    return EXIT.fine;
  },
};

const remove: Command = {
  name: "user remove",
  words: "NAME",
  count: [1, 1],
  summary: "Remove a user and end what it is logged in to",
  details: "The host need not run.",
  options: [PATH, PACKAGES],
  async run(input, terminal) {
    const [username = ""] = input.words;
    await using users = await usersOf(await placeOf(input));
    await users.remove(username);
    if (input.flag("json")) terminal.json({ username, removed: true }, { oneLine: true });
    else terminal.print(`User "${username}" was removed`);
    return EXIT.fine;
  },
};

/** The commands. */
export const user: Command = group({
  name: "user",
  summary: "Add, list and remove users of the API of packages",
  details: "Users log in to the API, and so do programs that register themselves as extensions.",
  commands: [add, list, remove],
});

interface UserList extends AsyncDisposable {
  list(): Promise<User[]>;
  add(name: string, user: { password: string; permissions: string[] }): Promise<User>;
  change(
    name: string,
    user: { password: string; permissions?: string[] | undefined },
  ): Promise<User>;
  remove(name: string): Promise<void>;
}

/** Those of the running host, or of its file where none runs. */
async function usersOf(place: Place): Promise<UserList> {
  const api = await HostApi.find(place.folder);
  if (typeof api === "string") return await usersOnDisk(place, api);
  const path = (name: string) => `web_users/${encodeURIComponent(name)}`;
  return {
    list: () => api.get("web_users"),
    add: (username, user) => api.post("web_users", { username, ...user }),
    change: (username, user) => api.patch(path(username), user),
    remove: (username) => api.delete(path(username)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function usersOnDisk({ folder, settings }: Place, noHost: string): Promise<UserList> {
  const { Users } = await import("../airdcpp/users.ts");
  const { isAccess } = await import("../airdcpp/permissions.ts");
  const store = await openStore(folder, noHost);
  const quiet = () => {};
  const users = await Users.open({
    folder: store.ownFolder,
    log: {
      debug: quiet,
      info: quiet,
      warning: (text) => console.error(text),
      error: (text) => console.error(text),
    },
    // Not their passwords: these need not be made for a list.
    configured: settings.users.map(({ username, permissions }) => ({
      username,
      permissions: permissions.filter(isAccess),
    })),
  });
  const told = (
    user: { username: string; lastLogin: number; permissions: { list: readonly string[] } },
  ) => ({
    username: user.username,
    permissions: [...user.permissions.list],
    last_login: user.lastLogin,
  });
  const there = (name: string) => {
    const user = users.get(name);
    if (user === undefined) throw new CommandError(`There is no user "${name}"`);
    return user;
  };
  const saved = async () => {
    // Why not is told by the log.
    if (!await users.flushed()) throw new CommandError("The users could not be saved");
  };
  return {
    list: () => Promise.resolve(users.all.map(told)),
    add: (name, { password, permissions }) =>
      readably(async () => {
        const user = await users.add(name, { password, permissions: permissions.filter(isAccess) });
        await saved();
        return told(user);
      }),
    change: (name, { password, permissions }) =>
      readably(async () => {
        await users.update(there(name), { password, permissions: permissions?.filter(isAccess) });
        await saved();
        return told(there(name));
      }),
    remove: (name) =>
      readably(async () => {
        users.remove(there(name));
        await saved();
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(store.close()),
  };
}

/** What the user gave that cannot be used, as an error of the command. */
async function readably<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CommandError || !(error instanceof Error)) throw error;
    const field = "field" in error ? String(error.field ?? "") : "";
    const told = field === "" || error.message.includes(field);
    throw new CommandError(told ? error.message : `${field}: ${error.message}`);
  }
}

async function checkPermissions(permissions: readonly string[]): Promise<void> {
  const { ACCESS, isAccess } = await import("../airdcpp/permissions.ts");
  const wrong = permissions.find((it) => !isAccess(it));
  if (wrong === undefined) return;
  throw new CommandError(
    `There is no permission "${wrong}": there are ${ACCESS.join(", ")}`,
    EXIT.usage,
  );
}

function shown({ username, permissions, last_login }: User): User {
  return { username, permissions, last_login };
}
