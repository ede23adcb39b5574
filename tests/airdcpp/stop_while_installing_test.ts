/**
 * The end of the host does not wait for what an installation waits for.
 */

import { assertEquals } from "@std/assert";
import { within } from "../../lib/testing.ts";
import { packageTgz } from "../packages/archives.ts";
import { needs, node } from "../tools.ts";
import { attachAdmin, install, operatorToken } from "./host_api.ts";
import { http } from "./api_client.ts";
import { startPackagesHost, WAITING_SCRIPT } from "./packages_host.ts";

const NAME = "airdcpp-example";
/** Less than a registry has to answer, or a new version to become ready. */
const STOP_MS = 8000;

Deno.test("the host ends while a registry does not answer", async () => {
  const asked = Promise.withResolvers<void>();
  const never = Promise.withResolvers<Response>();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    asked.resolve();
    return never.promise;
  });
  const registry = `http://127.0.0.1:${server.addr.port}`;
  await using app = await startPackagesHost({}, { config: { packages: { registry } } });
  await using api = await attachAdmin(app);
  await api.ask("POST outrigger/packages/install", { name: NAME });
  await within(asked.promise, 5000, "question to the registry");
  await within(app.host.stop(), STOP_MS, "end of the host");
  never.resolve(new Response("late"));
});

Deno.test({
  name: "the host ends while a new version has not become ready, and one version is whole",
  ...needs(node),
  async fn() {
    await using app = await startPackagesHost({});
    const tgz = (version: string) =>
      packageTgz({ version, main: "main.mjs" }, { "main.mjs": WAITING_SCRIPT });
    assertEquals((await install(app, await tgz("1.0.0"))).status, 200);
    const token = await operatorToken(app);
    const updating = install(app, await tgz("1.0.1")).catch(() => {});
    await app.eventually(async () => {
      const { data } = await http(app.host.port, `GET extensions/${NAME}`, { token });
      const { version, running } = data as { version: string; running: boolean };
      return version === "1.0.1" && running;
    });
    await within(app.host.stop(), STOP_MS, "end of the host");
    await updating;
    const path = `${app.folder}/packages/${NAME}/package/package.json`;
    assertEquals(
      ["1.0.0", "1.0.1"].includes(JSON.parse(await Deno.readTextFile(path)).version),
      true,
    );
  },
});
