/** The recorded sequences (contracts: AirDC++ 15), request by request, against a whole host. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TestHost } from "../../lib/testing.ts";
import { membersOf } from "./api_client.ts";
import { asAdmin, observer } from "./host_api.ts";
import { argumentsOf, startPackagesHost, type TestPackage } from "./packages_host.ts";
import { RecordedClient } from "./recorded_client.ts";

const NAME = "airdcpp-probe";
const PROBE: TestPackage = {
  manifest: { airdcpp: { apiVersion: 1, signalReady: true } },
  settings: { DISABLED: "" },
};
const DEFINITIONS =
  `[{"key":"greeting","title":"Greeting","type":"string","default_value":"hello"},` +
  `{"key":"interval","title":"Interval","type":"number","default_value":60,"min":1}]`;
const LOGIN_KEYS = "session_id auth_token token_type user system_info wizard_pending".split(" ");
const SYSTEM_KEYS =
  "api_version api_feature_level path_separator platform hostname cid client_version client_started language"
    .split(" ");

/** Starts the probe; its arguments in their order. */
async function startProbe(app: TestHost): Promise<Map<string, string>> {
  assertEquals((await asAdmin(app, `POST extensions/${NAME}/start`)).status, 204);
  return await argumentsOf(app, NAME);
}

/** Connects as the probe and authenticates: the first two steps of every recording. */
async function connected(app: TestHost, token: string): Promise<RecordedClient> {
  const client = await RecordedClient.connect(app.host.port);
  const answer = JSON.parse(
    await client.ask(
      `{"path":"sessions/socket","method":"POST","data":{"auth_token":"${token}"},"callback_id":1}`,
    ),
  );
  assertEquals([answer.callback_id, answer.code], [1, 200]);
  assertEquals(Object.keys(answer), ["callback_id", "code", "data"]);
  assertEquals(Object.keys(answer.data), LOGIN_KEYS);
  assertEquals(answer.data.auth_token, token);
  assertEquals(Object.keys(answer.data.system_info), SYSTEM_KEYS);
  assertEquals(answer.data.system_info.api_feature_level, 10);
  assert(Number.isInteger(answer.data.session_id) && answer.data.session_id > 0);
  return client;
}

function request(path: string, method: string, { data, id }: { data?: string; id: number }) {
  const member = data === undefined ? "" : `"data":${data},`;
  return `{"path":"${path}","method":"${method}",${member}"callback_id":${id}}`;
}

/** Sends what was recorded; a number stands for that code without data. */
async function replay(
  client: RecordedClient,
  rows: [path: string, method: string, data: string | undefined, answer: number | string][],
  { from }: { from: number },
): Promise<void> {
  let id = from;
  for (const [path, method, data, answer] of rows) {
    const text = await client.ask(request(path, method, { ...(data && { data }), id }));
    const expected = typeof answer === "number"
      ? `{"callback_id":${id},"code":${answer}}`
      : `{"callback_id":${id},"code":200,"data":${answer}}`;
    assertEquals(text, expected, `${method} ${path}`);
    id++;
  }
}

const OWN = `extensions/${NAME}`;

