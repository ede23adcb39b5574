import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { Browser } from "../chromium.ts";
import { chromium, needs, node, packages, posix, python } from "../tools.ts";
import { copyFolder, Program, startProgram } from "./program.ts";

const HELLO = fromFileUrl(new URL("../../examples/hello", import.meta.url));
const SCREENSHOT = Deno.env.get("OUTRIGGER_SCREENSHOT");

/** Starts a copy of the example, as `deno task start` does. */
function startHello(env: Record<string, string> = {}): Promise<Program> {
  return startProgram({
    config: null,
    prepare: async (folder) => {
      await copyFolder(HELLO, folder);
      const { success } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-config", join(folder, "setup.ts")],
        env,
        stdout: "null",
      }).output();
      assert(success, "setup.ts failed");
    },
    args: ["--export-auth-info"],
    env,
  });
}

Deno.test(
  "examples/hello shows three connected extensions, and their answers to a ping",
  needs(
    chromium,
    python,
    node,
    packages,
  ),
  async () => {
    await using program = await startHello();
    await using browser = await Browser.start();
    const page = await browser.open(program.url);
    await page.until(`document.querySelectorAll("#extensions .good").length === 3`);
    await page.evaluate(`document.getElementById("ping-all").click()`);
    await page.until(`document.getElementById("log").innerText.split("Pong from").length === 4`);
    const text = String(await page.evaluate("document.body.innerText"));
    assertStringIncludes(text, "TypeScript on Deno");
    assertStringIncludes(text, "older: arguments");
    assertStringIncludes(text, "Python on Python 3");
    const picture = SCREENSHOT ?? join(program.folder, "hello.png");
    const png = await page.screenshot({ width: 960, height: 760 });
    await Deno.writeFile(picture, png);
    assert(png.length > 10_000, "the screenshot is empty");
    if (SCREENSHOT !== undefined) {
      const dark = await page.screenshot({ width: 960, height: 760, dark: true });
      await Deno.writeFile(SCREENSHOT.replace(/(\.png)?$/, "-dark.png"), dark);
    }
    assertEquals(page.console, []);

    program.signal("SIGTERM");
    await page.until(`document.getElementById("connection").textContent === "host ended"`);
  },
);

Deno.test(
  "examples/hello names the command that installs what an extension lacks",
  needs(
    chromium,
    packages,
    posix,
  ),
  async () => {
    const empty = await Deno.makeTempDir({ prefix: "outrigger-e2e-path-" });
    try {
      // A machine with nothing but Deno.
      await Deno.symlink("/bin/sh", join(empty, "sh"));
      await Deno.symlink(Deno.execPath(), join(empty, "deno"));
      // Deno itself takes the place of a missing node; a broken one it leaves alone.
      await Deno.writeTextFile(join(empty, "node"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
      await using program = await startHello({ PATH: empty });
      await using browser = await Browser.start();
      const page = await browser.open(program.url);
      await page.until(`document.querySelectorAll("#extensions .bad").length === 2`);
      const text = String(await page.evaluate(`document.getElementById("extensions").innerText`));
      assertStringIncludes(text, "apt install python3-websockets");
      assertStringIncludes(text, "apt install nodejs");
      await page.until(`document.querySelectorAll("#extensions .good").length === 1`);
      if (SCREENSHOT !== undefined) {
        const png = await page.screenshot({ width: 960, height: 760 });
        await Deno.writeFile(SCREENSHOT.replace(/(\.png)?$/, "-missing.png"), png);
      }
    } finally {
      await Deno.remove(empty, { recursive: true });
    }
  },
);
