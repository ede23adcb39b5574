/** Packages from the start of a host to its end (contracts: AirDC++ 6). */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TestHost } from "../../lib/testing.ts";
import { linux, needs, posix } from "../tools.ts";
import { isRunning } from "../e2e/processes.ts";
import { http, membersOf } from "./api_client.ts";
import { packageTgz } from "../packages/archives.ts";
import { asAdmin, eventsUntil, install, namesOf, observer } from "./host_api.ts";
import { argumentsOf, packageJson, startPackagesHost, WAITING_SCRIPT } from "./packages_host.ts";

const X = "airdcpp-x";
const SIGNALS = { airdcpp: { apiVersion: 1, signalReady: true } };
const NODE = { name: "node", command: "node" };

/** Tells that it is ready, without a socket. */
const READY_SCRIPT = `
const named = (name) => process.argv.find((arg) => arg.startsWith("--" + name + "=")).split("=")[1];
setInterval(() => {}, 1000);
const url = "http://" + named("apiUrl") + "extensions/" + named("name") + "/ready";
const { status } = await fetch(url, { method: "POST", headers: { authorization: named("authToken") } });
console.log("ready: " + status);
`;

/** Defines a setting, without a socket. */
const SETTINGS_SCRIPT = `
const named = (name) => process.argv.find((arg) => arg.startsWith("--" + name + "=")).split("=")[1];
setInterval(() => {}, 1000);
const url = "http://" + named("apiUrl") + "extensions/" + named("name") + "/settings/definitions";
const { status } = await fetch(url, {
  method: "POST",
  headers: { authorization: named("authToken") },
  body: JSON.stringify([{ key: "a", title: "A", type: "string", default_value: "" }]),
});
console.log("defined: " + status);
`;

interface LogLine {
  text: string;
  severity: string;
  label: string;
}

async function eventLog(app: TestHost): Promise<LogLine[]> {
  return (await asAdmin(app, "GET events/0")).data as LogLine[];
}

async function detailsOf(app: TestHost, name = X): Promise<Record<string, unknown>> {
  return membersOf(await asAdmin(app, `GET outrigger/packages/${name}`));
}

async function stateOf(app: TestHost, name = X): Promise<unknown> {
  return (await detailsOf(app, name)).state;
}

function ending(code: number): { files: Record<string, string> } {
  return { files: { "main.mjs": `console.error("why"); process.exit(${code});` } };
}

Deno.test("fifty packages that start at once become ready, and the host waits for them", async () => {
  const names = Array.from({ length: 50 }, (_, at) => `airdcpp-${at}`);
  const one = { manifest: SIGNALS, files: { "main.mjs": READY_SCRIPT } };
  const packages = Object.fromEntries(names.map((name) => [name, one]));
  await using app = await startPackagesHost(packages, { server: { extensions_init_timeout: 60 } });
  const { data } = await asAdmin(app, "GET extensions");
  assertEquals((data as { running: boolean }[]).filter(({ running }) => running).length, 50);
  for (const name of names) assertEquals(await stateOf(app, name), "connected");
  assertEquals(await eventLog(app), []);
});

Deno.test("the host waits for those that signal, as long as the setting says, and names who is late", async () => {
  const started = performance.now();
  await using app = await startPackagesHost({
    "airdcpp-late": { manifest: SIGNALS },
    "airdcpp-later": { manifest: SIGNALS },
    "airdcpp-silent": {},
    "airdcpp-ended": { manifest: SIGNALS, ...ending(1) },
    "airdcpp-off": { manifest: SIGNALS, settings: { DISABLED: "" } },
  }, { server: { extensions_init_timeout: 1 } });
  const ms = performance.now() - started;
  assert(ms >= 1000 && ms < 4000, `${ms} ms`);
  const warned = (await eventLog(app)).filter(({ severity }) => severity === "warning");
  assertEquals(warned.length, 2);
  for (const name of ["airdcpp-late", "airdcpp-later"]) {
    const line = warned.find(({ text }) => text.includes(`"${name}"`));
    assertEquals(line?.label, "Extensions");
    // It goes on, and may signal yet.
    const token = (await argumentsOf(app, name)).get("authToken");
    const { status } = await http(app.host.port, `POST extensions/${name}/ready`, { token });
    assertEquals(status, 204);
  }
});

Deno.test("nobody is waited for when nobody signals", async () => {
  const started = performance.now();
  await using app = await startPackagesHost({ [X]: {} }, {
    server: { extensions_init_timeout: 60 },
  });
  assert(performance.now() - started < 10_000);
  assertEquals((await detailsOf(app)).state, "starting");
});

