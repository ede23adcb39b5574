/**
 * `--watch-extensions`, with real processes and files.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ENTRY_DEFAULTS } from "../../lib/config/extensions.ts";
import type { Supervisor } from "../../lib/extensions/supervisor.ts";
import { ExtensionWatch, watchRoots } from "../../lib/extensions/watch.ts";
import { HostLog } from "../../lib/log.ts";
import { startTestHost, type TestClient, type TestHost } from "../../lib/testing.ts";
import { needs, posix } from "../tools.ts";

/** Waits until a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("Nothing happened within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const onPosix = needs(posix);
const SCRIPT = "exec sleep 1000\n";

interface Change {
  extensionId: string;
  to: string;
  reason: string;
}

/** A host with the extension under test, `x`, and one whose restart tells that time has passed. */
async function start(
  script = SCRIPT,
  entry: Record<string, unknown> = {},
): Promise<{ app: TestHost; page: TestClient } & AsyncDisposable> {
  const app = await startTestHost({
    args: ["--watch-extensions"],
    config: {
      extensions: [
        { id: "x", command: "sh ${NL_PATH}/ext/x/run.sh", ...entry },
        { id: "later", command: "sh ${NL_PATH}/ext/later/run.sh" },
      ],
    },
    files: { "ext/x/run.sh": script, "ext/later/run.sh": SCRIPT },
  });
  await app.eventually(() => app.output.split("is restarted when files").length === 3);
  return { app, page: await app.connectPage(), [Symbol.asyncDispose]: () => app.stop() };
}

const write = (app: TestHost, path: string, text = SCRIPT) =>
  Deno.writeTextFile(join(app.folder, "ext", path), text);

async function pid(page: TestClient, extensionId = "x"): Promise<number | null> {
  const info = await page.call("extensions.getInfo", { extensionId });
  return (info as { pid: number | null }).pid;
}

function change(page: TestClient, to: string, extensionId = "x"): Promise<Change> {
  return page.event("extensionStateChange", {
    timeoutMs: 15_000,
    where: (data) => (data as Change).extensionId === extensionId && (data as Change).to === to,
  }) as Promise<Change>;
}

/** Waits until a change that comes now has had its effect; whatever was changed before has, too. */
async function pass(app: TestHost, page: TestClient): Promise<void> {
  await write(app, "later/run.sh");
  await change(page, "starting", "later");
}

const restarts = (app: TestHost) => app.output.split('Extension "x" is restarted: ').length - 1;

Deno.test(
  "an extension is restarted when its script changes, others are not",
  onPosix,
  async () => {
    await using bench = await start();
    const { app, page } = bench;
    const [before, other] = [await pid(page), await pid(page, "later")];
    await write(app, "x/run.sh");
    assertEquals((await change(page, "stopping")).reason, "its files changed");
    assertEquals((await change(page, "starting")).reason, "its files changed");
    await app.eventually(async () => ![before, null].includes(await pid(page)));
    assertEquals(await pid(page, "later"), other);
  },
);

Deno.test(
  "files that never count, and those of watchIgnore, restart nothing",
  onPosix,
  async () => {
    await using bench = await start(SCRIPT, { watchIgnore: ["*.db", "cache/"] });
    const { app, page } = bench;
    const before = await pid(page);
    for (const folder of [".git", "node_modules", "a/__pycache__", "logs", "cache"]) {
      await Deno.mkdir(join(app.folder, "ext/x", folder), { recursive: true });
      await write(app, `x/${folder}/file.js`);
    }
    // `a` itself is new, and counts.
    await change(page, "starting");
    await app.eventually(async () => ![before, null].includes(await pid(page)));
    const after = await pid(page);
    for (const file of ["a.log", "b.tmp", "run.sh~", ".run.sh.swp", "my.db", "cache/b", "logs/c"]) {
      await write(app, `x/${file}`);
    }
    await Deno.remove(join(app.folder, "ext/x/cache"), { recursive: true });
    await Deno.readTextFile(join(app.folder, "ext/x/run.sh"));
    await pass(app, page);
    assertEquals([await pid(page), restarts(app)], [after, 1]);
    await write(app, "x/.env");
    await change(page, "starting");
  },
);

Deno.test("many changes at once are one restart", onPosix, async () => {
  await using bench = await start();
  const { app, page } = bench;
  for (let i = 0; i < 100; i++) await write(app, `x/module${i}.js`);
  await change(page, "starting");
  await pass(app, page);
  assertEquals(restarts(app), 1);
});

Deno.test("changes that never rest do not put the restart off for ever", onPosix, async () => {
  await using bench = await start();
  const { app } = bench;
  await app.eventually(async () => {
    await write(app, "x/restless.js");
    return restarts(app) > 0;
  }, { timeoutMs: 15_000 });
});

Deno.test({
  name: "a named pipe among the files of an extension does not hold up the end of the host",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const app = await Deno.makeTempDir({ prefix: "outrigger-test-" });
    await Deno.mkdir(join(app, "x"));
    const watched = Promise.withResolvers<void>();
    await using _ = new ExtensionWatch({
      appPath: app,
      log: Object.assign(new HostLog(), { info: () => watched.resolve() }),
      registry: {
        ids: ["x"],
        entry: (id) => ({ ...ENTRY_DEFAULTS, id, command: id, watch: [id] }),
        supervisor: () => undefined,
        restart: () => Promise.resolve(),
      },
    });
    await watched.promise;
    await new Deno.Command("mkfifo", { args: [join(app, "x/pipe")] }).output();
    // The runtime comes by it.
    await new Promise((resolve) => setTimeout(resolve, 100));
  },
});

