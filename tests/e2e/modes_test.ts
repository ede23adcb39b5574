import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { chromium, linux, needs, packages, pathOf } from "../tools.ts";
import { TestClient } from "../../lib/testing.ts";
import { pageFiles } from "./client_library.ts";
import { processesWith } from "./processes.ts";
import { HEADLESS, makeApp, Program, startProgram } from "./program.ts";

const tools = needs(chromium, packages, linux);

/** Says over and over that it is there: who listens may come later. */
const SHOWN = `<!doctype html><title>e2e</title>
<script src="/neutralino.js"></script>
<script>
  Neutralino.init();
  Neutralino.events.on("ready", () =>
    setInterval(() => Neutralino.app.broadcast("shown", { mode: NL_MODE, port: NL_PORT }), 100));
</script>`;

function startMode(mode: string, modes: Record<string, unknown> = {}): Promise<Program> {
  return startProgram({
    config: { defaultMode: mode, modes: { chrome: { browserBinary: pathOf(chromium) }, ...modes } },
    files: pageFiles(SHOWN),
    env: { OUTRIGGER_BROWSER_ARGS: HEADLESS },
  });
}

/** As the page that the system's browser would have shown. */
async function connectPage({ url, port }: Program): Promise<TestClient> {
  const globals = await (await fetch(`${url}/__neutralino_globals.js`)).text();
  const token = /NL_TOKEN="([^"]+)"/.exec(globals)![1]!;
  return await TestClient.open(
    `ws://127.0.0.1:${port}/?connectToken=${token.split(".")[1]}`,
    token,
  );
}

/** The browser that shows a program's page: its own processes name the profile and have a type. */
function browsers({ folder }: Program): number[] {
  return processesWith(`--user-data-dir=${join(folder, ".tmp", "chromedata")}`);
}

for (const mode of ["window", "chrome"]) {
  Deno.test(
    `mode ${mode} shows the page in a browser, and closes it at the end`,
    tools,
    async () => {
      await using program = await startMode(mode);
      const backend = await program.connect();
      assertEquals(await backend.event("shown", { timeoutMs: 20_000 }), {
        mode,
        port: program.port,
      });
      assert(browsers(program).length > 0);
      program.signal("SIGTERM");
      assertEquals((await program.ended()).code, 143);
      assertEquals(browsers(program), []);
    },
  );
}

/** Goes to another page and back, and tells that it is connected there. */
const THERE_AND_BACK = `<!doctype html><title>e2e</title>
<script src="/neutralino.js"></script>
<script>
  Neutralino.init();
  Neutralino.events.on("ready", () => {
    if (history.length === 1) location.href = "/back.html";
    else setInterval(() => Neutralino.app.broadcast("back"), 100);
  });
  addEventListener("pageshow", ({ persisted }) =>
    persisted && setInterval(() => Neutralino.app.broadcast("back"), 100));
</script>`;

Deno.test("a page that the user goes back to is connected", tools, async () => {
  await using program = await startProgram({
    config: {
      defaultMode: "window",
      modes: { window: { browserBinary: pathOf(chromium) } },
    },
    files: {
      ...pageFiles(THERE_AND_BACK),
      "resources/back.html":
        "<!doctype html><script>onload = () => setTimeout(() => history.back(), 100)</script>",
    },
    env: { OUTRIGGER_BROWSER_ARGS: HEADLESS },
  });
  await (await program.connect()).event("back", { timeoutMs: 20_000 });
});

Deno.test("closing the window ends the host with code 0", tools, async () => {
  await using program = await startMode("window");
  await (await program.connect()).event("shown", { timeoutMs: 20_000 });
  for (const pid of browsers(program)) Deno.kill(pid, "SIGTERM");
  assertEquals((await program.ended()).code, 0);
});

Deno.test("closing the window tells a backend, with exitProcessOnClose false", tools, async () => {
  await using program = await startMode("window", {
    window: { exitProcessOnClose: false },
  });
  const backend = await program.connect();
  await backend.event("shown", { timeoutMs: 20_000 });
  for (const pid of browsers(program)) Deno.kill(pid, "SIGTERM");
  await backend.event("windowClose");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert(await backend.call("app.getConfig"));
  await backend.close();
  assertEquals((await program.ended()).code, 0);
});

Deno.test(
  "closing the window ends the host when its page alone would have done so",
  tools,
  async () => {
    await using program = await startProgram({
      config: {
        defaultMode: "window",
        modes: {
          chrome: { browserBinary: pathOf(chromium) },
          window: { exitProcessOnClose: false },
        },
      },
      files: pageFiles(`<!doctype html><title>e2e</title>
<script src="/neutralino.js"></script>
<script>
  Neutralino.init();
  Neutralino.events.on("windowClose", () => Neutralino.app.exit());
  Neutralino.events.on("ready", () => Neutralino.app.writeProcessOutput("the page is there\\n"));
</script>`),
      env: { OUTRIGGER_BROWSER_ARGS: HEADLESS },
    });
    await program.printed("the page is there");
    for (const pid of browsers(program)) Deno.kill(pid, "SIGTERM");
    assertEquals((await program.ended()).code, 0);
  },
);

