/** What users of the API read in the event log about packages (contracts: AirDC++ 6.5, 7, 18 #18). */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TestHost } from "../../lib/testing.ts";
import { packageTgz } from "../packages/archives.ts";
import { membersOf } from "./api_client.ts";
import { asAdmin, eventsUntil, install, observer } from "./host_api.ts";
import { startPackagesHost } from "./packages_host.ts";

const X = "airdcpp-x";
const Y = "airdcpp-y";

interface LogLine {
  text: string;
  severity: string;
}

async function linesAbout(app: TestHost, name: string): Promise<string[]> {
  const lines = (await asAdmin(app, "GET events/0")).data as LogLine[];
  return lines.filter(({ text }) => text.includes(name))
    .map(({ text, severity }) => `${severity}: ${text}`);
}

async function whenState(app: TestHost, name: string, state: string): Promise<void> {
  await app.eventually(async () =>
    membersOf(await asAdmin(app, `GET outrigger/packages/${name}`)).state === state
  );
}

Deno.test("a stop that was asked for is no error, whatever the extension was about", async () => {
  const ending = (code: number) => ({ files: { "main.mjs": `process.exit(${code})` } });
  await using app = await startPackagesHost({ [X]: ending(75), [Y]: ending(1) });
  for (const [name, state] of [[X, "restarting"], [Y, "failed"]] as const) {
    await whenState(app, name, state);
    assertEquals((await asAdmin(app, `POST extensions/${name}/stop`)).status, 204);
    await whenState(app, name, "stopped");
  }
  assertEquals(await linesAbout(app, X), [`info: "${X}" is started again: it ended with code 75`]);
  assertEquals(await linesAbout(app, Y), [
    `error: "${Y}" has stopped: it ended with code 1; see its error.log`,
  ]);
});

Deno.test("an installation that fails is told of by the package's name and without paths", async () => {
  const engines = [
    { name: "deno", command: Deno.execPath() },
    { name: "gone", command: "no-such-program" },
  ];
  const waiting = { "main.js": "setInterval(() => {}, 1000);" };
  await using app = await startPackagesHost({
    [Y]: { manifest: { main: "main.js", engines: { deno: "*" } }, files: waiting },
  }, { config: { packages: { engines } } });
  await Deno.writeTextFile(`${app.folder}/packages/${X}`, "in the way");
  await using socket = await observer(app);
  const update = { name: Y, main: "main.js", version: "1.0.1", engines: { gone: "*" } };
  const answers = [
    await install(app, await packageTgz({ name: X, main: "main.js" })),
    await install(app, new Uint8Array(100)),
    await install(app, await packageTgz(update, waiting)),
  ];
  assertEquals(answers.map(({ status }) => status), [500, 500, 500]);
  // Who installs it may know.
  assert(String(membersOf(answers[0]!).message).includes(app.folder));
  assertMatch(String(membersOf(answers[2]!).message), /PATH is .*Version 1\.0\.0 is back/s);
  const told = await linesAbout(app, "Cannot install");
  assertMatch(told[0]!, /^error: Cannot install the package "airdcpp-x": "airdcpp-x" is a file/);
  assertMatch(told[1]!, /^error: Cannot install a package: The archive is no gzip/);
  assertMatch(told[2]!, /the package "airdcpp-y": .*no-such-program.*Version 1\.0\.0 is back$/);
  for (const _ of answers) {
    const events = await eventsUntil(socket, "extension_installation_failed");
    told.push(JSON.stringify(events.at(-1)!.data));
  }
  assertEquals(told.length, 6);
  for (const text of told) assert(!text.includes(app.folder) && !text.includes("PATH is"), text);
});

Deno.test("a hook without an answer is an error that names it and its subscriber", async () => {
  await using app = await startPackagesHost({});
  await using silent = await observer(app);
  const hook = "extension_list_menuitems";
  assertEquals((await silent.ask(`POST menus/hooks/${hook}`, { id: X, name: "X" })).status, 204);
  const opened = await asAdmin(app, "POST menus/extension/list_grouped", { selected_ids: [X] });
  assertEquals([opened.status, opened.data], [200, []]);
  assertEquals(await linesAbout(app, X), [
    `error: Hook ${hook}: subscriber "${X}" did not answer in time`,
  ]);
});
