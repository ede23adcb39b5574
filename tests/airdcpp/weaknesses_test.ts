/**
 * The weaknesses of section 18, by their numbers, on a whole host. What a suite of its own tries in
 * depth is named behind "also".
 *
 * Two of the twenty are left in part:
 *
 * - 2: the token stands on the command line, because every library of extensions reads it there, so
 *   that programs of the same user can see it while the extension runs (with `hidepid` nobody else
 *   can). What may be done is: it is of one run, for this machine alone, masked in all that is
 *   written down, and of no use for a socket while the extension has one.
 * - 12: there is no TLS of the host's own. In cloud mode it stands behind a proxy that has it;
 *   otherwise it listens on loopback alone, where extensions need plain HTTP anyway.
 *
 * Tests "2" and "12" below try what is closed of them.
 */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { RestartPolicy } from "../../lib/extensions/restart_policy.ts";
import { parseManifest } from "../../lib/packages/manifest.ts";
import { packageEntry } from "../../lib/packages/package_entry.ts";
import { PackagedExtension } from "../../lib/packages/packaged_extension.ts";
import type { TestHost } from "../../lib/testing.ts";
import { isRunning } from "../e2e/processes.ts";
import { manifestOf, packageTgz, tgz } from "../packages/archives.ts";
import { RawConnection } from "../server/raw_http.ts";
import { linux, needs, posix, type Tool } from "../tools.ts";
import { ApiConnection, http, membersOf } from "./api_client.ts";
import { adminToken, asAdmin, install, loginAs, observer, operatorToken } from "./host_api.ts";
import { argumentsOf, packageJson, startPackagesHost, WAITING_SCRIPT } from "./packages_host.ts";

const X = "airdcpp-x";
const Y = "airdcpp-y";
const USER = {
  username: "most",
  password: "most-password",
  permissions: ["settings_view", "settings_edit", "events_view", "events_edit"],
};
const MOST = { config: { packages: { users: [USER] } } };

async function tokenOf(app: TestHost, name: string): Promise<string> {
  return (await argumentsOf(app, name)).get("authToken")!;
}

/** Everything below a folder, by path. */
async function treeOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    found.push(name);
    if (!isDirectory) continue;
    found.push(...(await treeOf(`${folder}/${name}`)).map((path) => `${name}/${path}`));
  }
  return found.sort();
}

Deno.test("18 #1: a package has the access of its grant and no more, and is told so", async () => {
  await using app = await startPackagesHost({ [X]: {}, [Y]: {} }, {
    config: { packages: { grants: { [Y]: { permissions: ["admin"] } } } },
  });
  const token = await tokenOf(app, X);
  const socket = await ApiConnection.open(app.host.port);
  const login = await socket.ask("POST sessions/socket", { auth_token: token });
  const { permissions } = membersOf(login).user as { permissions: string[] };
  assertEquals(permissions, ["events_view", "events_edit", "settings_view", "settings_edit"]);
  for (
    const request of [
      "GET sessions",
      "GET web_users",
      "POST web_users",
      "POST system/shutdown",
      "POST extensions",
      "POST extensions/download",
      `POST extensions/${Y}/stop`,
      `DELETE extensions/${Y}`,
      `PATCH extensions/${Y}`,
      "POST settings/set",
      "POST settings/reset",
      "POST settings/set_defaults",
      "POST outrigger/session",
    ]
  ) assertEquals((await socket.ask(request, {})).status, 403, request);
  await socket.close();
  const all = { token: await tokenOf(app, Y) };
  assertEquals((await http(app.host.port, "GET sessions", all)).status, 200);
  const set = { ...all, body: { extensions_init_timeout: 6 } };
  assertEquals((await http(app.host.port, "POST settings/set", set)).status, 204);
});

