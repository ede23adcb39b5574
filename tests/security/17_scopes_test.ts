/**
 * Scopes: whoever the caller is, what its entry or the app does not allow is refused with the name of
 * what would have to allow it, and nothing has happened.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { touches } from "../../lib/methods/touches.ts";
import { CallError, startTestHost, type TestClient, type TestHost } from "../../lib/testing.ts";
import { needs, posix } from "../tools.ts";
import { methodNames } from "./method_names.ts";

const CALLERS = ["page", "backend", "driver"] as const;
type Who = (typeof CALLERS)[number];

/** Connects as a caller whom `scopes` bound: those of the app, or those of its own entry. */
async function bounded(
  who: Who,
  scopes: Record<string, unknown>,
  test: (caller: TestClient, app: TestHost, of: string) => Promise<void>,
): Promise<void> {
  const own = who === "driver" ? scopes : {};
  await using app = await startTestHost({
    config: {
      ...(who === "driver" ? {} : scopes),
      extensions: [{ id: "driver", ...own }, { id: "a.ext" }, { id: "b.ext" }],
    },
  });
  const caller = who === "page"
    ? await app.connectPage()
    : who === "backend"
    ? await app.connectBackend()
    : await app.connectDriver("driver");
  await test(caller, app, who === "driver" ? "driver" : "the app");
}

async function refused(caller: TestClient, method: string, data: unknown, why: string) {
  const error = await assertRejects(() => caller.call(method, data), CallError);
  assertEquals(
    error.wire,
    {
      code: "NE_RT_NATPRME",
      message: `Missing permission to execute the native method: ${method} (${why})`,
    },
  );
}

