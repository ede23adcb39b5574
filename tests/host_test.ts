import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { StartError, startHost } from "../lib/mod.ts";

// Timers left behind are told of by the sanitizer.
Deno.test("a start that fails behind its packages leaves nothing, and can be tried again", async () => {
  const folder = await Deno.makeTempDir();
  const args = [`--path=${folder}`, `--packages=${folder}/packages`];
  const develop = `${folder}/missing`;
  try {
    await assertRejects(
      () => startHost({ args, develop, show: false }),
      StartError,
      `Cannot run the package in "${develop}": `,
    );
    const host = await startHost({ args, show: false });
    await host.stop();
    assertEquals(await host.stopped, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "without a server the auth info and extensions are told the configured port",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const extensions = [{
        id: "js.x",
        handshake: "stdin",
        command: "cat >told; sleep 60",
        cwd: folder,
      }];
      const config = { port: 4711, enableExtensions: true, exportAuthInfo: true, extensions };
      await Deno.writeTextFile(`${folder}/neutralino.config.json`, JSON.stringify(config));
      await using host = await startHost({ args: [`--path=${folder}`], show: false });
      assertEquals(host.port, 0);
      const info = JSON.parse(await Deno.readTextFile(`${folder}/.tmp/auth_info.json`));
      assertEquals([info.nlPort, info.port], [4711, 4711]);
      const told = () => Deno.readTextFile(`${folder}/told`).catch(() => "");
      for (let tries = 0; tries < 500 && await told() === ""; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assertStringIncludes(await told(), '"nlPort":"4711"');
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