Deno.test("18 #2: a token is of one run, masked in what is written, and taken by one socket", async () => {
  const telling =
    `${WAITING_SCRIPT}\nconsole.log(process.argv.join(" "));\nconsole.error(process.argv.join("\\n"));`;
  await using app = await startPackagesHost({ [X]: { files: { "main.mjs": telling } } }, {
    server: { extensions_debug_mode: true },
  });
  const token = await tokenOf(app, X);
  await app.printed("--authToken=");
  const logs = `${app.folder}/packages/${X}/logs`;
  await app.eventually(async () =>
    (await Deno.readTextFile(`${logs}/output.log`)).includes("--authToken=") &&
    (await Deno.readTextFile(`${logs}/error.log`)).includes("--authToken=")
  );
  const written = app.output + await Deno.readTextFile(`${logs}/output.log`) +
    await Deno.readTextFile(`${logs}/error.log`) +
    JSON.stringify((await asAdmin(app, "GET events/0")).data) +
    JSON.stringify((await asAdmin(app, `GET outrigger/packages/${X}`)).data) +
    JSON.stringify((await asAdmin(app, `GET outrigger/packages/${X}/logs/output.log`)).data) +
    JSON.stringify((await asAdmin(app, "GET sessions")).data);
  assertEquals(written.includes(token), false);
  const first = await ApiConnection.attach(app.host.port, token);
  const second = await ApiConnection.open(app.host.port);
  assertEquals((await second.ask("POST sessions/socket", { auth_token: token })).status, 400);
  assertEquals((await first.ask("GET sessions/self")).status, 200);
  await first.close();
  await second.close();
  await asAdmin(app, `POST extensions/${X}/stop`);
  assertEquals((await http(app.host.port, "GET sessions/self", { token })).status, 401);
});

const outside: Tool = (() => {
  const address = Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  )?.address;
  return address === undefined ? { missing: "no address but loopback" } : { path: address };
})();

Deno.test("18 #2: a package's token is of no use from elsewhere", needs(outside), async () => {
  const address = (outside as { path: string }).path;
  await using app = await startPackagesHost({ [X]: {} }, {
    config: { allowedHosts: ["*"] },
    args: ["--mode=cloud"],
  });
  const token = await tokenOf(app, X);
  assertEquals((await http(app.host.port, "GET sessions/self", { token })).status, 200);
  const response = await fetch(`http://${address}:${app.host.port}/api/v1/sessions/self`, {
    headers: { authorization: token },
  });
  await response.body?.cancel();
  assertEquals(response.status, 401);
});

Deno.test("18 #3: hostile archives leave nothing anywhere (also packages/archive_test.ts)", async () => {
  await using app = await startPackagesHost({ [X]: {} });
  await argumentsOf(app, X);
  const manifest = { path: "package/package.json", content: JSON.stringify(manifestOf()) };
  const before = await treeOf(app.folder);
  const hostile = [
    { path: "package/../../../escaped", content: "x" },
    { path: "/tmp/outrigger-escaped", content: "x" },
    { path: "package/link", type: "2", linkname: "/etc/passwd" },
    { path: "package/hard", type: "1", linkname: "package/package.json" },
    { path: "package/device", type: "3" },
    { path: "package/C:\\escaped", content: "x" },
    { path: "package/package.json", content: "{}" },
  ];
  for (const entry of hostile) {
    const { status, data } = await install(app, await tgz(manifest, entry));
    assertEquals(status, 500, `${entry.path}: ${JSON.stringify(data)}`);
  }
  assertEquals(await treeOf(app.folder), before);
});

Deno.test("18 #4: name and main stay where they belong", needs(posix), async () => {
  await using app = await startPackagesHost({});
  for (
    const bad of [
      { name: "../airdcpp-x" },
      { name: "airdcpp-x/../../y" },
      { name: "airdcpp-\u0000" },
      { name: "x" },
      { main: "../../outside.js" },
      { main: "/etc/passwd" },
      { main: "a/../../x" },
    ]
  ) {
    const { status } = await install(app, await packageTgz(bad));
    assertEquals(status, 500, JSON.stringify(bad));
  }
  assertEquals((await asAdmin(app, "GET extensions")).data, []);
  assertEquals(
    (await treeOf(`${app.folder}/packages`)).filter((path) => !path.startsWith(".")),
    [],
  );
});

Deno.test("18 #4: a script that is a link to the outside is not run", needs(posix), async () => {
  await using app = await startPackagesHost({ [X]: { settings: { DISABLED: "" } } }, {
    files: { "outside.mjs": WAITING_SCRIPT },
  });
  const main = `${app.folder}/packages/${X}/package/main.mjs`;
  await Deno.remove(main);
  await Deno.symlink(`${app.folder}/outside.mjs`, main);
  const { status } = await asAdmin(app, `POST extensions/${X}/start`);
  assertEquals(status, 500);
});