Deno.test("the mark of readiness does not outlive a run: an update has to earn it again", async () => {
  await using app = await startPackagesHost(
    { [X]: { manifest: SIGNALS, files: { "main.mjs": READY_SCRIPT } } },
  );
  await app.printed("ready: 204");
  const manifest = { name: X, version: "2.0.0", main: "main.mjs", ...SIGNALS };
  const silent = await packageTgz(manifest, { "main.mjs": WAITING_SCRIPT });
  assertEquals((await install(app, silent)).status, 500);
  const { version } = membersOf(await asAdmin(app, `GET extensions/${X}`));
  assertEquals(version, "1.0.0");
});

Deno.test("an update tells of the stop, of the new version and of its start, in this order", async () => {
  await using app = await startPackagesHost({ [X]: { files: { "main.mjs": READY_SCRIPT } } });
  await app.printed("ready: 204");
  await using all = await observer(app);
  const manifest = { name: X, version: "1.1.0", main: "main.mjs" };
  const { status } = await install(app, await packageTgz(manifest, { "main.mjs": READY_SCRIPT }));
  assertEquals(status, 200);
  const events = await eventsUntil(all, "extension_installation_succeeded");
  assertEquals(namesOf(events), [
    "extension_installation_started",
    `extension_updated ${X}`,
    `extension_stopped ${X}`,
    `extension_updated ${X}`,
    `extension_package_updated ${X}`,
    `extension_updated ${X}`,
    `extension_started ${X}`,
    "extension_installation_succeeded",
  ]);
  const versions = events.map(({ data }) => (data as { version?: string }).version);
  assertEquals(versions.filter((version) => version !== undefined), [
    "1.0.0",
    "1.1.0",
    "1.1.0",
    "1.1.0",
  ]);
  assertEquals((events[6]!.data as { engines: string[] }).engines, ["node"]);
});

Deno.test("a removal tells of the stop and once of the removal", async () => {
  await using app = await startPackagesHost({ [X]: {} });
  await argumentsOf(app, X);
  await using all = await observer(app);
  assertEquals((await all.ask(`DELETE extensions/${X}`)).status, 204);
  // They came before the answer.
  assertEquals(namesOf(all.events), [
    `extension_updated ${X}`,
    `extension_stopped ${X}`,
    "extension_removed",
  ]);
  assertEquals((all.events[2]!.data as { running: boolean }).running, false);
});

Deno.test("a stop tells of the stop, then of the session's end, then of the settings' end", async () => {
  await using app = await startPackagesHost({ [X]: { files: { "main.mjs": SETTINGS_SCRIPT } } });
  await app.printed("defined: 204");
  await using all = await observer(app);
  assertEquals((await all.ask("POST sessions/listeners/session_removed")).status, 204);
  assertEquals((await asAdmin(app, `POST extensions/${X}/stop`)).status, 204);
  const events = await eventsUntil(
    all,
    ({ data }) => (data as { has_settings?: boolean }).has_settings === false,
  );
  assertEquals(namesOf(events), [
    `extension_updated ${X}`,
    `extension_stopped ${X}`,
    "session_removed",
    `extension_updated ${X}`,
  ]);
});

Deno.test("the answer to a start and a stop comes behind their events", async () => {
  await using app = await startPackagesHost({ [X]: { settings: { DISABLED: "" } } });
  await using all = await observer(app);
  for (const action of ["start", "stop"]) {
    all.events.length = 0;
    await all.ask(`POST extensions/${X}/${action}`);
    assertEquals(all.events.length, 2, action);
  }
});

Deno.test("without its engine a package fails with the engine's name, and others run", async () => {
  await using app = await startPackagesHost({
    [X]: { manifest: { engines: { python3: "*" } } },
    "airdcpp-missing": { manifest: { engines: { gone: "*" } } },
    "airdcpp-runs": { manifest: { engines: { npm: "*", node: ">=1" } } },
  }, {
    config: {
      packages: { engines: [NODE, { name: "gone", command: "no-such-program;./nor/this" }] },
    },
  });
  await argumentsOf(app, "airdcpp-runs");
  for (const [name, engine] of [[X, /python3/], ["airdcpp-missing", /gone/]] as const) {
    const { state, reason } = await detailsOf(app, name);
    assertEquals(state, "failed");
    assertMatch(reason as string, engine);
    const answer = await asAdmin(app, `POST extensions/${name}/start`);
    assertEquals(answer.status, 500);
    assertMatch(membersOf(answer).message as string, engine);
    const line = (await eventLog(app)).find(({ text }) => text.includes(name));
    assertEquals([line?.severity, line?.label], ["error", "Extensions"]);
  }
  const { data } = await asAdmin(app, "GET extensions/engines/status");
  const { node, gone } = data as Record<string, string | null>;
  assertEquals([typeof node, gone], ["string", null]);
});