for (const who of CALLERS) {
  Deno.test(`dispatchTo bounds ${who}`, () =>
    bounded(who, { dispatchTo: ["a.ext"] }, async (caller, app, of) => {
      const [a, b] = [await app.connectDriver("a.ext"), await app.connectDriver("b.ext")];
      await caller.call("extensions.dispatch", { extensionId: "a.ext", event: "e", data: 1 });
      assertEquals(await a.event("e"), 1);
      const data = { extensionId: "b.ext", event: "e", data: 2, queue: true };
      await refused(caller, "extensions.dispatch", data, `dispatchTo of ${of}: b.ext`);
      await refused(
        caller,
        "extensions.dispatch",
        { ...data, extensionId: "*" },
        `dispatchTo of ${of}: *`,
      );
      await caller.call("events.broadcast", { event: "e", data: 3 });
      assertEquals(await b.event("e"), 3);
    }));

  Deno.test(`callTo bounds ${who}`, () =>
    bounded(who, { callTo: ["a.ext"] }, async (caller, app, of) => {
      for (const id of ["a.ext", "b.ext"]) {
        const client = await app.connectDriver(id);
        await client.call("extensions.provide", { methods: ["work"] });
      }
      const data = { extensionId: "b.ext", method: "work", timeoutMs: 50 };
      await refused(caller, "extensions.call", data, `callTo of ${of}: b.ext`);
      const allowed = caller.call("extensions.call", { ...data, extensionId: "a.ext" });
      assertEquals((await assertRejects(() => allowed, CallError)).code, "OR_CA_TIMEOUT");
    }));

  Deno.test(`broadcast bounds ${who}, hooks too`, () =>
    bounded(who, { broadcast: ["one", "my.*"] }, async (caller, app, of) => {
      // The driver's scopes do not bind another page.
      const a = await app.connectDriver("a.ext");
      for (const method of ["app.broadcast", "events.broadcast", "extensions.broadcast"]) {
        for (const event of ["on", "ones", "my", "one.my.x", "*", "extensionStateChange"]) {
          await refused(caller, method, { event }, `broadcast of ${of}: ${event}`);
        }
        await caller.call(method, { event: "one" });
        await caller.call(method, { event: "my.own" });
      }
      assertEquals(await a.event("one"), null);
      await refused(caller, "hooks.run", { hook: "close" }, `broadcast of ${of}: close`);
      await caller.call("hooks.run", { hook: "my.close" });
      assert(!a.events.some(({ event }) => event === "ones" || event === "*"));
    }));

  Deno.test({
    name: `commands bound ${who}`,
    ...needs(posix),
    fn: () =>
      bounded(who, { commands: ["echo"] }, async (caller, app, of) => {
        const mark = `${app.folder}/mark`;
        const run = (method: string, command: string, more = {}) =>
          caller.call(method, { command, ...more }) as Promise<{ stdOut: string }>;
        for (const method of ["os.execCommand", "os.spawnProcess"]) {
          for (
            const command of [
              `echo hi > ${mark}`,
              `echo hi; touch ${mark}`,
              `echo $(touch ${mark})`,
              `echo hi\ntouch ${mark}`,
            ]
          ) {
            await refused(
              caller,
              method,
              { command },
              `commands of ${of}: more than one simple command: ${command}`,
            );
          }
          await refused(
            caller,
            method,
            { command: `touch ${mark}` },
            `commands of ${of}: touch`,
          );
          const envs = { PATH: app.folder };
          await refused(
            caller,
            method,
            { command: "echo", envs },
            `commands of ${of}: variables of the environment`,
          );
        }
        await refused(
          caller,
          "os.setEnv",
          { key: "PATH", value: app.folder },
          `commands of ${of}: the host's environment`,
        );
        await refused(caller, "os.open", { url: "x.desktop" }, `commands of ${of}: x.desktop`);
        assertEquals(app.opened, []);
        assertEquals((await run("os.execCommand", "echo 'a;b' c")).stdOut, "a;b c\n");
        await run("os.spawnProcess", "echo own");
        const output = await caller.event("spawnedProcess", {
          where: (data) => (data as { action: string }).action === "stdOut",
        });
        assertEquals((output as { data: string }).data, "own\n");
        const isThere = await Deno.stat(mark).then(() => true, () => false);
        assert(!isThere, "a refused command ran");
      }),
  });

  Deno.test(`netHosts bound ${who}, also where a redirect leads`, async () => {
    let asked = 0;
    const elsewhere = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
      asked++;
      return new Response("secret");
    });
    const first = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      ({ url }) =>
        new URL(url).pathname === "/away"
          ? Response.redirect(`http://127.0.0.1:${elsewhere.addr.port}/`)
          : new Response("fine"),
    );
    try {
      const here = `127.0.0.1:${first.addr.port}`;
      await bounded(who, { netHosts: [here, "*.example.org"] }, async (caller, app, of) => {
        const request = (url: string, more = {}) => caller.call("net.request", { url, ...more });
        assertEquals((await request(`http://${here}/`) as { body: string }).body, "fine");
        const why = `netHosts of ${of}: 127.0.0.1:${elsewhere.addr.port}`;
        const away = { url: `http://${here}/away`, allowRedirects: true };
        await refused(caller, "net.request", away, why);
        const url = `http://127.0.0.1:${elsewhere.addr.port}/`;
        await refused(caller, "net.request", { url }, why);
        await refused(caller, "os.open", { url }, why);
        await refused(
          caller,
          "net.request",
          { url: `http://localhost:${first.addr.port}/` },
          `netHosts of ${of}: localhost:${first.addr.port}`,
        );
        assertEquals([asked, app.opened], [0, []]);
      });
    } finally {
      await Promise.all([first.shutdown(), elsewhere.shutdown()]);
    }
  });
}

Deno.test("an entry's scopes add nothing to the app's", async () => {
  await using app = await startTestHost({
    config: {
      broadcast: ["a", "b"],
      extensions: [{ id: "driver", broadcast: ["b", "c"], commands: ["*"] }],
      commands: [],
    },
  });
  const driver = await app.connectDriver("driver");
  await driver.call("app.broadcast", { event: "b" });
  await refused(driver, "app.broadcast", { event: "a" }, "broadcast of driver: a");
  await refused(driver, "app.broadcast", { event: "c" }, "broadcast of the app: c");
  await refused(driver, "os.execCommand", { command: "x" }, "commands of the app: x");
  const page = await app.connectPage();
  await page.call("app.broadcast", { event: "a" });
});