Deno.test("18 #5: without TLS nothing is downloaded but from this machine, and digests decide (also packages/download_test.ts)", async () => {
  await using app = await startPackagesHost({});
  await using all = await observer(app);
  const bytes = await packageTgz();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(bytes as Uint8Array<ArrayBuffer>),
  );
  const url = `http://127.0.0.1:${server.addr.port}/x.tgz`;
  for (
    const body of [
      { url: "http://192.0.2.9/x.tgz" },
      { url, shasum: "0".repeat(40) },
      { url, integrity: `sha512-${btoa("0".repeat(64))}` },
    ]
  ) {
    await asAdmin(app, "POST extensions/download", { install_id: "it", ...body });
    const { data } = await all.event("extension_installation_failed");
    assertMatch((data as { error: string }).error, /\S/);
  }
  assertEquals((await asAdmin(app, "GET extensions")).data, []);
});

Deno.test("18 #6: nothing is updated unless somebody wants that (also npm_registry_test.ts, install_test.ts)", async () => {
  let asked = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    asked++;
    return new Response("{}", { status: 404 });
  });
  const registry = `http://127.0.0.1:${server.addr.port}`;
  {
    await using app = await startPackagesHost({ [X]: {} }, { config: { packages: { registry } } });
    await argumentsOf(app, X);
    const keys = { keys: ["extensions_auto_update"] };
    const { data } = await asAdmin(app, "POST settings/get", keys);
    assertEquals(data, { extensions_auto_update: false });
  }
  assertEquals(asked, 0);
  await using app = await startPackagesHost({ [X]: {} }, {
    config: { packages: { registry } },
    server: { extensions_auto_update: true },
  });
  await app.eventually(() => asked > 0);
});

Deno.test("18 #7: to uninstall takes admin", async () => {
  await using app = await startPackagesHost({ [X]: {} }, MOST);
  const token = await loginAs(app, "most");
  const { status } = await http(app.host.port, `DELETE extensions/${X}`, { token });
  assertEquals(status, 403);
  assertEquals((await asAdmin(app, `GET extensions/${X}`)).status, 200);
});

Deno.test(
  "18 #8: engines and the network are for admin, and no shell sees a command",
  needs(posix),
  async () => {
    await using app = await startPackagesHost({
      [X]: { manifest: { engines: { mine: "*" } }, settings: { DISABLED: "" } },
    }, MOST);
    const engines = (command: string) => ({
      extension_engines: [{ name: "mine", command, arguments: [] }],
    });
    const token = await loginAs(app, "most");
    const { port } = app.host;
    for (const request of ["settings/set", "settings/set_defaults"]) {
      for (const body of [engines("node"), { web_plain_port: 1 }]) {
        assertEquals((await http(port, `POST ${request}`, { token, body })).status, 403);
      }
    }
    const reset = { keys: ["extension_engines"] };
    assertEquals((await http(port, "POST settings/reset", { token, body: reset })).status, 403);
    const mark = `${app.folder}/mark`;
    for (
      const command of [
        `$(touch ${mark})`,
        `node; touch ${mark}`,
        `sh -c 'touch ${mark}'`,
        `| touch ${mark}`,
      ]
    ) {
      const set = await asAdmin(app, "POST settings/set", engines(command));
      if (set.status !== 204) continue;
      await asAdmin(app, `POST extensions/${X}/start`);
      await asAdmin(app, "GET extensions/engines/status");
      await asAdmin(app, `POST extensions/${X}/stop`);
    }
    assertEquals(await Deno.stat(mark).then(() => true, () => false), false);
  },
);

const SECRET = [{ key: "p", title: "P", type: "password", default_value: "", optional: true }];