Deno.test("a disabled package waits for a start by hand, and is still disabled then", async () => {
  await using app = await startPackagesHost({ [X]: { settings: { DISABLED: "" } } });
  const before = membersOf(await asAdmin(app, `GET extensions/${X}`));
  assertEquals([before.running, before.disabled], [false, true]);
  assertEquals((await asAdmin(app, `POST extensions/${X}/start`)).status, 204);
  await argumentsOf(app, X);
  const after = membersOf(await asAdmin(app, `GET extensions/${X}`));
  assertEquals([after.running, after.disabled], [true, true]);
});

const BAD: [folder: string, content: string | undefined, reason: RegExp][] = [
  ["airdcpp-name", packageJson("airdcpp-other"), /airdcpp-other/],
  ["airdcpp-Case", packageJson("airdcpp-case"), /airdcpp-case/],
  ["airdcpp-json", "{", /JSON/],
  ["airdcpp-list", "[]", /object/],
  ["airdcpp-version", packageJson("airdcpp-version", { version: 1 }), /version/],
  ["airdcpp-main", packageJson("airdcpp-main", { main: undefined }), /main/],
  ["airdcpp-out", packageJson("airdcpp-out", { main: "../../x" }), /main/],
  ["airdcpp-home", packageJson("airdcpp-home", { homepage: null }), /homepage/],
  ["airdcpp-api", packageJson("airdcpp-api", { airdcpp: {} }), /apiVersion/],
  ["airdcpp-none", undefined, /package\.json/],
  ["other-name", packageJson("other-name"), /airdcpp-/],
];

Deno.test("what is placed by hand and cannot be used is skipped with its name and reason", async () => {
  const files = Object.fromEntries(BAD.map(([folder, content]) => [
    `packages/${folder}/package/${content === undefined ? "x.js" : "package.json"}`,
    content ?? "",
  ]));
  files["packages/.hidden/package/package.json"] = "{";
  files["packages/a file"] = "";
  await using app = await startPackagesHost({ [X]: {} }, { files });
  await argumentsOf(app, X);
  const { data } = await asAdmin(app, "GET extensions");
  assertEquals((data as { name: string }[]).map(({ name }) => name), [X]);
  const log = await eventLog(app);
  for (const [folder, , reason] of BAD) {
    const line = log.find(({ text }) => text.includes(`"${folder}"`));
    assertEquals([line?.severity, line?.label], ["error", "Extensions"], folder);
    assertMatch(line!.text, reason);
    assert(!line!.text.includes(app.folder), line!.text);
    assert(app.output.includes(`"${folder}"`), folder);
  }
  assertEquals(log.length, BAD.length);
});

for (
  const [name, airdcpp, os] of [
    ["another API", { apiVersion: 2 }, undefined],
    ["a later feature level", { apiVersion: 1, minApiFeatureLevel: 11 }, undefined],
    ["another system", { apiVersion: 1 }, ["plan9"]],
  ] as const
) {
  Deno.test(`a package for ${name} is there and does not start`, async () => {
    await using app = await startPackagesHost({ [X]: { manifest: { airdcpp, os } } });
    const { running } = membersOf(await asAdmin(app, `GET extensions/${X}`));
    assertEquals(running, false);
    assertEquals((await asAdmin(app, `POST extensions/${X}/start`)).status, 500);
    assertEquals((await eventLog(app))[0]?.severity, "error");
  });
}

for (const code of [0, 1, 3]) {
  Deno.test(`an end by itself with code ${code}: events in their order, an error in the log, no restart`, async () => {
    await using app = await startPackagesHost({
      [X]: { ...ending(code), settings: { DISABLED: "" } },
    });
    await using all = await observer(app);
    assertEquals((await asAdmin(app, `POST extensions/${X}/start`)).status, 204);
    const events = await eventsUntil(all, "extension_stopped");
    assertEquals(namesOf(events), [
      `extension_updated ${X}`,
      `extension_started ${X}`,
      `extension_updated ${X}`,
      `extension_stopped ${X}`,
    ]);
    assertEquals([events[0]!.data, events[2]!.data], [{ running: true }, { running: false }]);
    assertEquals(
      [events[1]!, events[3]!].map(({ data }) => (data as { running: boolean }).running),
      [true, false],
    );
    await app.eventually(async () => (await eventLog(app)).length === 1);
    const [line] = await eventLog(app);
    assertEquals([line!.severity, line!.label], ["error", "Extensions"]);
    assertMatch(line!.text, new RegExp(`"${X}".*code ${code}.*error\\.log`));
    assert(!line!.text.includes(app.folder));
    const { restarts, pid } = await detailsOf(app);
    assertEquals([restarts, pid], [0, null]);
    assertEquals(await Deno.readTextFile(`${app.folder}/packages/${X}/logs/error.log`), "why\n");
  });
}

