/** Row 7: the auth info file of the real program, from start to exit. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { within } from "../../lib/testing.ts";
import { needs, posix } from "../tools.ts";
import { Program } from "./program.ts";

async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) found.push(name);
  return found.sort();
}

Deno.test({
  name: "the file is the user's alone, replaces a stale one, and is removed at exit",
  ...needs(posix),
  async fn() {
    const stale = '{"nlPort":1,"nlToken":"stale"}';
    await using program = await Program.start({}, {
      prepare: async (folder) => {
        await Deno.mkdir(join(folder, ".tmp"));
        await Deno.chmod(join(folder, ".tmp"), 0o777);
        await Deno.writeTextFile(join(folder, ".tmp", "auth_info.json"), stale);
        await Deno.chmod(join(folder, ".tmp", "auth_info.json"), 0o666);
      },
    });
    const temp = join(program.folder, ".tmp");
    const path = join(temp, "auth_info.json");
    const info = JSON.parse(await Deno.readTextFile(path));
    assertEquals(Object.keys(info).sort(), [
      "accessToken",
      "nlConnectToken",
      "nlPort",
      "nlToken",
      "port",
    ]);
    assertMatch(info.nlToken, /^[\w-]{47}\.[\w-]{49}$/);
    assertNotEquals(info.nlToken, "stale");
    assertEquals((await Deno.stat(temp)).mode! & 0o777, 0o700);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals(await names(temp), ["auth_info.json"]);
    await using backend = await program.connect();
    assertEquals(await backend.call("app.getProcessId"), program.pid);
    program.kill("SIGTERM");
    assertEquals((await within(program.status, 10_000, "end")).code, 143);
    assertEquals(await names(temp), []);
  },
});

Deno.test({
  name: "a file that a killed host left behind is replaced by the next one",
  ...needs(posix),
  async fn() {
    let left = "";
    {
      await using first = await Program.start({});
      first.kill("SIGKILL");
      await first.status;
      left = await Deno.readTextFile(join(first.folder, ".tmp", "auth_info.json"));
    }
    await using second = await Program.start({}, {
      prepare: async (folder) => {
        await Deno.mkdir(join(folder, ".tmp"), { mode: 0o700 });
        await Deno.writeTextFile(join(folder, ".tmp", "auth_info.json"), left, { mode: 0o600 });
      },
    });
    assertNotEquals(second.info.nlToken, JSON.parse(left).nlToken);
    await using backend = await second.connect();
    assertEquals(await backend.call("app.getProcessId"), second.pid);
  },
});

/** What may stand where the folder should, without the user's doing. */
const TRAPS: [why: string, set: (temp: string, elsewhere: string) => Promise<void>][] = [
  ["a link to a folder", (temp, elsewhere) => Deno.symlink(elsewhere, temp)],
  ["a link to nothing", (temp, elsewhere) => Deno.symlink(`${elsewhere}/none`, temp)],
  ["a file", (temp) => Deno.writeTextFile(temp, "")],
];

for (const [why, set] of TRAPS) {
  Deno.test({
    name: `with ${why} for .tmp the token is written nowhere, and the host runs on`,
    ...needs(posix),
    async fn() {
      await using program = await Program.start({}, {
        ready: "Cannot export the auth info",
        prepare: async (folder) => {
          await Deno.mkdir(join(folder, "elsewhere"));
          await set(join(folder, ".tmp"), join(folder, "elsewhere"));
        },
      });
      assert(/^ERROR .*Cannot export the auth info/m.test(program.output), program.output);
      assertEquals(await names(join(program.folder, "elsewhere")), []);
      program.kill("SIGTERM");
      assertEquals((await within(program.status, 10_000, "end")).code, 143);
    },
  });
}
