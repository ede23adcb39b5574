/**
 * Installing, updating and removing packages through the API (contracts: AirDC++ 3).
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type TestHost, within } from "../../lib/testing.ts";
import { needs, node } from "../tools.ts";
import { packageTgz } from "../packages/archives.ts";
import { type ApiConnection, membersOf } from "./api_client.ts";
import { attachAdmin, install } from "./host_api.ts";
import { startPackagesHost, WAITING_SCRIPT } from "./packages_host.ts";

const NAME = "airdcpp-example";
const ENDS = "console.error('cannot go on'); process.exit(3);";
/** Uses the API once, and lives. */
const READY_SCRIPT = `
const [url, token] = ["apiUrl", "authToken"].map((key) =>
  process.argv.find((arg) => arg.startsWith("--" + key + "=")).slice(key.length + 3));
await fetch("http://" + url + "extensions/${NAME}/ready", {
  method: "POST",
  headers: { authorization: token },
});
setInterval(() => {}, 1000);
`;

interface Extension {
  version: string;
  running: boolean;
  disabled: boolean;
  managed: boolean;
}

function script(version: string, text: string, airdcpp: Record<string, unknown> = {}) {
  const manifest = { version, main: "main.mjs", airdcpp: { apiVersion: 1, ...airdcpp } };
  return packageTgz(manifest, { "main.mjs": text, "VERSION": version });
}

async function about(api: ApiConnection): Promise<Extension> {
  return (await api.ask(`GET extensions/${NAME}`)).data as Extension;
}

async function installedVersion(app: TestHost): Promise<string> {
  return await Deno.readTextFile(`${app.folder}/packages/${NAME}/package/VERSION`);
}

/** Names of the events of an installation, in order, up to its end. */
async function eventsUntil(api: ApiConnection, last: string): Promise<string[]> {
  const names: string[] = [];
  while (names.at(-1) !== last) {
    const { event, data } = await api.anyEvent();
    names.push(event === "extension_updated" ? `${event} ${JSON.stringify(data)}` : event);
  }
  return names;
}

Deno.test({
  name: "a new package is installed and started, and events tell of each step",
  ...needs(node),
  async fn() {
    await using app = await startPackagesHost({});
    await using api = await attachAdmin(app);
    for (
      const event of [
        "extension_added",
        "extension_updated",
        "extension_started",
        "extension_installation_started",
        "extension_installation_succeeded",
      ]
    ) await api.ask(`POST extensions/listeners/${event}`);
    const { status, data } = await install(app, await script("1.0.0", WAITING_SCRIPT), {
      install_id: "mine",
    });
    assertEquals(status, 200);
    assertEquals((data as Extension).version, "1.0.0");
    // Contract 3.4.
    assertEquals(await eventsUntil(api, "extension_installation_succeeded"), [
      "extension_installation_started",
      "extension_added",
      `extension_updated {"running":true}`,
      "extension_started",
      "extension_installation_succeeded",
    ]);
    const { running, managed } = await about(api);
    assert(running && managed);
    assert(app.host.extensions.loaded.includes(NAME));
    assertEquals(await installedVersion(app), "1.0.0");
    const leftovers = [...Deno.readDirSync(`${app.folder}/packages/.outrigger/staging`)];
    assertEquals(leftovers, []);
  },
});

Deno.test({
  name: "an update replaces the package, keeps its settings and starts it if it ran",
  ...needs(node),
  async fn() {
    await using app = await startPackagesHost({});
    await using api = await attachAdmin(app);
    await install(app, await script("1.0.0", READY_SCRIPT));
    const own = `${app.folder}/packages/${NAME}/settings/config.json`;
    await Deno.writeTextFile(own, "kept");
    await api.ask("POST extensions/listeners/extension_package_updated");
    const second = await install(app, await script("1.1.0", READY_SCRIPT, { signalReady: true }));
    assertEquals(second.status, 200);
    assertEquals((await api.event("extension_package_updated")).id, NAME);
    const { version, running } = await about(api);
    assertEquals([version, running], ["1.1.0", true]);
    assertEquals(await Deno.readTextFile(own), "kept");
    assertEquals(await installedVersion(app), "1.1.0");

    await api.ask(`POST extensions/${NAME}/stop`);
    assertEquals((await install(app, await script("1.2.0", READY_SCRIPT))).status, 200);
    const stopped = await about(api);
    assertEquals([stopped.version, stopped.running], ["1.2.0", false]);
  },
});

