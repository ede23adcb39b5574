/** Row 7: `api.json`, by which commands reach the API of a running host; of the real program. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { within } from "../../lib/testing.ts";
import { http } from "../airdcpp/api_client.ts";
import { needs, posix } from "../tools.ts";
import { Program } from "./program.ts";

const CONFIG = { config: { packages: { enabled: true } } };
const own = (folder: string) => join(folder, "packages", ".outrigger");

interface Access {
  port: number;
  pid: number;
  token: string;
}

async function accessOf({ folder }: Program): Promise<Access> {
  const path = join(own(folder), "api.json");
  const end = performance.now() + 10_000;
  for (;;) {
    const text = await Deno.readTextFile(path).catch(() => undefined);
    if (text !== undefined) return JSON.parse(text);
    if (performance.now() > end) throw new Error("no api.json");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Deno.test({
  name: "api.json is the user's alone, works for everything, and is removed at exit",
  ...needs(posix),
  async fn() {
    const stale = '{"port":1,"pid":1,"token":"stale"}';
    await using program = await Program.start(CONFIG.config, {
      prepare: async (folder) => {
        await Deno.mkdir(own(folder), { recursive: true });
        await Deno.chmod(own(folder), 0o777);
        await Deno.writeTextFile(join(own(folder), "api.json"), stale);
        await Deno.chmod(join(own(folder), "api.json"), 0o666);
      },
    });
    let access = await accessOf(program);
    for (let tries = 0; access.token === "stale" && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      access = await accessOf(program);
    }
    const { port, pid, token } = access;
    assertEquals(pid, program.pid);
    assertMatch(token, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    assertEquals((await Deno.stat(own(program.folder))).mode! & 0o777, 0o700);
    assertEquals((await Deno.stat(join(own(program.folder), "api.json"))).mode! & 0o777, 0o600);
    assertEquals((await http(port, "GET sessions", { token })).status, 200);
    program.kill("SIGTERM");
    assertEquals((await within(program.status, 10_000, "end")).code, 143);
    const left = [...Deno.readDirSync(own(program.folder))].map(({ name }) => name);
    assert(!left.some((name) => name.startsWith("api.json")), left.join());
  },
});

Deno.test({
  name: "api.json that a killed host left behind is worth nothing, and is replaced by the next one",
  ...needs(posix),
  async fn() {
    let left: Access;
    let text: string;
    {
      await using first = await Program.start(CONFIG.config);
      left = await accessOf(first);
      first.kill("SIGKILL");
      await first.status;
      text = await Deno.readTextFile(join(own(first.folder), "api.json"));
    }
    await using second = await Program.start(CONFIG.config, {
      prepare: async (folder) => {
        await Deno.mkdir(own(folder), { recursive: true });
        await Deno.writeTextFile(join(own(folder), "api.json"), text);
      },
    });
    let access = await accessOf(second);
    for (let tries = 0; access.pid === left.pid && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      access = await accessOf(second);
    }
    assertNotEquals(access.token, left.token);
    const { status } = await http(access.port, "GET sessions/self", { token: left.token });
    assertEquals(status, 401);
  },
});

Deno.test({
  name: "a link in the place of the folder is not followed",
  ...needs(posix),
  async fn() {
    const elsewhere = await Deno.makeTempDir({ prefix: "outrigger-test-" });
    try {
      await using program = await Program.start(CONFIG.config, {
        ready: "Cannot use the folder of packages",
        prepare: async (folder) => {
          await Deno.mkdir(join(folder, "packages"));
          await Deno.symlink(elsewhere, own(folder));
        },
      });
      assertEquals((await within(program.status, 10_000, "end")).code, 1);
      assertMatch(program.output, /link/);
      assertEquals([...Deno.readDirSync(elsewhere)], []);
    } finally {
      await Deno.remove(elsewhere, { recursive: true });
    }
  },
});

Deno.test({
  name:
    "what a package stores and prints is the user's alone, also where its folder is everybody's",
  ...needs(posix),
  async fn() {
    await using program = await Program.start(CONFIG.config, {
      prepare: async (folder) => {
        const place = join(folder, "packages", "airdcpp-x", "package");
        await Deno.mkdir(place, { recursive: true });
        const manifest = {
          name: "airdcpp-x",
          version: "1.0.0",
          description: "",
          author: "",
          main: "main.js",
          engines: { deno: "*" },
          airdcpp: { apiVersion: 1 },
        };
        await Deno.writeTextFile(join(place, "package.json"), JSON.stringify(manifest));
        await Deno.writeTextFile(join(place, "main.js"), 'console.log("it runs");');
      },
      ready: "[airdcpp-x] it runs",
    });
    for (const name of ["settings", "logs"]) {
      const path = join(program.folder, "packages", "airdcpp-x", name);
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o700, name);
    }
  },
});
