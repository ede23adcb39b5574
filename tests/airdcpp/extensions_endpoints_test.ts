/** Every endpoint of module `extensions`, on a whole host, over HTTP and over WebSocket. */

import { assert, assertEquals } from "@std/assert";
import { ACCESS } from "../../lib/airdcpp/permissions.ts";
import { EXTENSION_EVENTS } from "../../lib/airdcpp/modules/extensions.ts";
import type { TestHost } from "../../lib/testing.ts";
import { ApiConnection, http, membersOf } from "./api_client.ts";
import { type Endpoint, ENDPOINTS, moduleOf } from "./endpoints.ts";
import { adminToken, loginAs, observer } from "./host_api.ts";
import { argumentsOf, startPackagesHost } from "./packages_host.ts";
import {
  type Asker,
  EXTENSIONS_ROWS,
  type HostContext,
  type HostRow,
  PACKAGES,
} from "./rows/extensions.ts";

const OTHERS = ACCESS.filter((access) => access !== "admin");

/** Rows that follow from the table alone. */
function tableRows({ id, request, listener, permission }: Endpoint): HostRow[] {
  const rows: HostRow[] = [{ of: id, name: "without a session", as: "none", status: 401 }];
  const nobody = request.replace("airdcpp-x", "airdcpp-nobody");
  if (nobody !== request) {
    // 10.2: below an entity, whether it is there is looked at before anything else.
    const [, path] = nobody.split(" ");
    if (path!.split("/").length > 2) {
      rows.push(
        { of: id, name: "of nobody, without permission", request: nobody, as: "few", status: 404 },
        { of: id, name: "of nobody, by an unknown method", request: `PUT ${path}`, status: 404 },
      );
    }
    rows.push({
      of: id,
      name: "by an unknown method",
      request: `PUT ${request.split(" ")[1]}`,
      status: 405,
    });
  }
  if (permission === "admin") rows.push({ of: id, name: "without admin", as: "user", status: 403 });
  if (!listener) return rows;
  const unknown = request.replace(/\w+$/, "nonsense");
  const base = request.replace(/\w+$/, "");
  const ofEntity = request.includes("/airdcpp-x/");
  return [
    ...rows,
    { of: id, name: "with a socket" },
    { of: id, name: "of something unknown", request: unknown, status: 404 },
    ...[...EXTENSION_EVENTS].map(([event, level]): HostRow => ({
      of: id,
      name: `of ${event}`,
      request: base + event,
      status: ofEntity && level === "module" ? 404 : 204,
    })),
    ...(ofEntity
      ? [{ of: id, name: "of nobody", request: request.replace("-x/", "-nobody/"), status: 404 }]
      : []),
  ];
}

async function tried(row: HostRow, endpoint: Endpoint, context: HostContext): Promise<void> {
  const { port, tokens, over } = context;
  const { as = "admin" } = row;
  await row.before?.(context);
  const token = as === "none" ? undefined : tokens.get(as);
  await using socket = token === undefined
    ? await ApiConnection.open(port)
    : await ApiConnection.attach(port, token);
  const own = { ...context, socket };
  await row.prepare?.(own);
  const { request = endpoint.request, status = endpoint.success } = row;
  const asked = typeof request === "function" ? request(own) : request;
  const body = typeof row.body === "function" ? row.body(own) : row.body;
  const answer = over === "socket"
    ? await socket.ask(asked, body)
    : await http(port, asked, { body, token });
  assertEquals(answer.status, status, JSON.stringify(answer.data));
  if (status >= 400) assertEquals(typeof membersOf(answer).message, "string");
  if (status === 204) assertEquals(answer.data, undefined);
  if (row.field !== undefined) {
    const { field, code } = membersOf(answer);
    assertEquals([field, code], row.field);
  }
  await row.check?.(answer, own);
}

async function tokensOf(app: TestHost): Promise<Map<Asker, string>> {
  const [owner, other] = await Promise.all(
    ["airdcpp-x", "airdcpp-y"].map((name) => argumentsOf(app, name)),
  );
  return new Map<Asker, string>([
    ["admin", await adminToken(app)],
    ["user", await loginAs(app, "most")],
    ["few", await loginAs(app, "few")],
    ["owner", owner!.get("authToken")!],
    ["other", other!.get("authToken")!],
  ]);
}

