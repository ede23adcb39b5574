/** A package that makes a mess of its own folders is no matter of the others (contracts: AirDC++ 7). */

import { assertEquals, assertMatch } from "@std/assert";
import { needs, posix } from "../tools.ts";
import { packageTgz } from "../packages/archives.ts";
import { membersOf } from "./api_client.ts";
import { asAdmin, eventsUntil, install, namesOf, observer } from "./host_api.ts";
import { argumentsOf, startPackagesHost, WAITING_SCRIPT } from "./packages_host.ts";

const X = "airdcpp-x";
const Y = "airdcpp-y";

Deno.test("a file in the place of a folder of logs: lists, events and the host go on", async () => {
  await using app = await startPackagesHost({ [X]: {}, [Y]: {} });
  await argumentsOf(app, X);
  await argumentsOf(app, Y);
  await using socket = await observer(app);
  const logs = `${app.folder}/packages/${X}/logs`;
  await Deno.remove(logs, { recursive: true });
  await Deno.writeTextFile(logs, "mine");

  // What was listed a moment ago is listed still.
  await app.eventually(async () => {
    const { logs } = membersOf(await asAdmin(app, `GET extensions/${X}`)) as { logs?: unknown[] };
    return logs?.length === 0;
  });
  assertEquals((await asAdmin(app, "GET extensions")).status, 200);
  for (const name of [X, Y]) {
    assertEquals((await asAdmin(app, `POST extensions/${name}/stop`)).status, 204);
    const frames = await eventsUntil(socket, "extension_stopped");
    assertEquals(namesOf(frames).at(-1), `extension_stopped ${name}`);
  }
  assertEquals((await asAdmin(app, `POST extensions/${X}/start`)).status, 500);
  assertEquals((await asAdmin(app, `POST extensions/${Y}/start`)).status, 204);
  assertEquals((await asAdmin(app, `DELETE extensions/${X}`)).status, 204);
  await eventsUntil(socket, "extension_removed");
});

Deno.test(
  "a file in the place of a folder of settings: the package is installed, and says why it does not start",
  needs(posix),
  async () => {
    await using app = await startPackagesHost({}, {
      files: { [`packages/${X}/settings`]: "mine" },
    });
    const manifest = { name: X, main: "main.mjs" };
    const answer = await install(app, await packageTgz(manifest, { "main.mjs": WAITING_SCRIPT }));
    assertEquals([answer.status, membersOf(answer).running], [200, false]);
    const { message } = membersOf(await asAdmin(app, `POST extensions/${X}/start`));
    assertMatch(String(message), /could not be started: .*settings/);
    const { status, data } = await asAdmin(app, `PATCH extensions/${X}`, { disabled: true });
    assertEquals(status, 500);
    assertMatch(JSON.stringify(data), /settings.* is a file/);
  },
);

Deno.test(
  "a package that could not be removed is there as before, and can be removed later",
  needs(posix),
  async () => {
    await using app = await startPackagesHost({ [X]: {} });
    await argumentsOf(app, X);
    const root = `${app.folder}/packages/${X}`;
    await Deno.rename(root, `${app.folder}/elsewhere`);
    await Deno.symlink(`${app.folder}/elsewhere`, root);
    const { status, data } = await asAdmin(app, `DELETE extensions/${X}`);
    assertEquals(status, 500);
    assertMatch(JSON.stringify(data), /is a link/);
    await Deno.remove(root);
    await Deno.rename(`${app.folder}/elsewhere`, root);
    assertEquals((await asAdmin(app, `POST extensions/${X}/start`)).status, 204);
    assertEquals(membersOf(await asAdmin(app, `GET extensions/${X}`)).running, true);
    assertEquals((await asAdmin(app, `DELETE extensions/${X}`)).status, 204);
    assertEquals((await asAdmin(app, `GET extensions/${X}`)).status, 404);
  },
);
