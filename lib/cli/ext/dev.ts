/**
 * `outrigger ext dev`: running the folder of a package that is being written.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { type Command, CommandError, type Input } from "../command.ts";

/** The command. */
export const dev: Command = {
  name: "ext dev",
  words: "[DIR]",
  count: [0, 1],
  summary: "Run the folder of a package, and start it anew when a file changes",
  details:
    `Starts a host of its own, with this package alone, and grants it what its package.json asks for.
Its settings and logs are kept in DIR/.outrigger. Ends with Ctrl-C.`,
  options: [
    { name: "port", value: "NUMBER", description: "Port of the host. Default: a free one" },
    { name: "manage", description: "Serve the page that manages packages; log its address" },
    { name: "debug", description: "Start it with --debug" },
  ],
  async run(input) {
    const [word = "."] = input.words;
    const folder = resolve(word);
    const app = await Deno.makeTempDir({ prefix: "outrigger-dev-" });
    try {
      const packages = join(app, "packages");
      await prepare(app, { folder, input });
      const { runHost } = await import("../run_host.ts");
      return await runHost({
        args: [
          `--path=${app}`,
          `--packages=${packages}`,
          "--watch-extensions",
          `--port=${input.number("port", 1) ?? 0}`,
          ...(input.flag("manage") ? ["--manage"] : []),
        ],
        develop: folder,
        show: false,
      });
    } finally {
      await Deno.remove(app, { recursive: true }).catch(() => {});
    }
  },
};

/** Makes the app of a host that has nothing but this package. */
async function prepare(
  app: string,
  { folder, input }: { folder: string; input: Input },
): Promise<void> {
  const { parseManifest } = await import("../../packages/manifest.ts");
  let manifest;
  try {
    manifest = parseManifest(await Deno.readTextFile(join(folder, "package.json")));
  } catch (error) {
    const { message } = error as Error;
    const why = error instanceof Deno.errors.NotFound ? "there is no package.json" : message;
    throw new CommandError(`Cannot run "${folder}": ${why}`);
  }
  const variables = (manifest.permissions.env ?? []).flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const config = {
    applicationId: "js.outrigger.dev",
    // Nothing is shown, and nobody's leaving ends it.
    defaultMode: "cloud",
    enableServer: true,
    enableExtensions: true,
    packages: {
      enabled: true,
      // What it asks for it gets; the values of variables would come from the user's configuration.
      grants: { [manifest.name]: { env: Object.fromEntries(variables) } },
    },
  };
  await Deno.writeTextFile(join(app, "neutralino.config.json"), JSON.stringify(config));
  await Deno.mkdir(join(app, "packages"));
  if (!input.flag("debug")) return;
  const own = join(app, "packages", ".outrigger");
  await Deno.mkdir(own, { mode: 0o700 });
  const settings = { version: 1, settings: { extensions_debug_mode: true } };
  await Deno.writeTextFile(join(own, "web-server.json"), JSON.stringify(settings));
}
