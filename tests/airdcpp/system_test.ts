/** What of module `system` no request shows, and what the host tells of itself. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { systemModule, type SystemModuleOptions } from "../../lib/airdcpp/modules/system.ts";
import type { ApiRequest } from "../../lib/airdcpp/route.ts";
import { describeSystem, loadCid } from "../../lib/airdcpp/system_info.ts";

function run(module: ReturnType<typeof systemModule>, path: string): void {
  const route = module.routes.find((route) => route.path === path)!;
  route.run({} as ApiRequest);
}

Deno.test("a restart asked for twice comes once; one asked for and taken back does not come", async () => {
  const asked: string[] = [];
  const done = Promise.withResolvers<void>();
  const module = systemModule({
    restartWeb: () => void asked.push("restart"),
    shutdown: () => {
      asked.push("shutdown");
      done.resolve();
    },
    delayMs: 1,
  } as Partial<SystemModuleOptions> as SystemModuleOptions);
  run(module, "system/restart_web");
  run(module, "system/restart_web");
  run(module, "system/shutdown");
  assertEquals(asked, [], "not before the answer");
  await done.promise;
  assertEquals(asked, ["restart", "shutdown"]);
  run(module, "system/restart_web");
  module.stop();
});

Deno.test("describeSystem() tells the language without extensions", () => {
  const told = ["de-DE", "en-US-u-va-posix", "de-DE-x-lvariant-euro", "zh-Hant-TW", "und"]
    .map((language) => describeSystem({ cid: "", started: 0, language }).language);
  assertEquals(told, ["de-DE", "en-US", "de-DE", "zh-Hant-TW", "en-US"]);
});

Deno.test("loadCid() gives 39 characters of base32, the same ones at every start", async () => {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-test-" });
  try {
    const cid = await loadCid(folder);
    assertMatch(cid, /^[A-Z2-7]{39}$/);
    assertEquals(await loadCid(folder), cid);
    await Deno.writeTextFile(`${folder}/cid`, "broken");
    const other = await loadCid(folder);
    assertNotEquals(other, cid);
    assertEquals(await loadCid(folder), other);
    assert(new Set(other).size > 8);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
