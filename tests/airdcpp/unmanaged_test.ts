/** Extensions that register themselves, as long as they are there (contracts: AirDC++ 12.2). */

import { assertEquals } from "@std/assert";
import { ApiConnection, http, membersOf } from "./api_client.ts";
import { adminToken, asAdmin, attachAdmin, eventsUntil, observer } from "./host_api.ts";
import { packageJson, startPackagesHost } from "./packages_host.ts";

Deno.test("an unmanaged extension goes with its connection, or with nothing if it had none", async () => {
  await using app = await startPackagesHost({});
  const { port } = app.host;
  const manifest = JSON.parse(packageJson("airdcpp-remote"));
  const login = { username: "admin", password: "admin-password" };
  const { auth_token } = membersOf(await http(port, "POST sessions/authorize", { body: login }));
  const token = auth_token as string;
  await http(port, "POST extensions", { body: manifest, token });
  {
    // Another connection of the session that comes and goes is not its own.
    await using socket = await ApiConnection.attach(port, token);
    await socket.ask("GET sessions/self");
  }
  await asAdmin(app, "GET sessions");
  assertEquals((await asAdmin(app, "GET extensions/airdcpp-remote")).status, 200);
  await http(port, "DELETE sessions/self", { token });
  await app.eventually(async () =>
    (await asAdmin(app, "GET extensions/airdcpp-remote")).status === 404
  );
});

Deno.test("an unmanaged extension is its session's over both transports, and goes with its socket", async () => {
  await using app = await startPackagesHost({});
  const { port } = app.host;
  const token = await adminToken(app);
  const manifest = JSON.parse(packageJson("airdcpp-remote"));
  const definitions = "POST extensions/airdcpp-remote/settings/definitions";
  const body = [{ key: "k", title: "K", type: "string", default_value: "d" }];
  {
    await using socket = await ApiConnection.attach(port, token);
    assertEquals((await http(port, "POST extensions", { body: manifest, token })).status, 200);
    assertEquals((await socket.ask(definitions, body)).status, 204);
    assertEquals((await socket.ask("POST extensions", manifest)).status, 200);
    assertEquals((await http(port, definitions, { body, token })).status, 204);
  }
  await app.eventually(async () =>
    (await asAdmin(app, "GET extensions/airdcpp-remote")).status === 404
  );
});

Deno.test("whoever goes while other registrations are looked at leaves no extension behind", async () => {
  await using app = await startPackagesHost({});
  const manifest = JSON.parse(packageJson("airdcpp-remote"));
  await using all = await observer(app);
  await using socket = await attachAdmin(app);
  const asked = Array.from({ length: 10 }, () => socket.ask("POST extensions", manifest));
  const left = socket.ask("DELETE sessions/self");
  await Promise.all([...asked, left]);
  for (let removals = 0; removals < 10; removals++) await eventsUntil(all, "extension_removed");
  assertEquals((await asAdmin(app, "GET extensions/airdcpp-remote")).status, 404);
});

Deno.test("an unmanaged extension has the foreign modules that its grant says, its user has not", async () => {
  const grants = { "airdcpp-remote": { foreignModules: "compat" } };
  await using app = await startPackagesHost({}, { config: { packages: { grants } } });
  const listen = "POST hubs/listeners/hub_message";
  await using remote = await attachAdmin(app);
  await using other = await attachAdmin(app);
  assertEquals((await remote.ask(listen)).status, 404);
  await remote.ask("POST extensions", JSON.parse(packageJson("airdcpp-remote")));
  await other.ask("POST extensions", JSON.parse(packageJson("airdcpp-other")));
  assertEquals((await remote.ask(listen)).status, 204);
  assertEquals((await remote.ask("GET share_roots")).data, []);
  assertEquals((await other.ask(listen)).status, 404);
  assertEquals((await asAdmin(app, "GET share_roots")).status, 404);
});