Deno.test("18 #9: settings are the extension's own; others see no passwords, other extensions nothing", async () => {
  await using app = await startPackagesHost({ [X]: {}, [Y]: {} }, MOST);
  const { port } = app.host;
  const [own, other] = [await tokenOf(app, X), await tokenOf(app, Y)];
  const user = await loginAs(app, "most");
  const path = `extensions/${X}/settings`;
  await http(port, `POST ${path}/definitions`, { token: own, body: SECRET });
  const sockets = await Promise.all(
    [await adminToken(app), user, other].map((token) => ApiConnection.attach(port, token)),
  );
  for (const socket of sockets) {
    await socket.ask("POST extensions/listeners/extension_settings_updated");
    await socket.ask(`POST extensions/${X}/listeners/extension_settings_updated`);
  }
  await asAdmin(app, `PATCH ${path}`, { p: "hidden!" });
  const seen = await Promise.all([own, await operatorToken(app), user, other].map(async (token) => {
    const { status, data } = await http(port, `GET ${path}`, { token });
    return status === 200 ? JSON.stringify(data).includes("hidden!") : status;
  }));
  assertEquals(seen, [true, true, false, 403]);
  const heard = await Promise.all(sockets.map(async (socket) => {
    await socket.ask("GET sessions/self");
    return socket.events.map(({ data }) => JSON.stringify(data).includes("hidden!"));
  }));
  assertEquals(heard, [[true], [false], []]);
  assertEquals(app.output.includes("hidden!"), false);
  for (const socket of sockets) await socket.close();
});

Deno.test("18 #10: one extension is not the master of another", async () => {
  await using app = await startPackagesHost({ [X]: {}, [Y]: {} });
  await tokenOf(app, X);
  const token = await tokenOf(app, Y);
  for (
    const [request, body, status] of [
      [`POST extensions/${X}/ready`, undefined, 403],
      [`PATCH extensions/${X}/settings`, { a: 1 }, 403],
      [`GET extensions/${X}/settings`, undefined, 403],
      [`POST extensions/${X}/settings/definitions`, [], 409],
      [`POST extensions/${X}/start`, undefined, 403],
      [`POST extensions/${X}/stop`, undefined, 403],
      [`PATCH extensions/${X}`, { disabled: true }, 403],
    ] as const
  ) {
    assertEquals((await http(app.host.port, request, { token, body })).status, status, request);
  }
});

Deno.test("18 #11: what is stored of passwords and tokens is of no use (also users_test.ts)", async () => {
  await using app = await startPackagesHost({});
  const { port } = app.host;
  const token = await operatorToken(app);
  const body = { username: "new", password: "new-password", permissions: ["admin"] };
  assertEquals((await http(port, "POST web_users", { token, body })).status, 200);
  const login = membersOf(await http(port, "POST sessions/authorize", { body }));
  const file = await Deno.readTextFile(`${app.folder}/packages/.outrigger/web-users.json`);
  for (
    const secret of ["new-password", login.refresh_token as string, login.auth_token as string]
  ) {
    assertEquals(file.includes(secret), false);
  }
  // What Basic sends is no token.
  const basic = btoa("new:new-password");
  const headers = { authorization: `Basic ${basic}` };
  assertEquals((await http(port, "GET sessions/self", { headers })).status, 200);
  for (const guess of ["new:new-password", basic]) {
    assertEquals((await http(port, "GET sessions/self", { token: guess })).status, 401);
    const socket = await ApiConnection.open(port);
    assertEquals((await socket.ask("POST sessions/socket", { auth_token: guess })).status, 400);
    await socket.close();
  }
});

Deno.test("18 #12: only this machine is listened to", needs(outside), async () => {
  await using app = await startPackagesHost({});
  const hostname = (outside as { path: string }).path;
  const reached = await Deno.connect({ hostname, port: app.host.port }).then((connection) => {
    connection.close();
    return true;
  }, () => false);
  assertEquals(reached, false);
});

Deno.test("18 #13: foreign names and origins are refused before anything else (also security/01, 02)", async () => {
  await using app = await startPackagesHost({});
  const { port } = app.host;
  const token = await operatorToken(app);
  for (const upgrade of [false, true]) {
    for (
      const [host, origin, status] of [
        [`127.0.0.1:${port}`, undefined, 200],
        [`localhost:${port}`, undefined, 200],
        [`evil.example:${port}`, undefined, 403],
        ["evil.example", undefined, 403],
        [`127.0.0.1:${port}`, "http://evil.example", 403],
        [`127.0.0.1:${port}`, "null", 403],
      ] as const
    ) {
      using connection = await RawConnection.connect(port);
      const answer = await connection.request(
        `GET /api/v1/${upgrade ? "" : "sessions/self"} HTTP/1.1`,
        `Host: ${host}`,
        `Authorization: ${token}`,
        ...(origin === undefined ? [] : [`Origin: ${origin}`]),
        ...(upgrade
          ? [
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          ]
          : []),
      );
      const expected = upgrade && status === 200 ? 101 : status;
      assertEquals(answer.status, expected, `${host} ${origin} ${upgrade}`);
    }
  }
});