Deno.test("changes while it is being restarted bring no second restart", async () => {
  const app = await Deno.makeTempDir({ prefix: "outrigger-test-" });
  try {
    for (const id of ["x", "later"]) await Deno.mkdir(join(app, id));
    const entry = (id: string) => ({ ...ENTRY_DEFAULTS, id, command: id, watch: [id] });
    const asked: string[] = [];
    const restart = Promise.withResolvers<void>();
    let watched = 0;
    await using _ = new ExtensionWatch({
      appPath: app,
      log: Object.assign(new HostLog(), { info: () => watched++ }),
      registry: {
        ids: ["x", "later"],
        entry,
        supervisor: () => ({ state: "connected" }) as Supervisor,
        restart(id) {
          asked.push(id);
          return id === "x" ? restart.promise : Promise.resolve();
        },
      },
    });
    const change = (id: string) => Deno.writeTextFile(join(app, id, "a.js"), "");
    await until(() => watched === 2);
    await change("x");
    await until(() => asked.length === 1);
    await change("x");
    await change("later");
    await until(() => asked.includes("later"));
    assertEquals(asked, ["x", "later"]);
    restart.resolve();
    await restart.promise;
    await new Promise((resolve) => setTimeout(resolve));
    await change("x");
    await until(() => asked.length === 3);
  } finally {
    await Deno.remove(app, { recursive: true });
  }
});

Deno.test(
  "one that has failed is started again, one that was stopped is not",
  onPosix,
  async () => {
    await using bench = await start("exit 3\n");
    const { app, page } = bench;
    const state = async () =>
      (await page.call("extensions.getInfo", { extensionId: "x" }) as { state: string }).state;
    await app.eventually(async () => await state() === "failed");
    await write(app, "x/run.sh");
    await change(page, "starting");
    await page.call("extensions.stop", { extensionId: "x" });
    await write(app, "x/run.sh");
    await pass(app, page);
    assertEquals([await state(), restarts(app)], ["stopped", 1]);
  },
);

Deno.test("one that is loaded later is watched until it is unloaded", onPosix, async () => {
  await using bench = await start();
  const { app, page } = bench;
  await Deno.mkdir(join(app.folder, "ext/y"));
  await write(app, "y/run.sh");
  const definition = { id: "y", command: "sh run.sh", cwd: "${NL_PATH}/ext/y", watch: "ext/y" };
  await page.call("extensions.load", definition);
  await app.eventually(() => app.output.includes('Extension "y" is restarted when files'));
  await write(app, "y/run.sh");
  await change(page, "stopping", "y");
  await change(page, "starting", "y");
  await page.call("extensions.unload", { extensionId: "y" });
  await write(app, "y/run.sh");
  await pass(app, page);
  assertEquals(app.output.split('Extension "y" is restarted: ').length - 1, 1);
});

Deno.test("without the flag nothing is watched", onPosix, async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "x", command: "sh ${NL_PATH}/ext/run.sh" }] },
    files: { "ext/run.sh": SCRIPT },
  });
  assert(!app.output.includes("is restarted when files"));
});

Deno.test("watchRoots() finds the program of an extension", onPosix, async (t) => {
  const app = await Deno.realPath(await Deno.makeTempDir({ prefix: "outrigger-test-" }));
  try {
    for (const folder of ["my ext/lib", ".venv/bin", "node_modules/tsx"]) {
      await Deno.mkdir(join(app, folder), { recursive: true });
    }
    for (const file of ["main.js", "my ext/a.py", ".venv/bin/python", "node_modules/tsx/cli.js"]) {
      await Deno.writeTextFile(join(app, file), "");
    }
    const folder = join(app, "my ext");
    const cases: [string, Parameters<typeof watchRoots>[0], unknown][] = [
      ["the folder of a script", { command: `python3 "${app}/my ext/a.py" --flag` }, [{ folder }]],
      ["a folder", { command: `cd "${app}/my ext" && python3 a.py` }, [{ folder }]],
      ["a script behind cwd", { command: "python3 a.py", cwd: folder }, [{ folder }]],
      [
        "no interpreter of the app's own",
        { command: `${app}/.venv/bin/python ${app}/node_modules/tsx/cli.js "${app}/my ext/a.py"` },
        [{ folder }],
      ],
      ["one file in the app's folder", { command: `node ${app}/main.js` }, [{
        folder: app,
        file: "main.js",
      }]],
      ["nothing elsewhere", { command: "sh -c true /etc/passwd" }, []],
      ["nothing without a command", {}, []],
      ["what `watch` says", { command: "x", watch: ["my ext/a.py", "my ext/lib"] }, [
        { folder, file: "a.py" },
        { folder: join(folder, "lib") },
      ]],
    ];
    for (const [name, entry, expected] of cases) {
      await t.step(name, async () => assertEquals(await watchRoots(entry, app), expected as never));
    }
  } finally {
    await Deno.remove(app, { recursive: true });
  }
});