Deno.test(
  "closing a window whose page never connected ends the host with code 0",
  tools,
  async () => {
    const folder = await makeApp({
      config: {
        defaultMode: "window",
        modes: { window: { browserBinary: "${NL_PATH}/browser" } },
      },
      files: { browser: "#!/bin/sh\nsleep 3.2\n" },
    });
    await using program = new Program(folder);
    assertEquals((await program.ended({ timeoutMs: 20_000 })).code, 0);
  },
);

Deno.test("the port is free for the next start while the browser still ends", tools, async () => {
  const folder = await makeApp({
    config: {
      defaultMode: "window",
      modes: { window: { browserBinary: "${NL_PATH}/browser" } },
    },
    files: {
      browser: "#!/bin/sh\ntrap 'sleep 1.5; exit' TERM\n: > \"${0%/*}/runs\"\nsleep 30 & wait\n",
    },
  });
  await using program = new Program(folder);
  await program.ready();
  const runs = () => Deno.stat(join(folder, "runs")).then(() => true, () => false);
  await program.eventually(runs, { what: "start of the browser" });
  const since = performance.now();
  program.signal("SIGTERM");
  for (;;) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port: program.port }).close();
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const free = performance.now() - since;
  assertEquals((await program.ended()).code, 143);
  const whole = performance.now() - since;
  assert(whole > 1500 && free < whole - 700, `free after ${free} ms of ${whole}`);
});

Deno.test("a second start has a window of its own, and its own end", tools, async () => {
  await using first = await startMode("window");
  const backend = await first.connect();
  await backend.event("shown", { timeoutMs: 20_000 });
  // The first one removes the folder of both.
  const second = new Program(first.folder, { env: { OUTRIGGER_BROWSER_ARGS: HEADLESS } });
  try {
    await second.ready();
    const page = await second.connect();
    await page.event("shown", { timeoutMs: 20_000 });
    const profile = join(first.folder, ".tmp", "chromedata-2");
    const shown = processesWith(`--user-data-dir=${profile}`);
    assert(shown.length > 0);
    for (const pid of shown) Deno.kill(pid, "SIGTERM");
    assertEquals((await second.ended()).code, 0);
  } catch (error) {
    second.signal("SIGTERM");
    throw error;
  }
  assert(browsers(first).length > 0);
});

Deno.test("mode browser opens the address with the system's program", tools, async () => {
  await using program = await startMode("browser");
  await program.printed(`is available at ${program.url}/`);
  const opened = () => Deno.readTextFile(join(program.folder, "opened.url")).catch(() => "");
  await program.eventually(async () => await opened() === `${program.url}/`, { what: "opening" });
});

Deno.test(
  "modes browser and chrome end ten seconds after their last page is gone",
  tools,
  async () => {
    await using inBrowser = await startMode("browser");
    await using inChrome = await startMode("chrome");
    const page = await connectPage(inBrowser);
    const backend = await inChrome.connect();
    await backend.event("shown", { timeoutMs: 20_000 });
    await Promise.all([page.close(), backend.close()]);
    for (const pid of browsers(inChrome)) Deno.kill(pid, "SIGTERM");
    const since = performance.now();
    const codes = await Promise.all([inBrowser, inChrome].map(async (program) => {
      const { code } = await program.ended({ timeoutMs: 20_000 });
      const seconds = (performance.now() - since) / 1000;
      assert(seconds > 9 && seconds < 16, `it ended after ${seconds} s`);
      return code;
    }));
    assertEquals(codes, [0, 0]);
  },
);

Deno.test("mode window ends with an error and code 1 when the browser fails", tools, async () => {
  const folder = await makeApp({
    config: {
      defaultMode: "window",
      modes: { window: { browserBinary: "${NL_PATH}/broken" } },
    },
    files: { broken: "#!/bin/sh\necho 'cannot open display' >&2\nexit 3\n" },
  });
  await using program = new Program(folder);
  assertEquals((await program.ended()).code, 1);
  assertStringIncludes(program.said, "cannot open display");
});

Deno.test("a browser that fails is told of also while a backend is connected", async () => {
  await using program = await startProgram({
    config: {
      defaultMode: "window",
      modes: { window: { browserBinary: "${NL_PATH}/broken" } },
    },
    files: { broken: "#!/bin/sh\nwhile [ ! -e fail ]; do sleep 0.02; done\nexit 3\n" },
  });
  await program.connect();
  await Deno.writeTextFile(join(program.folder, "fail"), "");
  assertEquals((await program.ended()).code, 1);
  assertStringIncludes(program.said, "ended with code 3 before it showed the app");
});

Deno.test("mode cloud tells its address and opens nothing", tools, async () => {
  await using program = await startMode("cloud");
  await program.printed(`is available at ${program.url}/`);
  const opened = await Deno.stat(join(program.folder, "opened.url")).then(() => true, () => false);
  assert(!opened);
});
