/** Rows of module `extensions` and of our own endpoints, on a whole host. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TestHost } from "../../../lib/testing.ts";
import { type Answer, type ApiConnection, http, membersOf } from "../api_client.ts";
import { asAdmin, eventsUntil, namesOf } from "../host_api.ts";
import { argumentsOf, type TestPackage } from "../packages_host.ts";

/** What a row may use. */
export interface HostContext {
  app: TestHost;
  port: number;
  /** Tokens by the `as` of rows. */
  tokens: ReadonlyMap<Asker, string>;
  /** Hears all events of the module. */
  observer: ApiConnection;
  /** Of the session that asks; connected whatever the transport. */
  socket: ApiConnection | undefined;
  over: "http" | "socket";
}

/**
 * Who asks: somebody who may do everything, the extension `airdcpp-x` itself, the extension
 * `airdcpp-y`, somebody with all permissions but `admin`, somebody without any, nobody.
 */
export type Asker = "admin" | "owner" | "other" | "user" | "few" | "none";

/** One row. */
export interface HostRow {
  of: string;
  name: string;
  request?: string | ((context: HostContext) => string);
  body?: unknown | ((context: HostContext) => unknown);
  /** Default `admin`. */
  as?: Asker;
  /** Default both. */
  over?: "http" | "socket";
  /** What is done before anybody connects. */
  before?(context: HostContext): void | Promise<void>;
  prepare?(context: HostContext): void | Promise<void>;
  status?: number;
  field?: [field: string, code: string];
  check?(answer: Answer, context: HostContext): void | Promise<void>;
}

/** Keys of EXTENSION in the order of section 12.2. */
export const EXTENSION_KEYS =
  "id name description version homepage author disabled running private logs engines managed has_settings"
    .split(" ");

/** The packages of the rows' host; `airdcpp-x` and `airdcpp-y` run. */
export const PACKAGES: Record<string, TestPackage> = {
  "airdcpp-x": { manifest: { homepage: "https://x.example/", airdcpp: { apiVersion: 1 } } },
  "airdcpp-y": {},
  "airdcpp-idle": { manifest: { private: true }, settings: { DISABLED: "" } },
  "airdcpp-unstartable": {
    manifest: { engines: { perl6: "*" } },
    settings: { DISABLED: "" },
  },
  "airdcpp-gone-http": { settings: { DISABLED: "" } },
  "airdcpp-gone-socket": { settings: { DISABLED: "" } },
};

const MANIFEST = {
  name: "airdcpp-remote",
  version: "1.0.0",
  description: "d",
  author: { name: "me", email: "nobody@example" },
  main: "x.js",
  airdcpp: { apiVersion: 1, hasSettings: true },
  keywords: [1],
};
const DEFINITIONS = [
  { key: "greeting", title: "Greeting", type: "string", default_value: "hello" },
  { key: "interval", title: "Interval", type: "number", default_value: 60, min: 1 },
  { key: "secret", title: "Secret", type: "password", default_value: "", optional: true },
];
const SETTINGS = "extensions/airdcpp-x/settings";

/** Defines the settings of `airdcpp-x`, unless it has done so. */
async function defined({ port, tokens }: HostContext): Promise<void> {
  const token = tokens.get("owner");
  await http(port, `POST ${SETTINGS}/definitions`, { body: DEFINITIONS, token });
}

/** Stopped and started, so that there are no definitions; the tokens of before are of no use. */
async function startedAnew({ app, tokens }: HostContext): Promise<void> {
  await asAdmin(app, "POST extensions/airdcpp-x/stop");
  await Deno.remove(`${app.folder}/packages/airdcpp-x/settings/argv.json`).catch(() => {});
  await asAdmin(app, "POST extensions/airdcpp-x/start");
  const token = (await argumentsOf(app, "airdcpp-x")).get("authToken")!;
  (tokens as Map<Asker, string>).set("owner", token);
}

async function forgotten({ observer }: HostContext): Promise<void> {
  await observer.ask("GET sessions/self");
  observer.events.length = 0;
}

const needsOwner = [{ as: "other", status: 403 }] as const;

