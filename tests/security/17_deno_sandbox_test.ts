/** What lies beside a sandboxed script has Deno do nothing that the script itself may not. */

import { assertEquals } from "@std/assert";
import { denoSandboxArgs } from "../../lib/packages/deno_sandbox.ts";
import config from "../../deno.json" with { type: "json" };
import { needs, posix } from "../tools.ts";

interface Place {
  folder: string;
  /** What the package prints. */
  run(): Promise<string>;
}

/** A package whose `main.js` imports `from`, which Deno's cache or the package has. */
async function withPackage(from: string, test: (place: Place) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "outrigger-beside-" }));
  const folders = {
    package: `${root}/package`,
    settings: `${root}/settings`,
    logs: `${root}/logs`,
  };
  try {
    for (const folder of Object.values(folders)) await Deno.mkdir(folder);
    const script = `await import(${JSON.stringify(from)}).catch(() => {}); console.log("ran");`;
    await Deno.writeTextFile(`${folders.package}/main.js`, script);
    await test({
      folder: folders.package,
      async run() {
        const args = await denoSandboxArgs({ folders, main: "main.js", asked: {}, port: 1 });
        const { stdout } = await new Deno.Command(Deno.execPath(), {
          args,
          cwd: folders.package,
          stdin: "null",
        }).output();
        return new TextDecoder().decode(stdout);
      },
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** One that is in the cache wherever these tests run. */
const CACHED = config.imports.valibot;

Deno.test({
  name: "Deno installs nothing for a sandboxed package, and runs none of its npm scripts",
  ...needs(posix),
  fn: () =>
    withPackage(CACHED, async ({ folder, run }) => {
      await Deno.writeTextFile(
        `${folder}/deno.json`,
        `{"nodeModulesDir": "auto", "allowScripts": true}`,
      );
      const script = "echo escaped > escaped";
      const scripts = { preinstall: script, install: script, postinstall: script };
      const manifest = { name: "airdcpp-x", version: "1.0.0", scripts };
      await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifest));
      assertEquals(await run(), "ran\n");
      const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
      assertEquals(names.sort(), ["deno.json", "main.js", "package.json"]);
    }),
});

Deno.test({
  name: "a sandboxed package uses the node_modules that it brings",
  ...needs(posix),
  fn: () =>
    withPackage("bundled", async ({ folder, run }) => {
      await Deno.writeTextFile(`${folder}/deno.json`, `{"nodeModulesDir": "auto"}`);
      const manifest = { name: "airdcpp-x", version: "1.0.0", dependencies: { bundled: "1" } };
      await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifest));
      const bundled = `${folder}/node_modules/bundled`;
      await Deno.mkdir(bundled, { recursive: true });
      await Deno.writeTextFile(
        `${bundled}/package.json`,
        `{"name": "bundled", "version": "1.0.0", "type": "module", "main": "index.js"}`,
      );
      await Deno.writeTextFile(`${bundled}/index.js`, `console.log("bundled");`);
      assertEquals(await run(), "bundled\nran\n");
    }),
});