/** Connects and says nothing more. */
const CONNECTING_SCRIPT = `
const [url, token] = ["apiUrl", "authToken"].map((key) =>
  Deno.args.find((arg) => arg.startsWith("--" + key + "=")).slice(key.length + 3));
const socket = new WebSocket("ws://" + url);
socket.onopen = () => socket.send(JSON.stringify({
  method: "POST", path: "sessions/socket", data: { auth_token: token }, callback_id: 1,
}));
socket.onclose = () => Deno.exit();
`;

Deno.test("a new version stands as soon as it is connected", async () => {
  await using app = await startPackagesHost({}, {
    config: { packages: { engines: [{ name: "deno", command: Deno.execPath() }] } },
  });
  const tgz = (version: string) =>
    packageTgz({ version, main: "main.mjs", engines: { deno: "*" } }, {
      "main.mjs": CONNECTING_SCRIPT,
      "VERSION": version,
    });
  assertEquals((await install(app, await tgz("1.0.0"))).status, 200);
  await app.extensionConnected(NAME);
  // Who waited for its silence to end would need 10 s.
  const updated = await within(install(app, await tgz("1.0.1")), 9000, "end of the update");
  assertEquals(updated.status, 200);
  assert(app.host.extensions.connected.includes(NAME));
});

for (
  const [why, text, airdcpp, reason] of [
    ["ends", ENDS, {}, "it ended with code 3 (cannot go on)"],
    ["needs an engine that is not there", "", { engines: { cobol: "*" } }, "cobol"],
    ["is for another version of the API", "", { apiVersion: 2 }, "API"],
  ] as const
) {
  Deno.test({
    name: `the former version is back when the new one ${why}`,
    ...needs(node),
    async fn() {
      await using app = await startPackagesHost({});
      await using api = await attachAdmin(app);
      await install(app, await script("1.0.0", READY_SCRIPT));
      const { engines, ...rest } = airdcpp as { engines?: unknown };
      const tgz = await packageTgz({
        version: "2.0.0",
        main: "main.mjs",
        airdcpp: { apiVersion: 1, ...rest },
        ...(engines ? { engines } : {}),
      }, { "main.mjs": text, "VERSION": "2.0.0" });
      const { status, data } = await install(app, tgz);
      assertEquals(status, 500);
      assertMatch(
        membersOf({ status, data }).message as string,
        new RegExp(reason.replace(/[()]/g, "\\$&")),
      );
      const { version, running } = await about(api);
      assertEquals([version, running], ["1.0.0", true]);
      assertEquals(await installedVersion(app), "1.0.0");
    },
  });
}

Deno.test({
  name: "a new version that promised a signal and gives none does not stay",
  ...needs(node),
  async fn() {
    await using app = await startPackagesHost({});
    await using api = await attachAdmin(app);
    await install(app, await script("1.0.0", READY_SCRIPT));
    const { status, data } = await install(
      app,
      await script("1.0.1", WAITING_SCRIPT, { signalReady: true }),
    );
    assertEquals(status, 500);
    assertMatch(JSON.stringify(data), /no signal within 10 s.*Version 1\.0\.0 is back/);
    assertEquals((await about(api)).version, "1.0.0");
  },
});

Deno.test("what cannot be installed is said, and nothing is left of it", async () => {
  await using app = await startPackagesHost({}, {
    config: { packages: { blocked: { "airdcpp-bad": "it is known to break things" } } },
  });
  await using api = await attachAdmin(app);
  await api.ask("POST extensions/listeners/extension_installation_failed");
  const rows: [tgz: Uint8Array, reason: RegExp][] = [
    [new TextEncoder().encode("no archive"), /gzip/],
    [await packageTgz({ name: "airdcpp-bad" }), /blocked: it is known to break things/],
    [await packageTgz({ name: "other-name", version: 1 }), /"name".*"version"/],
    [await packageTgz({ os: ["win32"] }), /win32|linux/],
  ];
  for (const [tgz, reason] of rows) {
    const { status, data } = await install(app, tgz, { install_id: "x" });
    assert(status >= 400, String(status));
    assertMatch(membersOf({ status, data }).message as string, reason);
    const failed = await api.event("extension_installation_failed");
    const { install_id, error, message } = failed.data as Record<string, string>;
    assertEquals([install_id, error], ["x", message!]);
    assertMatch(error!, reason);
  }
  assertEquals((await api.ask("GET extensions")).data, []);
  const { data } = await api.ask("GET events/0");
  assertEquals((data as unknown[]).length, rows.length);
  const left = [...Deno.readDirSync(`${app.folder}/packages`)].map(({ name }) => name);
  assertEquals(left, [".outrigger"]);
});

