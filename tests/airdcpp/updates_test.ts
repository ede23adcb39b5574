/**
 * Updates that nobody asks for (contracts: AirDC++ 3.5), from a registry of the test.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { manifestOf, TestRegistry } from "../e2e/npm_registry.ts";
import { needs, node } from "../tools.ts";
import { attachAdmin } from "./host_api.ts";
import { startPackagesHost } from "./packages_host.ts";

/** Uses the API once, so that its update is known to stand, and lives. */
const MAIN = `
const [url, token] = ["apiUrl", "authToken"].map((key) =>
  process.argv.find((arg) => arg.startsWith("--" + key + "=")).slice(key.length + 3));
await fetch("http://" + url + "sessions/activity", { method: "POST", headers: { authorization: token } });
setInterval(() => {}, 1000);
`;

Deno.test({
  name:
    "packages are updated by themselves only where the setting says so, and ask for no more by it",
  ...needs(node),
  async fn() {
    await using registry = new TestRegistry();
    const permissions = { netHosts: ["example.org"] };
    const publish = (name: string, version: string, more: Record<string, unknown> = {}) =>
      registry.publish({
        manifest: {
          ...manifestOf(name, { main: "main.mjs", engines: { node: "*" }, ...more }),
          name,
          version,
        },
        files: { "main.mjs": MAIN },
      });
    await publish("airdcpp-same", "1.0.1", { outrigger: { permissions } });
    await publish("airdcpp-same", "2.0.0", { outrigger: { permissions } });
    await publish("airdcpp-wider", "1.0.1", {
      outrigger: { permissions: { netHosts: ["example.org", "*"] } },
    });
    await publish("airdcpp-private", "1.0.1");
    const engine = { outrigger: { permissions } };
    const files = { "main.mjs": MAIN };
    const packages = {
      "airdcpp-same": { manifest: engine, files },
      "airdcpp-wider": { manifest: engine, files },
      "airdcpp-private": { manifest: { ...engine, private: true }, files },
    };
    const config = { packages: { registry: registry.url } };
    const versions = async (app: Parameters<typeof attachAdmin>[0]) => {
      await using api = await attachAdmin(app);
      const { data } = await api.ask("GET extensions");
      return (data as { name: string; version: string }[]).map(({ name, version }) =>
        `${name} ${version}`
      ).sort();
    };
    {
      await using app = await startPackagesHost(packages, { config });
      assertEquals(registry.asked, [], "by default nobody is asked");
      assertEquals((await versions(app))[1], "airdcpp-same 1.0.0");
    }
    await using app = await startPackagesHost(packages, {
      config,
      server: { extensions_auto_update: true },
    });
    await app.printed("it asks for more than before", { timeoutMs: 30_000 });
    await app.printed("was updated from 1.0.0 to 1.0.1", { timeoutMs: 30_000 });
    assertEquals(await versions(app), [
      "airdcpp-private 1.0.0",
      "airdcpp-same 1.0.1",
      "airdcpp-wider 1.0.0",
    ]);
    assertMatch(app.output, /has a new major version 2\.0\.0/);
    assertMatch(app.output, /which somebody has to accept: use the network: \*/);
  },
});
