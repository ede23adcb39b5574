/** Requests about one extension come one after the other (contracts: AirDC++ 3.4, 12.3). */

import { assertEquals } from "@std/assert";
import { packageTgz } from "../packages/archives.ts";
import { membersOf } from "./api_client.ts";
import { asAdmin, attachAdmin, eventsUntil, install, observer } from "./host_api.ts";
import { argumentsOf, startPackagesHost, WAITING_SCRIPT } from "./packages_host.ts";

const X = "airdcpp-x";
/** Takes its time to end. */
const SLOW = `process.on("SIGTERM", () => setTimeout(() => process.exit(0), 1000));`;

Deno.test("what waits for a removal is not done to what was installed behind it", async () => {
  await using app = await startPackagesHost({
    [X]: { files: { "main.mjs": SLOW + WAITING_SCRIPT } },
  });
  await argumentsOf(app, X);
  await using socket = await attachAdmin(app);
  await using events = await observer(app);
  const removing = socket.ask(`DELETE extensions/${X}`);
  await socket.ask("GET sessions/self");
  const manifest = { name: X, main: "main.mjs" };
  const installing = install(app, await packageTgz(manifest, { "main.mjs": WAITING_SCRIPT }), {
    wait: false,
  });
  assertEquals((await installing).status, 204);
  const late = await Promise.all([
    socket.ask(`PATCH extensions/${X}`, { disabled: true }),
    socket.ask(`POST extensions/${X}/stop`),
    socket.ask(`POST extensions/${X}/start`),
  ]);
  assertEquals((await removing).status, 204);
  for (const { status, data } of late) {
    assertEquals([status, data], [500, { message: `"${X}" has been removed meanwhile` }]);
  }
  await eventsUntil(events, "extension_installation_succeeded");
  const { disabled, running } = membersOf(await asAdmin(app, `GET extensions/${X}`));
  assertEquals([disabled, running], [false, true]);
});