export const EXTENSIONS_ROWS: HostRow[] = [
  {
    of: "E11",
    name: "of all, in full",
    check({ data }) {
      const all = data as Record<string, unknown>[];
      const names = all.map(({ name }) => name);
      assertEquals(names.sort(), Object.keys(PACKAGES).sort());
      const one = all.find(({ name }) => name === "airdcpp-x")!;
      assertEquals(Object.keys(one), EXTENSION_KEYS);
      const { logs, ...rest } = one;
      assertEquals(rest, {
        id: "airdcpp-x",
        name: "airdcpp-x",
        description: "The package airdcpp-x",
        version: "1.0.0",
        homepage: "https://x.example/",
        author: "somebody",
        disabled: false,
        running: true,
        private: false,
        engines: ["node"],
        managed: true,
        has_settings: false,
      });
      const type = { id: "file", content_type: "", str: "log" };
      assertEquals(logs, [
        { name: "error.log", type, size: 0 },
        { name: "output.log", type, size: 0 },
      ]);
      const idle = all.find(({ name }) => name === "airdcpp-idle")!;
      assertEquals([idle.disabled, idle.running, idle.private], [true, false, true]);
    },
  },
  {
    of: "E12",
    name: "of a manifest with more than is needed",
    body: MANIFEST,
    prepare: forgotten,
    async check({ data }, { observer, app }) {
      const own = data as Record<string, unknown>;
      assertEquals(Object.keys(own), EXTENSION_KEYS);
      assertEquals(
        [own.running, own.managed, own.logs, own.author],
        [false, false, [], "me"],
      );
      const added = await observer.event("extension_added");
      assertEquals([added.id, added.data], [undefined, data]);
      await asAdmin(app, "DELETE extensions/airdcpp-remote");
      await observer.event("extension_removed");
    },
  },
  {
    of: "E12",
    name: "in the place of an earlier one",
    body: { ...MANIFEST, version: "2.0.0" },
    async prepare(context) {
      await asAdmin(context.app, "POST extensions", MANIFEST);
      await forgotten(context);
    },
    async check(_answer, { observer, app }) {
      const events = await eventsUntil(observer, "extension_added");
      assertEquals(namesOf(events), ["extension_removed", "extension_added"]);
      assertEquals(
        events.map(({ data }) => (data as { version: string }).version),
        ["1.0.0", "2.0.0"],
      );
      await asAdmin(app, "DELETE extensions/airdcpp-remote");
    },
  },
  {
    of: "E12",
    name: "of a managed one's name",
    body: { ...MANIFEST, name: "airdcpp-x" },
    status: 400,
  },
  {
    of: "E12",
    name: "of a managed one's name in other letters",
    body: { ...MANIFEST, name: "airdcpp-X" },
    status: 400,
  },
  {
    of: "E12",
    name: "of another kind of name",
    body: { ...MANIFEST, name: "other-x" },
    status: 400,
  },
  { of: "E12", name: "of nothing", status: 400 },
  { of: "E12", name: "of a list", body: [MANIFEST], status: 400 },
  ...["name", "version", "description", "author", "airdcpp"].map((key): HostRow => ({
    of: "E12",
    name: `without ${key}`,
    body: { ...MANIFEST, [key]: undefined },
    status: 400,
    check: ({ data }) => assertMatch((data as { message: string }).message, new RegExp(key)),
  })),
  {
    of: "E13",
    name: "of what cannot be had: the outcome comes by events",
    body: { install_id: "it", url: "http://127.0.0.1:1/x.tgz", shasum: "a".repeat(40) },
    prepare: forgotten,
    async check(_answer, { observer }) {
      const events = await eventsUntil(observer, "extension_installation_failed");
      assertEquals(namesOf(events), [
        "extension_installation_started",
        "extension_installation_failed",
      ]);
      assertEquals(events[0]!.data, { install_id: "it" });
      const failed = events[1]!.data as Record<string, string>;
      assertEquals(Object.keys(failed), ["install_id", "error", "message"]);
      assertEquals([failed.install_id, failed.error], ["it", failed.message]);
    },
  },
  {
    of: "E13",
    name: "without install_id",
    body: { url: "http://127.0.0.1:1/" },
    status: 422,
    field: ["install_id", "missing_field"],
  },
  {
    of: "E13",
    name: "without url",
    body: { install_id: "it" },
    status: 422,
    field: ["url", "missing_field"],
  },
  ...["file:///etc/passwd", "ftp://x/", "x.tgz", 5].map((url): HostRow => ({
    of: "E13",
    name: `of ${url}`,
    body: { install_id: "it", url },
    status: 422,
    field: ["url", "invalid"],
  })),
  {
    of: "E14",
    name: "of the engines",
    check({ data }) {
      const { node, python3 } = data as Record<string, string | null>;
      assert(typeof node === "string" && node.length > 0);
      assert(python3 === null || typeof python3 === "string");
    },
  },
  {
    of: "E17",
    name: "of one",
    check: ({ data }) => assertEquals(Object.keys(data as object), EXTENSION_KEYS),
  },
  { of: "E17", name: "in other letters", request: "GET extensions/airdcpp-X" },
  { of: "E17", name: "of nobody", request: "GET extensions/airdcpp-nobody", status: 404 },
  { of: "E17", name: "of another kind of name", request: "GET extensions/other", status: 400 },
  ...[true, false].map((disabled): HostRow => ({
    of: "E18",
    name: `with disabled ${disabled}`,
    request: "PATCH extensions/airdcpp-y",
    body: { disabled },
    async prepare(context) {
      await asAdmin(context.app, "PATCH extensions/airdcpp-y", { disabled: !disabled });
      await forgotten(context);
    },
    async check(_answer, { app, observer }) {
      const { id, data } = await observer.event("extension_updated");
      assertEquals([id, data], ["airdcpp-y", { disabled }]);
      const flag = `${app.folder}/packages/airdcpp-y/settings/DISABLED`;
      assertEquals(await Deno.stat(flag).then(() => true, () => false), disabled);
      const { running } = membersOf(await asAdmin(app, "GET extensions/airdcpp-y"));
      assertEquals(running, true);
      await asAdmin(app, "PATCH extensions/airdcpp-y", { disabled: false });
    },
  })),
  {
    of: "E18",
    name: "with nothing to change",
    body: {},
    prepare: forgotten,
    async check(_answer, { observer }) {
      await observer.ask("GET sessions/self");
      assertEquals(namesOf(observer.events), []);
    },
  },
  {
    of: "E18",
    name: "with a text",
    body: { disabled: "yes" },
    status: 422,
    field: ["disabled", "invalid"],
  },
  { of: "E18", name: "of nobody", request: "PATCH extensions/airdcpp-nobody", status: 404 },
  {
    of: "E19",
    name: "of a managed one, with all that was there",
    request: ({ over }) => `DELETE extensions/airdcpp-gone-${over}`,
    prepare: forgotten,
    async check(_answer, { app, observer, over }) {
      const { data } = await observer.event("extension_removed");
      assertEquals((data as { name: string }).name, `airdcpp-gone-${over}`);
      const folder = `${app.folder}/packages/airdcpp-gone-${over}`;
      assertEquals(await Deno.stat(folder).then(() => true, () => false), false);
    },
  },
  {
    of: "E19",
    name: "of an unmanaged one",
    request: "DELETE extensions/airdcpp-remote",
    async prepare(context) {
      await asAdmin(context.app, "POST extensions", MANIFEST);
      await forgotten(context);
    },
    async check(_answer, { observer }) {
      await observer.ask("GET sessions/self");
      assertEquals(namesOf(observer.events), ["extension_removed"]);
      observer.events.length = 0;
    },
  },
  { of: "E19", name: "of nobody", request: "DELETE extensions/airdcpp-nobody", status: 404 },
  {
    of: "E20",
    name: "of a running one",
    prepare: forgotten,
    check: async (_answer, { observer }) => {
      await observer.ask("GET sessions/self");
      assertEquals(namesOf(observer.events), []);
    },
  },
  {
    of: "E20",
    name: "of a disabled one",
    request: "POST extensions/airdcpp-idle/start",
    async prepare(context) {
      await asAdmin(context.app, "POST extensions/airdcpp-idle/stop");
      await forgotten(context);
    },
    async check(_answer, { app, observer }) {
      const events = await eventsUntil(observer, "extension_started");
      assertEquals(namesOf(events), [
        "extension_updated airdcpp-idle",
        "extension_started airdcpp-idle",
      ]);
      assertEquals(events[0]!.data, { running: true });
      const { running, disabled } = events[1]!.data as Record<string, unknown>;
      assertEquals([running, disabled], [true, true]);
      await asAdmin(app, "POST extensions/airdcpp-idle/stop");
    },
  },
  {
    of: "E20",
    name: "of one whose engine is not configured",
    request: "POST extensions/airdcpp-unstartable/start",
    prepare: forgotten,
    status: 500,
    async check({ data }, { observer, app }) {
      assertMatch((data as { message: string }).message, /perl6/);
      await observer.ask("GET sessions/self");
      assertEquals(namesOf(observer.events), []);
      // No session is left of it.
      const { data: sessions } = await asAdmin(app, "GET sessions");
      const users = (sessions as { user: { username: string } }[]).map(({ user }) => user.username);
      assert(!users.includes("airdcpp-unstartable"));
    },
  },
  {
    of: "E20",
    name: "of an unmanaged one",
    request: "POST extensions/airdcpp-remote/start",
    prepare: async ({ app }) => void await asAdmin(app, "POST extensions", MANIFEST),
    check: async (_answer, { app }) => void await asAdmin(app, "DELETE extensions/airdcpp-remote"),
  },
  { of: "E20", name: "of nobody", request: "POST extensions/airdcpp-nobody/start", status: 404 },
  {
    of: "E21",
    name: "of a running one",
    request: "POST extensions/airdcpp-idle/stop",
    async prepare(context) {
      await asAdmin(context.app, "POST extensions/airdcpp-idle/start");
      await forgotten(context);
    },
    async check(_answer, { observer }) {
      const events = await eventsUntil(observer, "extension_stopped");
      assertEquals(namesOf(events), [
        "extension_updated airdcpp-idle",
        "extension_stopped airdcpp-idle",
      ]);
      assertEquals(events[0]!.data, { running: false });
      assertEquals((events[1]!.data as { running: boolean }).running, false);
    },
  },
  { of: "E21", name: "of a stopped one", request: "POST extensions/airdcpp-idle/stop" },
  {
    of: "E21",
    name: "of an unmanaged one",
    request: "POST extensions/airdcpp-remote/stop",
    prepare: async ({ app }) => void await asAdmin(app, "POST extensions", MANIFEST),
    status: 500,
    check: async (_answer, { app }) => void await asAdmin(app, "DELETE extensions/airdcpp-remote"),
  },
  { of: "E21", name: "of nobody", request: "POST extensions/airdcpp-nobody/stop", status: 404 },
  { of: "E22", name: "of itself", as: "owner" },
  { of: "E22", name: "by an admin" },
  { of: "E22", name: "by a user", as: "user", status: 403 },
  { of: "E22", name: "of nobody", request: "POST extensions/airdcpp-nobody/ready", status: 404 },
  {
    of: "E23",
    name: "of one without any",
    request: "GET extensions/airdcpp-y/settings",
    check: ({ data }) => assertEquals(data, {}),
  },
  ...(["owner", "admin"] as const).map((as): HostRow => ({
    of: "E23",
    name: `with passwords for ${as}`,
    as,
    async prepare(context) {
      await defined(context);
      const body = { greeting: "hello", interval: 60, secret: "pass" };
      await asAdmin(context.app, `PATCH ${SETTINGS}`, body);
    },
    check: ({ data }) => assertEquals(data, { greeting: "hello", interval: 60, secret: "pass" }),
  })),
  {
    of: "E23",
    name: "without passwords for a user",
    as: "user",
    async prepare(context) {
      await defined(context);
      await asAdmin(context.app, `PATCH ${SETTINGS}`, { secret: "pass" });
    },
    check({ data }) {
      const { secret } = data as Record<string, string>;
      assert(secret !== "pass" && secret !== "", secret);
    },
  },
  { of: "E23", name: "of nobody", request: "GET extensions/airdcpp-nobody/settings", status: 404 },
  {
    of: "E24",
    name: "by itself, which hears of it too",
    as: "owner",
    body: { interval: 5, greeting: "hello" },
    async prepare(context) {
      await defined(context);
      await context.socket?.ask("POST extensions/airdcpp-x/listeners/extension_settings_updated");
      await forgotten(context);
    },
    async check(_answer, { observer, socket }) {
      // The submitted keys, as submitted, also where nothing changed.
      const data = { interval: 5, greeting: "hello" };
      const frame = { event: "extension_settings_updated", id: "airdcpp-x", data };
      const heard = await observer.event("extension_settings_updated");
      assertEquals(heard, frame);
      assertEquals(await socket!.event("extension_settings_updated"), frame);
    },
  },
  { of: "E24", name: "by a user", as: "user", body: { interval: 6 }, prepare: defined },
  {
    of: "E24",
    name: "with an unknown key and a good one, which stays as it was",
    body: { interval: 7, bad: 1 },
    status: 422,
    field: ["bad", "invalid"],
    async prepare(context) {
      await defined(context);
      await asAdmin(context.app, `PATCH ${SETTINGS}`, { interval: 5 });
    },
    async check(_answer, { app }) {
      assertEquals(membersOf(await asAdmin(app, `GET ${SETTINGS}`)).interval, 5);
    },
  },
  {
    of: "E24",
    name: "with a number that is too small",
    body: { interval: 0 },
    prepare: defined,
    status: 422,
    field: ["interval", "invalid"],
  },
  {
    of: "E24",
    name: "of nobody",
    request: "PATCH extensions/airdcpp-nobody/settings",
    body: {},
    status: 404,
  },
  {
    of: "E25",
    name: "of one with settings",
    prepare: defined,
    check({ data }) {
      const [greeting, interval, secret] = data as unknown[];
      assertEquals(greeting, DEFINITIONS[0]);
      assertEquals(interval, DEFINITIONS[1]);
      assertEquals(secret, DEFINITIONS[2]);
    },
  },
  {
    of: "E25",
    name: "of one without any",
    request: "GET extensions/airdcpp-y/settings/definitions",
    check: ({ data }) => assertEquals(data, []),
  },
  {
    of: "E25",
    name: "of nobody",
    request: "GET extensions/airdcpp-nobody/settings/definitions",
    status: 404,
  },
  {
    of: "E26",
    name: "by itself",
    as: "owner",
    body: DEFINITIONS,
    before: startedAnew,
    prepare: forgotten,
    async check(_answer, { observer }) {
      const { id, data } = await observer.event("extension_updated");
      assertEquals([id, data], ["airdcpp-x", { has_settings: true }]);
    },
  },
  {
    of: "E26",
    name: "for a second time",
    as: "owner",
    body: DEFINITIONS,
    prepare: defined,
    status: 409,
  },
  {
    of: "E26",
    name: "of none, and then of some",
    as: "owner",
    body: [],
    before: startedAnew,
    async check(_answer, context) {
      const { app, port, tokens } = context;
      assertEquals(membersOf(await asAdmin(app, "GET extensions/airdcpp-x")).has_settings, false);
      const token = tokens.get("owner");
      const again = await http(port, `POST ${SETTINGS}/definitions`, { body: DEFINITIONS, token });
      assertEquals(again.status, 204);
    },
  },
  {
    of: "E26",
    name: "by an admin who is not it",
    body: DEFINITIONS,
    before: startedAnew,
    status: 409,
  },
  { of: "E26", name: "by another extension", as: "other", body: DEFINITIONS, status: 409 },
  {
    of: "E26",
    name: "without a title",
    as: "owner",
    body: [{ key: "a", type: "string", default_value: "" }],
    before: startedAnew,
    status: 422,
    field: ["title", "missing_field"],
  },
  {
    of: "E26",
    name: "of nobody",
    request: "POST extensions/airdcpp-nobody/settings/definitions",
    body: [],
    status: 404,
  },
  ...["E23", "E24"].flatMap((of): HostRow[] =>
    needsOwner.map((row) => ({
      of,
      name: "by another extension",
      body: of === "E24" ? { interval: 1 } : undefined,
      ...row,
    }))
  ),
  { of: "E22", name: "by another extension", as: "other", status: 403 },
];