Deno.test("18 #14: one account's failures lock no other out (also throttle_test.ts)", async () => {
  await using app = await startPackagesHost({});
  const attempt = (username: string, password: string) =>
    http(app.host.port, "POST sessions/authorize", { body: { username, password } });
  for (let count = 0; count < 6; count++) assertEquals((await attempt("viewer", "x")).status, 401);
  assertEquals((await attempt("viewer", "viewer-password")).status, 401);
  assertEquals((await attempt("admin", "admin-password")).status, 200);
});

Deno.test("18 #15: the host fetches nothing for anybody", async () => {
  let asked = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    asked++;
    return new Response("x");
  });
  await using app = await startPackagesHost({});
  const { port } = app.host;
  const target = encodeURIComponent(`http://127.0.0.1:${server.addr.port}/`);
  for (
    const path of [`/proxy?url=${target}`, `/api/v1/proxy?url=${target}`, `/api/v1/proxy/${target}`]
  ) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: await operatorToken(app) },
    });
    await response.body?.cancel();
    assertNotEquals(response.status, 200, path);
  }
  assertEquals(asked, 0);
});

Deno.test("18 #16: five restarts within five minutes, each later than the one before", () => {
  let now = 0;
  const manifest = parseManifest(packageJson(X));
  const policy = new RestartPolicy(packageEntry(new PackagedExtension(manifest)), {
    now: () => now,
    random: () => 0,
  });
  const delays: number[] = [];
  for (;;) {
    const verdict = policy.decide({ code: 124, reason: "it ended", connectedMs: 10 });
    if (verdict.next !== "restart") {
      assertEquals(verdict.next, "failed");
      break;
    }
    delays.push(verdict.delayMs);
    now += verdict.delayMs;
  }
  assertEquals(delays, [3000, 6000, 12_000, 24_000, 48_000]);
});

const DEAF = `
import { spawn } from "node:child_process";
process.on("SIGTERM", () => {});
const child = spawn("sleep", ["1000"], { stdio: "ignore" });
import { readdirSync, readlinkSync } from "node:fs";
const opened = readdirSync("/proc/self/fd").map((fd) => {
  try { return readlinkSync("/proc/self/fd/" + fd); } catch { return ""; }
});
const own = process.argv.find((arg) => arg.startsWith("--settingsPath=")).slice(15);
writeFileSync(own + "seen.json", JSON.stringify({
  child: child.pid, cwd: process.cwd(), env: process.env, opened, stdin: readlinkSync("/proc/self/fd/0"),
}));
${WAITING_SCRIPT}`;

Deno.test(
  "18 #16: a deaf package is ended with all that it started; it inherits nothing",
  needs(linux),
  async () => {
    Deno.env.set("OUTRIGGER_TEST_SECRET", "x");
    await using app = await startPackagesHost({ [X]: { files: { "main.mjs": DEAF } } }, {
      config: { packages: { grants: { [X]: { env: { MINE: "1" } } } } },
    });
    await argumentsOf(app, X);
    Deno.env.delete("OUTRIGGER_TEST_SECRET");
    const root = await Deno.realPath(`${app.folder}/packages/${X}`);
    const seen = JSON.parse(await Deno.readTextFile(`${root}/settings/seen.json`));
    assertEquals([seen.cwd, seen.stdin, seen.env.MINE], [`${root}/package`, "/dev/null", "1"]);
    for (const name of [...Object.keys(Deno.env.toObject()), "OUTRIGGER_TEST_SECRET"]) {
      if (!/^(DENO|NPM|OUTRIGGER|NODE_)/i.test(name) || name === "NODE_EXTRA_CA_CERTS") continue;
      assertEquals(seen.env[name], undefined, name);
    }
    const files = seen.opened.filter((path: string) =>
      path.startsWith("/") && !path.startsWith("/dev/")
    );
    const foreign = files.filter((path: string) => !path.startsWith("/proc/"));
    assertEquals(foreign, []);
    const { pid } = membersOf(await asAdmin(app, `GET outrigger/packages/${X}`)) as { pid: number };
    assertEquals([isRunning(pid), isRunning(seen.child)], [true, true]);
    const started = performance.now();
    assertEquals((await asAdmin(app, `POST extensions/${X}/stop`)).status, 204);
    assertEquals([isRunning(pid), isRunning(seen.child)], [false, false]);
    assert(performance.now() - started < 9000);
  },
);

