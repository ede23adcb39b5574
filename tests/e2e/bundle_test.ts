import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Browser } from "../chromium.ts";
import { chromium, needs, node, packages, pathOf } from "../tools.ts";
import { pageFiles } from "./client_library.ts";
import { startProgram } from "./program.ts";

const tools = needs(chromium, packages, node);

/** Packs `folder/staged` as `folder/resources.neu` with the official packer, and removes it. */
async function pack(folder: string): Promise<void> {
  const asar = join(pathOf(packages), "@electron/asar/bin/asar.js");
  const staged = join(folder, "staged");
  const { success, stderr } = await new Deno.Command("node", {
    args: [asar, "pack", staged, join(folder, "resources.neu")],
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  await Deno.remove(staged, { recursive: true });
}

Deno.test(
  "an app in resources.neu shows its page, and nothing outside of it is served",
  tools,
  async () => {
    const staged = Object.entries(pageFiles()).map(([path, text]) => [`staged/${path}`, text]);
    await using program = await startProgram({
      config: null,
      files: {
        ...Object.fromEntries(staged),
        "staged/resources/data.txt": "0123456789",
        "staged/neutralino.config.json": JSON.stringify({
          applicationId: "js.outrigger.bundle",
          version: "2.0.0",
          defaultMode: "browser",
          documentRoot: "/resources/",
          url: "/",
          enableServer: true,
          enableNativeAPI: true,
          exportAuthInfo: true,
        }),
        "beside.txt": "not of the app",
      },
      prepare: async (folder) => {
        await Deno.remove(join(folder, "resources"), { recursive: true });
        await pack(folder);
      },
    });
    await using browser = await Browser.start();
    const page = await browser.open(program.url);
    await page.until(`globalThis.data?.("ready").length === 1`);
    assertEquals(await page.evaluate("[NL_RESMODE, NL_APPVERSION]"), ["bundle", "2.0.0"]);
    assertEquals(
      await page.evaluate("Neutralino.resources.readFile('/resources/data.txt')"),
      "0123456789",
    );
    assertEquals(
      await page.evaluate(
        `fetch("/data.txt", { headers: { range: "bytes=2-4" } }).then((part) => part.text())`,
      ),
      "234",
    );
    for (
      const path of ["beside.txt", "../beside.txt", "..%2fbeside.txt", "neutralino.config.json"]
    ) {
      assertEquals(
        await page.evaluate(`fetch("/${path}").then(({ status }) => status >= 400)`),
        true,
        path,
      );
    }
  },
);