const USER = { username: "most", password: "most-password", permissions: OTHERS };
const FEW = { username: "few", password: "few-password", permissions: [] };
const endpoints = ENDPOINTS.filter((endpoint) => moduleOf(endpoint) === "extensions");

for (const endpoint of endpoints) {
  const { id, request, success } = endpoint;
  const rows = [...EXTENSIONS_ROWS.filter(({ of }) => of === id), ...tableRows(endpoint)];
  Deno.test(`${id} ${request}`, async (test) => {
    assert(rows.some(({ status = success }) => status === success), "no row for success");
    const config = { packages: { users: [USER, FEW] } };
    await using app = await startPackagesHost(PACKAGES, { config });
    await using all = await observer(app);
    const tokens = await tokensOf(app);
    for (const row of rows) {
      for (const over of ["http", "socket"] as const) {
        if (row.over !== undefined && row.over !== over) continue;
        const context = {
          app,
          port: app.host.port,
          tokens,
          observer: all,
          socket: undefined,
          over,
        };
        await test.step({
          name: `${row.name}: ${row.status ?? success} over ${over}`,
          fn: () => tried(row, endpoint, context),
          sanitizeOps: false,
          sanitizeResources: false,
        });
      }
    }
  });

  const { permission } = endpoint;
  if (permission === "any" || permission === "none" || permission === "admin") continue;
  Deno.test(`${id} ${request} needs ${permission} and nothing else`, async () => {
    const users = [
      { username: "has", password: "has-password", permissions: [permission] },
      {
        username: "lacks",
        password: "lacks-password",
        permissions: OTHERS.filter((access) => access !== permission),
      },
    ];
    await using app = await startPackagesHost({ "airdcpp-x": {} }, {
      config: { packages: { users } },
    });
    for (const [name, refused] of [["has", false], ["lacks", true]] as const) {
      const token = await loginAs(app, name);
      const { status } = await http(app.host.port, request, { token });
      assertEquals(status === 403, refused, `${name}: ${status}`);
    }
  });
}

Deno.test("listeners of extensions without a socket are refused with 428", async () => {
  await using app = await startPackagesHost({ "airdcpp-x": {} });
  const token = await adminToken(app);
  for (const { request, listener } of endpoints) {
    if (!listener) continue;
    assertEquals((await http(app.host.port, request, { token })).status, 428, request);
  }
});

Deno.test("every endpoint of the contract is one of a module whose suite wants a row for each", () => {
  const suites = ["sessions", "settings", "system", "events", "menus", "web_users", "extensions"];
  const others = ENDPOINTS.filter((endpoint) => !suites.includes(moduleOf(endpoint)));
  // E66 is in own_endpoints_test.ts; E67 is left out (18 #15), E68 is not of the API.
  assertEquals(others.map(({ id }) => id), ["E66", "E67", "E68"]);
});

Deno.test("E13 of a URL that is being downloaded: started, then 409; other URLs are not concerned", async () => {
  await using app = await startPackagesHost({});
  await using all = await observer(app);
  const { promise: hold, resolve: go } = Promise.withResolvers<void>();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async () => {
    await hold;
    return new Response("gone", { status: 404 });
  });
  const url = `http://127.0.0.1:${server.addr.port}/x.tgz`;
  const download = (install_id: string, url: string) =>
    all.ask("POST extensions/download", { install_id, url });
  assertEquals((await download("first", url)).status, 204);
  assertEquals((await download("second", url)).status, 409);
  assertEquals((await download("third", `${url}?other`)).status, 204);
  const started = all.events.filter(({ event }) => event === "extension_installation_started");
  assertEquals(started.map(({ data }) => (data as { install_id: string }).install_id), [
    "first",
    "second",
    "third",
  ]);
  go();
  const failed = [
    await all.event("extension_installation_failed"),
    await all.event("extension_installation_failed"),
  ].map(({ data }) => (data as { install_id: string }).install_id);
  assertEquals(failed.sort(), ["first", "third"]);
  // It may be had again.
  assertEquals((await download("fourth", url)).status, 204);
  await all.event("extension_installation_failed");
});