Deno.test("15.1 first start, with debug, signalReady and appPid", async () => {
  await using app = await startPackagesHost({ [NAME]: PROBE });
  const settings = { extensions_debug_mode: true, ping_interval: 1, ping_timeout: 1 };
  assertEquals((await asAdmin(app, "POST settings/set", settings)).status, 204);
  await using all = await observer(app);
  const args = await startProbe(app);
  assertEquals(
    [...args.keys()],
    "name apiUrl authToken logPath settingsPath debug signalReady appPid".split(" "),
  );
  assertMatch(args.get("apiUrl")!, /^(localhost|127\.0\.0\.1):\d+\/api\/v1\/$/);
  assertMatch(args.get("authToken")!, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert(
    args.get("logPath")!.endsWith("/logs/") && args.get("settingsPath")!.endsWith("/settings/"),
  );
  assertEquals([args.get("name"), args.get("appPid")], [NAME, String(Deno.pid)]);
  using client = await connected(app, args.get("authToken")!);
  assertMatch(client.head, /^HTTP\/1\.1 101 /);
  assert(!/sec-websocket-(protocol|extensions)/i.test(client.head), client.head);
  await replay(client, [
    ["settings/get", "POST", `{"keys":["ping_timeout"]}`, `{"ping_timeout":1}`],
    [`${OWN}/settings/definitions`, "POST", DEFINITIONS, 204],
    [`${OWN}/settings`, "GET", undefined, `{"greeting":"hello","interval":60}`],
    [`${OWN}/listeners/extension_settings_updated`, "POST", undefined, 204],
    ["extensions/listeners/extension_added", "POST", undefined, 204],
    [`${OWN}/listeners/extension_updated`, "POST", undefined, 204],
    ["menus/listeners/extension_menuitem_selected", "POST", undefined, 204],
    ["menus/hooks/extension_list_menuitems", "POST", `{"id":"${NAME}","name":"Menu"}`, 204],
    ["events", "POST", `{"text":"started","severity":"info"}`, 204],
    [`${OWN}/ready`, "POST", undefined, 204],
  ], { from: 2 });

  // A ping with an empty payload, whose answer keeps the connection.
  assert(await client.isQuiet(2500));
  assert(client.pings.length > 0);
  assertEquals(new Set(client.pings), new Set([""]));

  await asAdmin(app, `PATCH ${OWN}/settings`, { greeting: "hei" });
  assertEquals(
    JSON.parse(await client.next()),
    { event: "extension_settings_updated", id: NAME, data: { greeting: "hei" } },
  );
  await asAdmin(app, `PATCH ${OWN}`, { disabled: false });
  assertEquals(
    JSON.parse(await client.next()),
    { event: "extension_updated", id: NAME, data: { disabled: false } },
  );
  const chosen = { selected_ids: [NAME], supports: ["urls", "form"] };
  const menu = asAdmin(app, "POST menus/extension/list_grouped", chosen);
  const question = JSON.parse(await client.next());
  assert(Number.isInteger(question.completion_id) && question.completion_id >= 1);
  const who = { entity_id: null, permissions: ["admin"], supports: ["urls", "form"] };
  assertEquals(question, {
    event: "extension_list_menuitems",
    completion_id: question.completion_id,
    data: { selected_ids: [NAME], ...who },
  });
  await replay(client, [[
    `menus/hooks/extension_list_menuitems/${question.completion_id}/resolve`,
    "POST",
    `{"menuitems":[{"id":"say","title":"Say"}]}`,
    204,
  ]], { from: 12 });
  assertEquals((await menu).data, [{
    id: NAME,
    title: "Menu",
    icon: {},
    items: [{
      id: "say",
      title: "Say",
      icon: {},
      hook_id: NAME,
      urls: [],
      form_definitions: null,
      children: null,
    }],
  }]);
  await asAdmin(app, "POST menus/extension/select", {
    ...chosen,
    hook_id: NAME,
    menuitem_id: "say",
  });
  assertEquals(JSON.parse(await client.next()), {
    event: "extension_menuitem_selected",
    data: {
      hook_id: NAME,
      menu_id: "extension",
      menuitem_id: "say",
      selected_ids: [NAME],
      ...who,
      form_values: {},
    },
  });
  const events = (await asAdmin(app, "GET events/1")).data as Record<string, unknown>[];
  assertEquals([events[0]!.text, events[0]!.label], ["started", NAME]);

  // 6.6: in this order, with what is true at the time.
  all.events.length = 0;
  await asAdmin(app, `POST ${OWN}/stop`);
  const told = [];
  for (let count = 0; count < 3; count++) told.push(all.events.shift()!);
  assertEquals(told.map(({ event, id }) => [event, id]), [
    ["extension_updated", NAME],
    ["extension_stopped", NAME],
    ["extension_updated", NAME],
  ]);
  assertEquals([told[0]!.data, told[2]!.data], [{ running: false }, { has_settings: false }]);
  const stopped = told[1]!.data as Record<string, unknown>;
  assertEquals(stopped.running, false);
  assertEquals(all.events, []);
  // Its session ends before its settings are cleared, and the socket with it (9.4).
  assertEquals(
    JSON.parse(await client.next()),
    { event: "extension_updated", id: NAME, data: { running: false } },
  );
  assertEquals(await client.next(), "close 1000");
});

Deno.test("15.2 second start, with saved settings", async () => {
  await using app = await startPackagesHost({ [NAME]: PROBE });
  const args = await startProbe(app);
  assert(!args.has("debug"));
  using client = await connected(app, args.get("authToken")!);
  await replay(client, [
    ["settings/get", "POST", `{"keys":["ping_timeout"]}`, `{"ping_timeout":10}`],
    [`${OWN}/settings/definitions`, "POST", DEFINITIONS, 204],
    [`${OWN}/settings`, "PATCH", `{"greeting":"saved"}`, 204],
    [`${OWN}/settings`, "GET", undefined, `{"greeting":"saved","interval":60}`],
    [`${OWN}/listeners/extension_settings_updated`, "POST", undefined, 204],
  ], { from: 2 });
  // 8.5: the one who changes hears of it too, before the answer.
  await client.send(request(`${OWN}/settings`, "PATCH", { data: `{"interval":5}`, id: 7 }));
  assertEquals(
    JSON.parse(await client.next()),
    { event: "extension_settings_updated", id: NAME, data: { interval: 5 } },
  );
  assertEquals(await client.next(), `{"callback_id":7,"code":204}`);
});

Deno.test("15.3 without appPid: a sign of life every now and then", async () => {
  await using app = await startPackagesHost({ [NAME]: PROBE }, {
    config: { packages: { grants: { [NAME]: { appPid: false } } } },
  });
  const args = await startProbe(app);
  assertEquals(
    [...args.keys()],
    "name apiUrl authToken logPath settingsPath signalReady".split(" "),
  );
  using client = await connected(app, args.get("authToken")!);
  await replay(client, [
    ["sessions/activity", "POST", undefined, 204],
    ["sessions/activity", "POST", undefined, 204],
  ], { from: 2 });
});

Deno.test("15.4 removing subscriptions, rejecting a hook, errors, logout", async () => {
  await using app = await startPackagesHost({ [NAME]: PROBE });
  using client = await connected(app, (await startProbe(app)).get("authToken")!);
  await replay(client, [
    [`${OWN}/settings/definitions`, "POST", DEFINITIONS, 204],
    [`${OWN}/listeners/extension_started`, "POST", undefined, 204],
    ["menus/hooks/extension_list_menuitems", "POST", `{"id":"${NAME}","name":"Menu"}`, 204],
  ], { from: 2 });
  const menu = asAdmin(app, "POST menus/extension/list_grouped", { selected_ids: [NAME] });
  const { completion_id } = JSON.parse(await client.next());
  const refused = await client.ask(
    request(`${OWN}/settings`, "PATCH", { data: `{"bad":1}`, id: 6 }),
  );
  const { message } = JSON.parse(refused).error;
  assert(typeof message === "string" && message.length > 0);
  assertEquals(
    refused,
    `{"callback_id":6,"code":422,"error":{"message":${JSON.stringify(message)},` +
      `"field":"bad","code":"invalid"}}`,
  );
  await replay(client, [
    [
      `menus/hooks/extension_list_menuitems/${completion_id}/reject`,
      "POST",
      `{"reject_id":"nope","message":"because"}`,
      204,
    ],
    [`${OWN}/listeners/extension_started`, "DELETE", undefined, 204],
    ["menus/hooks/extension_list_menuitems", "DELETE", undefined, 204],
  ], { from: 7 });
  assertEquals((await menu).data, []);
  const unasked = await asAdmin(app, "POST menus/extension/list_grouped", { selected_ids: [NAME] });
  assertEquals(unasked.data, []);
  await replay(client, [["sessions/self", "DELETE", undefined, 204]], { from: 11 });
  assertEquals(await client.next(), "close 1000");
});

Deno.test("15.6 an unmanaged extension, dropped and back within milliseconds", async () => {
  await using app = await startPackagesHost({});
  await using all = await observer(app);
  const remote = "airdcpp-remote-dev";
  const manifest =
    `{"name":"${remote}","version":"1.0.0","description":"d","author":"me","main":"x.js","airdcpp":{"apiVersion":1}}`;
  const registration = (id: number) => request("extensions", "POST", { data: manifest, id });
  let client = await RecordedClient.connect(app.host.port);
  try {
    const login = JSON.parse(
      await client.ask(
        `{"path":"sessions/authorize","method":"POST","data":{"username":"admin","password":"admin-password","grant_type":"password"},"callback_id":1}`,
      ),
    );
    assertEquals(login.code, 200);
    assertEquals(Object.keys(login.data).sort(), [...LOGIN_KEYS, "refresh_token"].sort());
    const registered = JSON.parse(await client.ask(registration(2)));
    assertEquals([registered.callback_id, registered.code], [2, 200]);
    assertEquals(registered.data.id, remote);
    const token = login.data.auth_token;
    let id = 3;
    for (let drop = 0; drop < 10; drop++) {
      client.drop();
      client = await RecordedClient.connect(app.host.port);
      const again = await client.ask(
        `{"path":"sessions/socket","method":"POST","data":{"auth_token":"${token}"},"callback_id":${id}}`,
      );
      assertEquals(JSON.parse(again).code, 200);
      assertEquals(JSON.parse(await client.ask(registration(id + 1))).code, 200);
      id += 2;
    }
    // The end of the former connections must not take this registration along.
    await all.ask("GET sessions/self");
    for (let look = 0; look < 20; look++) {
      assertEquals((await asAdmin(app, `GET extensions/${remote}`)).status, 200);
    }
    const names = all.events.map(({ event }) => event);
    assertEquals(names.filter((name) => name === "extension_added").length, 11);
    assertEquals(names.filter((name) => name === "extension_removed").length, 10);
    names.forEach((name, at) => {
      assertEquals(name, at % 2 === 0 ? "extension_added" : "extension_removed");
    });
    all.events.length = 0;
    client.drop();
    await all.event("extension_removed");
    assertEquals((await asAdmin(app, `GET extensions/${remote}`)).status, 404);
  } finally {
    client.drop();
  }
});

Deno.test("15.7 an extension over HTTP alone", async () => {
  await using app = await startPackagesHost({ [NAME]: PROBE });
  const token = (await startProbe(app)).get("authToken")!;
  const body =
    `{"text": "Test message sent by extension airdcpp-example-python-extension", "severity": "info"}`;
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: app.host.port });
  const lines = [
    "POST /api/v1/events HTTP/1.1",
    "Accept-Encoding: identity",
    `Content-Length: ${body.length}`,
    `Host: localhost:${app.host.port}`,
    "User-Agent: Python-urllib/3.11",
    `Authorization: ${token}`,
    "Content-Type: application/json",
    "Connection: close",
    "",
    body,
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  const response = await new Response(connection.readable).text();
  assertMatch(response, /^HTTP\/1\.1 204 /);
  const events = (await asAdmin(app, "GET events/1")).data as Record<string, unknown>[];
  assertEquals(events[0]!.text, JSON.parse(body).text);
  assertEquals([events[0]!.label, events[0]!.severity], [NAME, "info"]);
  const details = membersOf(await asAdmin(app, `GET outrigger/packages/${NAME}`));
  assertEquals(details.state, "connected");
});