for (const code of [124, 74, 75]) {
  Deno.test(`an end with code ${code} asks for another start`, async () => {
    await using app = await startPackagesHost({
      [X]: { ...ending(code), settings: { DISABLED: "" } },
    });
    await asAdmin(app, `POST extensions/${X}/start`);
    await app.eventually(async () => await stateOf(app) === "restarting");
    await app.eventually(async () => (await eventLog(app)).length === 1);
    const [line] = await eventLog(app);
    assertEquals([line!.severity, line!.label], ["info", "Extensions"]);
    // A stop ends the wait.
    assertEquals((await asAdmin(app, `POST extensions/${X}/stop`)).status, 204);
    assertEquals(await stateOf(app), "stopped");
  });
}

Deno.test("death by a signal is like code 1", needs(posix), async () => {
  await using app = await startPackagesHost({ [X]: {} });
  await argumentsOf(app, X);
  Deno.kill((await detailsOf(app)).pid as number, "SIGKILL");
  await app.eventually(async () => await stateOf(app) === "failed");
  assertEquals((await eventLog(app))[0]?.severity, "error");
});

Deno.test("the token of a run ends with it", async () => {
  await using app = await startPackagesHost({ [X]: {} });
  const token = (await argumentsOf(app, X)).get("authToken")!;
  const self = () => http(app.host.port, "GET sessions/self", { token });
  assertEquals((await self()).status, 200);
  await asAdmin(app, `POST extensions/${X}/stop`);
  assertEquals((await self()).status, 401);
  const { data } = await asAdmin(app, "GET sessions");
  const kinds = (data as { type: string }[]).map(({ type }) => type);
  assert(!kinds.includes("extension"));
});

Deno.test(
  "many starts and stops at once end in the last one's state, one process at a time",
  needs(linux),
  async () => {
    await using app = await startPackagesHost({ [X]: {} });
    await using all = await observer(app);
    const asked = Array.from(
      { length: 12 },
      (_, at) => asAdmin(app, `POST extensions/${X}/${at % 2 ? "start" : "stop"}`),
    );
    for (const { status } of await Promise.all(asked)) assertEquals(status, 204);
    let running = true;
    for (const { event, data } of all.events) {
      if (event !== "extension_updated") continue;
      const now = (data as { running?: boolean }).running;
      assert(now !== running, "two starts or two stops in a row");
      running = now!;
    }
    assertEquals(membersOf(await asAdmin(app, `GET extensions/${X}`)).running, running);
  },
);

Deno.test(
  "the end of the host ends all packages, without events, and sockets with 1001",
  needs(linux),
  async () => {
    const app = await startPackagesHost({ [X]: {}, "airdcpp-y": {} });
    const tokens = await Promise.all([X, "airdcpp-y"].map((name) => argumentsOf(app, name)));
    assertEquals(tokens.length, 2);
    const pids = [(await detailsOf(app)).pid, (await detailsOf(app, "airdcpp-y")).pid] as number[];
    const all = await observer(app);
    await app.stop();
    assertEquals(pids.map(isRunning), [false, false]);
    assertEquals(await all.closed, 1001);
    assertEquals(namesOf(all.events), []);
  },
);

Deno.test("a package of Deno gets the same parameters as all others, and nothing before them", async () => {
  const name = "airdcpp-sandboxed";
  await using app = await startPackagesHost({
    [name]: {
      manifest: { engines: { deno: "*" } },
      files: {
        "main.mjs": `
const folder = Deno.args.find((arg) => arg.startsWith("--settingsPath=")).slice(15);
Deno.writeTextFileSync(folder + "argv.tmp", JSON.stringify(["deno", "script", ...Deno.args]));
Deno.renameSync(folder + "argv.tmp", folder + "argv.json");
setInterval(() => {}, 1000);
`,
      },
    },
  }, { config: { packages: { engines: [{ name: "deno", command: Deno.execPath() }] } } });
  const parameters = await argumentsOf(app, name);
  assertEquals([...parameters.keys()], [
    "name",
    "apiUrl",
    "authToken",
    "logPath",
    "settingsPath",
    "appPid",
  ]);
});