const NOISY = `
const line = "x".repeat(1023);
for (let count = 0; count < 12 * 1024; count++) {
  if (!process.stdout.write(line + "\\n")) await new Promise((done) => process.stdout.once("drain", done));
}
${WAITING_SCRIPT}`;

Deno.test("18 #17: a log of a running package does not grow without end (also packages/package_logs_test.ts)", async () => {
  await using app = await startPackagesHost({ [X]: { files: { "main.mjs": NOISY } } });
  await argumentsOf(app, X);
  const logs = `${app.folder}/packages/${X}/logs`;
  let total = 0;
  for await (const { name } of Deno.readDir(logs)) {
    const { size } = await Deno.stat(`${logs}/${name}`);
    assert(size <= 5.1 * 1024 * 1024, `${name}: ${size}`);
    total += size;
  }
  assert(total < 11 * 1024 * 1024, `${total}`);
  await app.eventually(async () =>
    await Deno.stat(`${logs}/output.log.old`).then(() => true, () => false)
  );
});

Deno.test("18 #18: every refusal is JSON, and tells no paths to those who are not admin", async () => {
  await using app = await startPackagesHost(
    { [X]: { manifest: { engines: { gone: "*" } } }, [Y]: {} },
    {
      config: {
        packages: { users: [USER], engines: [{ name: "gone", command: "/no/such/program" }] },
      },
    },
  );
  const { port } = app.host;
  const token = await loginAs(app, "most");
  const texts: string[] = [];
  for (
    const [request, headers] of [
      ["GET extensions", { authorization: "Bearer wrong" }],
      ["GET extensions", { authorization: "Basic !" }],
      ["GET extensions", {}],
      ["GET nothing", {}],
    ] as const
  ) {
    const { status, data } = await http(port, request, { headers });
    assertEquals([status, typeof (data as { message: string }).message], [401, "string"]);
  }
  for (
    const request of [
      `GET extensions/${X}`,
      "GET extensions",
      "GET events/0",
      `GET extensions/${X}/settings`,
    ]
  ) {
    texts.push(JSON.stringify((await http(port, request, { token })).data));
  }
  for (const body of ["{", { greeting: 1 }]) {
    const raw = typeof body === "string" ? { raw: body } : { body };
    const { data } = await http(port, `PATCH extensions/${Y}/settings`, { token, ...raw });
    texts.push(JSON.stringify(data));
  }
  for (const text of texts) {
    assert(!text.includes(app.folder) && !text.includes("/no/such/program"), text);
  }
});

Deno.test("18 #19: nothing in a frame ends the host (also frames_test.ts, security/11_api_floods_test.ts)", async () => {
  await using app = await startPackagesHost({});
  await using socket = await ApiConnection.attach(app.host.port, await operatorToken(app));
  for (const id of [`"1"`, "{}", "[]", "1.5", "-1", "0", "null", "true", "1e400"]) {
    socket.send(`{"path":"sessions/self","method":"GET","callback_id":${id}}`);
    const answer = await socket.other();
    assert(answer.code === 400 || answer.code === 200, id);
    assertEquals(answer.callback_id, undefined);
  }
  assertEquals((await socket.ask("GET sessions/self")).status, 200);
});

Deno.test("18 #20: no permissions are none, in the configuration and in the file", async () => {
  await using app = await startPackagesHost({}, {
    files: {
      "packages/.outrigger/web-users.json": JSON.stringify({
        version: 1,
        settings: {
          users: [{ username: "u", password: "x", last_login: 0, permissions: [] }],
          refresh_tokens: [],
        },
      }),
    },
  });
  const token = await loginAs(app, "nobody");
  const { data } = await http(app.host.port, "GET sessions/self", { token });
  assertEquals((data as { user: { permissions: string[] } }).user.permissions, []);
  assertEquals((await http(app.host.port, "GET extensions", { token })).status, 403);
  const { data: stored } = await asAdmin(app, "GET web_users/u");
  assertEquals((stored as { permissions: string[] }).permissions, []);
});
