/** What the contract has no endpoint for: `outrigger/packages`, sessions of operators, uploads. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TestHost } from "../../lib/testing.ts";
import { ApiConnection, http, membersOf } from "./api_client.ts";
import { asAdmin, eventsUntil, loginAs, namesOf, observer, operatorToken } from "./host_api.ts";
import { argumentsOf, startPackagesHost, WAITING_SCRIPT } from "./packages_host.ts";
import { EXTENSION_KEYS } from "./rows/extensions.ts";
import { needs, python3 } from "../tools.ts";

const X = "outrigger/packages/airdcpp-x";
const ALL = [
  "POST outrigger/packages/install",
  "POST outrigger/packages/updates",
  "POST outrigger/packages/search",
  `GET ${X}`,
  `GET ${X}/logs/output.log`,
  `POST ${X}/restart`,
  "POST outrigger/manage",
  "POST outrigger/session",
];

function printing(...lines: string[]): string {
  return lines.map((line) => `console.log(${JSON.stringify(line)});`).join("\n") + WAITING_SCRIPT;
}

Deno.test("our own endpoints are for admin alone", async () => {
  await using app = await startPackagesHost({ "airdcpp-x": {} });
  const { port } = app.host;
  const extension = (await argumentsOf(app, "airdcpp-x")).get("authToken")!;
  for (const request of ALL) {
    assertEquals((await http(port, request)).status, 401, request);
    for (const token of [await loginAs(app, "viewer"), extension]) {
      assertEquals((await http(port, request, { token })).status, 403, request);
    }
  }
});

Deno.test("GET outrigger/packages/{name} tells of the process, its grant and what is asked for", async () => {
  const asks = { netHosts: ["example.org"] };
  await using app = await startPackagesHost(
    {
      "airdcpp-x": { manifest: { outrigger: { permissions: asks } } },
      "airdcpp-off": { settings: { DISABLED: "" } },
    },
    { config: { packages: { grants: { "airdcpp-x": { permissions: ["events_edit"] } } } } },
  );
  await argumentsOf(app, "airdcpp-x");
  const running = membersOf(await asAdmin(app, `GET ${X}`));
  assertEquals(Object.keys(running.extension as object), EXTENSION_KEYS);
  const { state, pid, uptime_ms, restarts, last_exit, folder, granted } = running;
  assertEquals([state, restarts, last_exit], ["starting", 0, null]);
  assertEquals(granted, ["events_edit"]);
  assertEquals(running.asks, asks);
  assertEquals(
    await Deno.realPath(folder as string),
    await Deno.realPath(`${app.folder}/packages/airdcpp-x`),
  );
  assert((pid as number) > 0 && (uptime_ms as number) >= 0);
  const off = membersOf(await asAdmin(app, "GET outrigger/packages/airdcpp-off"));
  assertEquals([off.state, off.pid, off.uptime_ms], ["stopped", null, null]);
  assertEquals((await asAdmin(app, "GET outrigger/packages/airdcpp-nobody")).status, 404);
});

Deno.test({
  name: "what a Python package prints is in its log while it runs",
  ...needs(python3),
  async fn() {
    const files = { "main.py": `import time\nprint("hello")\ntime.sleep(60)\n` };
    const manifest = { main: "main.py", engines: { python3: "*" } };
    await using app = await startPackagesHost({ "airdcpp-x": { files, manifest } });
    await app.eventually(async () => {
      const { status, data } = await asAdmin(app, `GET ${X}/logs/output.log`);
      return status === 200 && (data as { text: string }).text === "hello\n";
    });
  },
});

Deno.test("GET …/logs/{file} is the end of a log; other files are not there", async () => {
  await using app = await startPackagesHost({
    "airdcpp-x": { files: { "main.mjs": printing("hello", "from the package") } },
  });
  let text = "";
  await app.eventually(async () => {
    const answer = await asAdmin(app, `GET ${X}/logs/output.log`);
    text = answer.status === 200 ? membersOf(answer).text as string : "";
    return text.includes("from the package");
  });
  const { name, size } = membersOf(await asAdmin(app, `GET ${X}/logs/output.log`));
  assertEquals([name, size, text], ["output.log", text.length, "hello\nfrom the package\n"]);
  for (const file of ["nothing.log", "..%2fsettings%2fargv.json", ".hidden"]) {
    const { status } = await asAdmin(app, `GET ${X}/logs/${file}`);
    assert(status === 404 || status === 400, `${file}: ${status}`);
  }
  // fetch resolves dots before it sends; a frame does not.
  await using socket = await ApiConnection.attach(app.host.port, await operatorToken(app));
  for (const file of ["..", "../settings/argv.json", "..\\settings\\argv.json", "output.log/.."]) {
    const { status } = await socket.ask(`GET ${X}/logs/${file}`);
    assert(status === 404 || status === 400, `${file}: ${status}`);
  }
});

Deno.test("POST …/restart stops and starts, with all events, also what was stopped", async () => {
  await using app = await startPackagesHost({ "airdcpp-x": { settings: { DISABLED: "" } } });
  await using all = await observer(app);
  assertEquals((await all.ask("POST extensions/airdcpp-x/start")).status, 204);
  // All of them came before the answer.
  all.events.length = 0;
  const first = (await argumentsOf(app, "airdcpp-x")).get("authToken");
  const before = membersOf(await asAdmin(app, `GET ${X}`)).pid;
  assertEquals((await all.ask(`POST ${X}/restart`)).status, 204);
  const events = await eventsUntil(all, "extension_started");
  assertEquals(namesOf(events), [
    "extension_updated airdcpp-x",
    "extension_stopped airdcpp-x",
    "extension_updated airdcpp-x",
    "extension_started airdcpp-x",
  ]);
  assert(membersOf(await asAdmin(app, `GET ${X}`)).pid !== before);
  const { status } = await http(app.host.port, "GET sessions/self", { token: first });
  assertEquals(status, 401);
  await asAdmin(app, "POST extensions/airdcpp-x/stop");
  assertEquals((await asAdmin(app, `POST ${X}/restart`)).status, 204);
  assertEquals(membersOf(await asAdmin(app, `GET ${X}`)).state, "starting");
  assertEquals((await asAdmin(app, "POST outrigger/packages/airdcpp-nobody/restart")).status, 404);
});

Deno.test("POST outrigger/session gives sessions of their own", async () => {
  await using app = await startPackagesHost({});
  const token = membersOf(await asAdmin(app, "POST outrigger/session")).auth_token as string;
  const { port } = app.host;
  await using one = await ApiConnection.attach(port, token);
  await using other = await ApiConnection.attach(port, await operatorToken(app));
  assertEquals((await one.ask("GET sessions")).status, 200);
  assertEquals((await other.ask("GET sessions")).status, 200);
});

Deno.test("POST outrigger/manage: 404 unless the host runs with --manage, then a fresh URL each", async () => {
  {
    await using app = await startPackagesHost({});
    assertEquals((await asAdmin(app, "POST outrigger/manage")).status, 404);
  }
  await using app = await startPackagesHost({}, { args: ["--manage"] });
  const urls = [];
  for (let count = 0; count < 2; count++) {
    urls.push(membersOf(await asAdmin(app, "POST outrigger/manage")).url as string);
  }
  assert(urls[0] !== urls[1]);
  assertMatch(urls[0]!, new RegExp(`^http://(127.0.0.1|localhost):${app.host.port}/__outrigger`));
  const response = await fetch(urls[0]!);
  const html = await response.text();
  assertEquals([response.status, /<html/i.test(html)], [200, true]);
});

for (
  const [name, body, status, field] of [
    ["of nothing", {}, 422, "name"],
    ["of two ways", { name: "airdcpp-a", url: "http://127.0.0.1/x" }, 422, "name"],
    ["of an upload that there is not", { upload: "nothing" }, 404],
    ["with a number for wait", { name: "airdcpp-a", wait: 1 }, 422, "wait"],
    ["of a text", "x", 422],
  ] as const
) {
  Deno.test(`POST outrigger/packages/install ${name}: ${status}`, async () => {
    await using app = await startPackagesHost({});
    const answer = await asAdmin(app, "POST outrigger/packages/install", body);
    assertEquals(answer.status, status, JSON.stringify(answer.data));
    if (field !== undefined) assertEquals(membersOf(answer).field, field);
  });
}

/** Sends a file as it is. */
function upload(app: TestHost, token: string | undefined, body: string): Promise<Response> {
  const headers = new Headers(token === undefined ? {} : { authorization: token });
  return fetch(`http://127.0.0.1:${app.host.port}/temp`, { method: "POST", headers, body });
}

Deno.test("E66 POST /temp keeps a body for filesystem_edit: 201 with its id; 401, 403, 405", async () => {
  await using app = await startPackagesHost({});
  const { port } = app.host;
  const response = await upload(app, await operatorToken(app), "bytes");
  await response.body?.cancel();
  assertEquals(response.status, 201);
  assert(response.headers.get("location")!.length > 10);
  for (
    const [token, status] of [[undefined, 401], ["nonsense", 401], [
      await loginAs(app, "viewer"),
      403,
    ]] as const
  ) {
    const refused = await upload(app, token, "bytes");
    assertEquals(refused.status, status);
    assertEquals(typeof (await refused.json()).message, "string");
  }
  const { status } = await http(port, "GET /temp", { token: await operatorToken(app) });
  assert(status === 405 || status === 404, `${status}`);
});