Deno.test({
  name: "a process of somebody else is neither heard nor touched by a caller with commands",
  ...needs(posix),
  async fn() {
    await using app = await startTestHost({
      config: { extensions: [{ id: "driver", commands: ["cat"] }, { id: "free" }] },
    });
    const [page, driver, free] = [
      await app.connectPage(),
      await app.connectDriver("driver"),
      await app.connectDriver("free"),
    ];
    const { id } = await page.call("os.spawnProcess", { command: "cat" }) as { id: number };
    const own = await driver.call("os.spawnProcess", { command: "cat" }) as { id: number };
    const update = (client: TestClient, id: number, data: string) =>
      client.call("os.updateSpawnedProcess", { id, event: "stdIn", data });
    await update(page, id, "secret\n");
    assertEquals(((await free.event("spawnedProcess")) as { data: string }).data, "secret\n");
    await refused(
      driver,
      "os.updateSpawnedProcess",
      { id, event: "exit" },
      `commands of driver: ${id}, which another caller has opened`,
    );
    const listed = async (client: TestClient) =>
      (await client.call("os.getSpawnedProcesses") as { id: number }[]).map(({ id }) => id);
    assertEquals(await listed(driver), [own.id]);
    assert((await listed(free)).includes(id));
    await update(driver, own.id, "own\n");
    assertEquals(((await driver.event("spawnedProcess")) as { data: string }).data, "own\n");
  },
});

Deno.test("a watcher of somebody else is not listed for a caller with filesystemRoots", async () => {
  await using app = await startTestHost({
    config: { extensions: [{ id: "driver", filesystemRoots: ["${NL_PATH}/own"] }] },
    files: { "own/file": "" },
  });
  const [page, driver] = [await app.connectPage(), await app.connectDriver("driver")];
  const listed = (client: TestClient) =>
    client.call("filesystem.getWatchers") as Promise<unknown[]>;
  await page.call("filesystem.createWatcher", { path: app.folder });
  assertEquals(await listed(driver), []);
  await driver.call("filesystem.createWatcher", { path: `${app.folder}/own` });
  assertEquals([(await listed(driver)).length, (await listed(page)).length], [1, 2]);
});

Deno.test({
  name: "extensions.load gives what it loads no more than its caller has",
  ...needs(posix),
  async fn() {
    await using app = await startTestHost({
      config: {
        extensions: [{ id: "driver", commands: ["sleep", "sh"], broadcast: ["mine"] }],
      },
    });
    const driver = await app.connectDriver("driver");
    const load = (definition: unknown) => driver.call("extensions.load", definition);
    const mark = `${app.folder}/mark`;
    for (
      const [command, why] of [
        [`touch ${mark}`, "touch"],
        [`sleep 0; touch ${mark}`, `more than one simple command: sleep 0; touch ${mark}`],
      ]
    ) {
      await refused(
        driver,
        "extensions.load",
        { id: "bad", command },
        `commands of driver: ${why}`,
      );
    }
    await refused(
      driver,
      "extensions.load",
      { id: "bad", command: "sleep 1", env: { PATH: app.folder } },
      "commands of driver: variables of the environment",
    );
    assertEquals(app.host.extensions.loaded, ["driver"]);
    await load({ id: "made", broadcast: ["mine", "other"], commands: ["touch"] });
    const made = await app.connectDriver("made");
    await made.call("app.broadcast", { event: "mine" });
    await refused(made, "app.broadcast", { event: "other" }, "broadcast of driver: other");
    await refused(
      made,
      "os.execCommand",
      { command: `touch ${mark}` },
      "commands of driver: touch",
    );
    const isThere = await Deno.stat(mark).then(() => true, () => false);
    assert(!isThere);
  },
});

Deno.test("without scopes the message names the method alone", async () => {
  await using app = await startTestHost({ config: { nativeBlockList: ["os.execCommand"] } });
  const page = await app.connectPage();
  const error = await assertRejects(
    () => page.call("os.execCommand", { command: "x" }),
    CallError,
  );
  assertEquals(
    error.wire.message,
    "Missing permission to execute the native method: os.execCommand",
  );
});

Deno.test("what every method touches is known", async () => {
  const unknown = (await methodNames()).filter((name) =>
    // The lanes of these tell.
    touches(name) === undefined && !name.startsWith("filesystem.")
  );
  assertEquals(unknown, [], "describe them in lib/methods/touches.ts");
});