Deno.test({
  name: "a package is downloaded; the same address twice at a time is a conflict",
  ...needs(node),
  async fn() {
    const tgz = await script("1.0.0", READY_SCRIPT);
    const hold = Promise.withResolvers<void>();
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
      await hold.promise;
      return new Response(tgz as Uint8Array<ArrayBuffer>);
    });
    await using app = await startPackagesHost({});
    await using api = await attachAdmin(app);
    for (const event of ["started", "progress", "succeeded", "failed"]) {
      await api.ask(`POST extensions/listeners/extension_installation_${event}`);
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", tgz as BufferSource));
    const shasum = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const url = `http://127.0.0.1:${server.addr.port}/p.tgz`;
    const body = { install_id: NAME, url, shasum };
    assertEquals((await api.ask("POST extensions/download", body)).status, 204);
    assertEquals((await api.event("extension_installation_started")).data, { install_id: NAME });
    // Section 3.3: the event is sent before the check.
    assertEquals((await api.ask("POST extensions/download", body)).status, 409);
    assertEquals((await api.event("extension_installation_started")).data, { install_id: NAME });
    hold.resolve();
    const { received, total } = (await api.event("extension_installation_progress"))
      .data as Record<string, number>;
    assertEquals([received, total], [tgz.length, tgz.length]);
    assertEquals((await api.event("extension_installation_succeeded")).data, { install_id: NAME });
    assert((await about(api)).running);

    // Section 3.3: an empty digest is none.
    assertEquals((await api.ask("POST extensions/download", { ...body, shasum: "" })).status, 204);
    await api.event("extension_installation_succeeded");

    const wrong = { ...body, shasum: shasum.toUpperCase() };
    assertEquals((await api.ask("POST extensions/download", wrong)).status, 204);
    assertMatch(
      JSON.stringify((await api.event("extension_installation_failed")).data),
      /its sha1 is/,
    );
    assertEquals((await about(api)).version, "1.0.0");
  },
});

Deno.test({
  name: "a package is removed with all that is its own",
  ...needs(node),
  async fn() {
    await using app = await startPackagesHost({ [NAME]: {}, "airdcpp-other": {} });
    await using api = await attachAdmin(app);
    for (const event of ["extension_removed", "extension_stopped", "extension_updated"]) {
      await api.ask(`POST extensions/listeners/${event}`);
    }
    await app.eventually(async () => (await about(api)).running);
    assertEquals((await api.ask(`DELETE extensions/${NAME}`)).status, 204);
    assertEquals((await api.event("extension_updated")).data, { running: false });
    assertEquals((await api.event("extension_stopped")).id, NAME);
    const removed = await api.event("extension_removed");
    assertEquals([removed.id, (removed.data as Extension).running], [undefined, false]);
    assertEquals((await api.ask(`GET extensions/${NAME}`)).status, 404);
    assertEquals(app.host.extensions.loaded, ["airdcpp-other"]);
    const left = [...Deno.readDirSync(`${app.folder}/packages`)].map(({ name }) => name).sort();
    assertEquals(left, [".outrigger", "airdcpp-other"]);
    assertEquals(api.events, []);
  },
});

Deno.test({
  name: "a package that was disabled is not started with the host, but on request",
  ...needs(node),
  async fn() {
    await using app = await startPackagesHost({
      [NAME]: { settings: { DISABLED: "" } },
    });
    await using api = await attachAdmin(app);
    const { disabled, running } = await about(api);
    assertEquals([disabled, running], [true, false]);
    assertEquals((await api.ask(`POST extensions/${NAME}/start`)).status, 204);
    assert((await about(api)).running);
    assertEquals((await api.ask(`PATCH extensions/${NAME}`, { disabled: false })).status, 204);
    const flag = `${app.folder}/packages/${NAME}/settings/DISABLED`;
    assertEquals(await Deno.stat(flag).then(() => true, () => false), false);
    assertEquals((await api.ask(`PATCH extensions/${NAME}`, { disabled: true })).status, 204);
    assertEquals(await Deno.stat(flag).then(() => true, () => false), true);
    assert((await about(api)).running, "it goes on");
  },
});
