import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { within } from "../../lib/testing.ts";
import { Browser } from "../chromium.ts";
import { chromium, linux, needs, node, packages } from "../tools.ts";
import { BINARY, neu, neuProject } from "./neu_project.ts";
import { connectRaw, maskedText } from "./raw_socket.ts";
import { makeApp, Program, startProgram } from "./program.ts";

const tools = needs(chromium, packages, node, linux);

const page = (text: string) =>
  `<!doctype html><title>sample</title><script src="/js/neutralino.js"></script><script>
    Neutralino.init();
    Neutralino.events.on("ready", () => Neutralino.debug.log("${text}, mode " + NL_MODE +
      ", resources " + NL_RESMODE));
  </script>`;

Deno.test("neu's connection with a malformed target reloads the page", tools, async () => {
  await using program = await startProgram({
    ...neuProject(page("here")),
    // As `neu run` does it: through a shell, from the project's folder.
    command: [
      "sh",
      "-c",
      `exec ${BINARY} --load-dir-res --path=. --export-auth-info --neu-dev-extension ` +
      "--neu-dev-auto-reload --mode=browser",
    ],
  });
  await using browser = await Browser.start();
  const shown = await browser.open(program.url);
  await shown.until("Neutralino.extensions.getStats().then(() => true)");
  assertEquals(await shown.evaluate(`[NL_PATH, NL_ARGS.includes("--neu-dev-auto-reload")]`), [
    ".",
    true,
  ]);
  await shown.evaluate("globalThis.old = true");

  const { nlConnectToken, nlToken } = program.auth;
  const target = `/?extensionId=js.neutralino.devtools%0A${"%20".repeat(20)}` +
    `&connectToken=${nlConnectToken}`;
  using socket = await connectRaw(program.port, target);
  assertStringIncludes(socket.head, "HTTP/1.1 101");
  await program.printed('"js.neutralino.devtools" connected');
  await socket.write(maskedText(JSON.stringify({
    id: crypto.randomUUID(),
    method: "app.broadcast",
    accessToken: nlToken,
    data: { event: "neuDev_reloadApp" },
  })));
  await shown.until("globalThis.old === undefined && globalThis.Neutralino !== undefined");
  await shown.until("Neutralino.app.getConfig().then((config) => config.version === '1.0.0')");
});

Deno.test("neu run shows the app and reloads it after a change", tools, async () => {
  const options = neuProject(page("first"));
  const folder = await makeApp(options);
  // neu build packs what lies in .tmp: the profile of the developer's browser must not.
  const env = { ...options.env, XDG_DATA_HOME: join(folder, "data") };
  await using program = new Program(folder, { ...options, env, command: ["node", neu(), "run"] });
  await program.printed("first, mode window, resources directory", { timeoutMs: 30_000 });
  await program.printed("neu CLI connected with the application", { timeoutMs: 20_000 });
  // neu begins to watch at some time after that: a change it misses is made again.
  let changes = 0;
  await program.eventually(async () => {
    if (program.stdout.includes("second, mode window")) return true;
    if (changes++ % 40 === 0) {
      await Deno.writeTextFile(join(folder, "resources", "index.html"), page("second"));
    }
    return false;
  }, { timeoutMs: 30_000, what: "reload" });
  const profile = ["js.neutralino.sample", ".tmp", "chromedata"];
  assert((await Deno.stat(join(folder, "data", ...profile))).isDirectory);
  assertEquals([...Deno.readDirSync(join(folder, ".tmp"))].map(({ name }) => name), [
    "auth_info.json",
  ]);
  // As Ctrl-C in a terminal: to everybody in the foreground.
  Deno.kill(-program.pid, "SIGINT");
  await program.ended();
});

Deno.test("an app that neu build made runs from its bundle", tools, async () => {
  const options = neuProject(page("built"));
  const folder = await makeApp(options);
  const build = await new Deno.Command("node", {
    args: [neu(), "build"],
    cwd: folder,
    stdin: "null",
  }).output();
  assert(build.success, new TextDecoder().decode(build.stderr));
  const dist = join(folder, "dist", "myapp");
  assert((await Deno.stat(join(dist, "resources.neu"))).isFile);
  await using program = new Program(folder, {
    ...options,
    command: [
      "sh",
      "-c",
      "cd / && exec $0 --logging-write-to-log-file=false",
      join(dist, "myapp-linux_x64"),
    ],
  });
  await program.printed("built, mode window, resources bundle", { timeoutMs: 30_000 });
  program.signal("SIGTERM");
  assertEquals((await within(program.status, 10_000, "end")).code, 143);
});
