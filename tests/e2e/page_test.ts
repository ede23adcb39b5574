import { assertEquals, assertStringIncludes } from "@std/assert";
import { customMethod } from "../../lib/mod.ts";
import { startTestHost } from "../../lib/testing.ts";
import { Browser } from "../chromium.ts";
import { chromium, needs, packages } from "../tools.ts";
import { pageFiles } from "./client_library.ts";
import { extensionFiles } from "./extension_programs.ts";
import { startProgram } from "./program.ts";

const tools = needs(chromium, packages);

Deno.test("the page calls methods of every kind through @neutralinojs/lib", tools, async () => {
  await using program = await startProgram({
    config: { version: "1.2.3", extensions: [{ id: "js.driver" }] },
    files: pageFiles(),
  });
  await using browser = await Browser.start();
  const page = await browser.open(program.url);
  await page.until(`data("ready").length === 1`);

  assertEquals(await page.evaluate("NL_MODE"), "browser");
  assertEquals(await page.evaluate("Neutralino.app.getConfig().then((c) => c.version)"), "1.2.3");
  assertEquals(
    await page.evaluate(
      `Neutralino.storage.setData("key", "väl").then(() => Neutralino.storage.getData("key"))`,
    ),
    "väl",
  );
  assertEquals(await page.evaluate(`code(Neutralino.storage.getData("none"))`), "NE_ST_NOSTKEX");
  assertEquals(
    await page.evaluate("Neutralino.computer.getOSInfo().then((os) => typeof os.name)"),
    "string",
  );
  assertEquals(
    await page.evaluate(
      "Neutralino.computer.getMemoryInfo().then(({ physical }) => physical.total > 1e8)",
    ),
    true,
  );
  assertEquals(await page.evaluate("Neutralino.extensions.getStats()"), {
    loaded: ["js.driver"],
    connected: [],
  });
  await page.evaluate(`Neutralino.debug.log("the page speaks", "WARNING")`);
  await program.printed("the page speaks");
  assertEquals(
    await page.evaluate(`code(Neutralino.custom.getMethods())`),
    "no error",
  );
  assertEquals(
    await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket("ws://127.0.0.1:" + NL_PORT + "?connectToken=" +
        NL_TOKEN.split(".")[1]);
      socket.onopen = () => socket.send(JSON.stringify(
        { id: "1", method: "nothing.here", accessToken: NL_TOKEN }));
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.id !== "1") return;
        socket.close();
        resolve(message.data.error.code);
      };
    })`),
    "NE_RT_NATNTIM",
  );
  assertEquals(page.console, []);
});

Deno.test("the page calls methods that a program adds to its host", tools, async () => {
  await using app = await startTestHost({
    config: { documentRoot: "/resources/" },
    files: pageFiles(),
    methods: {
      join: customMethod(
        { arg0: "string", arg1: "array", from: "string" },
        ({ arg0, arg1, from }) => [...arg1, from].join(arg0),
      ),
    },
  });
  await using browser = await Browser.start();
  const page = await browser.open(app.host.url);
  await page.until(`data("ready").length === 1`);
  assertEquals(
    await page.evaluate(`Neutralino.custom.join("-", ["ü", 2], { from: "me" })`),
    "ü-2-me",
  );
  assertEquals(await page.evaluate(`code(Neutralino.custom.join(1, [], {}))`), "NE_RT_NATRTER");
  assertEquals(page.console, []);
});

Deno.test("the page gets events of extensions and backends", tools, async () => {
  await using program = await startProgram({
    config: { extensions: [{ id: "js.driver" }] },
    files: pageFiles(),
  });
  await using browser = await Browser.start();
  const page = await browser.open(program.url);
  await page.until(`data("ready").length === 1`);
  const driver = await program.connect("js.driver");
  await page.until(`data("extClientConnect").includes("js.driver")`);
  await page.until(`data("extensionReady").includes("js.driver")`);
  await driver.call("app.broadcast", { event: "hello", data: { answer: 42 } });
  await page.until(`data("hello").length === 1`);
  assertEquals(await page.evaluate(`data("hello")`), [{ answer: 42 }]);
  await driver.close();
  await page.until(`data("extClientDisconnect").includes("js.driver")`);
});

Deno.test(
  "a dispatch before the extension is connected arrives, and is answered",
  tools,
  async () => {
    await using program = await startProgram({
      config: {
        extensions: [{
          id: "js.late",
          command: `sleep 2 && "${Deno.execPath()}" run -A --no-config \${NL_PATH}/ext/current.ts`,
        }],
      },
      files: { ...pageFiles(), ...extensionFiles("current.ts") },
    });
    await using browser = await Browser.start();
    const page = await browser.open(program.url);
    await page.until(`data("ready").length === 1`);
    assertEquals(
      await page.evaluate("Neutralino.extensions.getStats().then((stats) => stats.connected)"),
      [],
    );
    await page.evaluate(`for (const n of [1, 2, 3]) {
    Neutralino.extensions.dispatch("js.late", "ping", n);
  }`);
    await page.until(`data("pong").length === 3`);
    assertEquals(await page.evaluate(`data("pong").map(({ ping }) => ping)`), [1, 2, 3]);
  },
);

Deno.test(
  "a reloaded page goes on working although the token is given out once",
  tools,
  async () => {
    await using program = await startProgram({ files: pageFiles() });
    await using browser = await Browser.start();
    const page = await browser.open(program.url);
    await page.until(`data("ready").length === 1`);
    for (let round = 0; round < 2; round++) {
      await page.reload();
      await page.until(`data("ready").length === 1`);
      assertEquals(await page.evaluate("NL_TOKEN"), "");
      assertEquals(
        await page.evaluate("Neutralino.app.getConfig().then((c) => c.port)"),
        program.port,
      );
    }
    const stranger = await browser.open(program.url);
    await stranger.until(`document.body.innerText.includes("NE_CL_IVCTOKN")`);
  },
);

const TWO_SCRIPTS = [
  [
    "the globals script and the library as a classic script",
    `<!doctype html><script src="/__neutralino_globals.js"></script>
    <script src="/neutralino.js"></script><script src="/seen.js"></script>`,
  ],
  [
    "the globals script and the library as an ES module",
    `<!doctype html><script src="/__neutralino_globals.js"></script>
    <script type="module">
      import * as library from "/neutralino.mjs";
      globalThis.Neutralino = library;
      await import("/seen.js");
    </script>`,
  ],
] as const;

for (const [name, html] of TWO_SCRIPTS) {
  Deno.test(`a page works with ${name}`, tools, async () => {
    await using program = await startProgram({ files: pageFiles(html) });
    await using browser = await Browser.start();
    const page = await browser.open(program.url);
    await page.until(`globalThis.data?.("ready").length === 1`);
    assertEquals(
      await page.evaluate("Neutralino.app.getConfig().then((c) => c.port)"),
      program.port,
    );
  });
}

Deno.test("a page of another origin gets neither the script nor a connection", tools, async () => {
  await using program = await startProgram({
    config: { tokenSecurity: "none" },
    files: pageFiles(),
  });
  const foreign = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () =>
      new Response(`<!doctype html><title>foreign</title>`, {
        headers: { "content-type": "text/html" },
      }),
  );
  try {
    await using browser = await Browser.start();
    const page = await browser.open(`http://127.0.0.1:${foreign.addr.port}/`);
    for (const script of ["__neutralino_globals.js", "neutralino.js"]) {
      assertEquals(
        await page.evaluate(`new Promise((resolve) => {
          const script = document.createElement("script");
          script.src = "${program.url}/${script}";
          script.onload = () => resolve("loaded, token " + globalThis.NL_TOKEN);
          script.onerror = () => resolve("refused");
          document.head.append(script);
        })`),
        "refused",
      );
    }
    const target = `ws://127.0.0.1:${program.port}/?connectToken=${program.auth.nlConnectToken}`;
    assertEquals(
      await page.evaluate(`new Promise((resolve) => {
        const socket = new WebSocket("${target}");
        socket.onopen = () => resolve("connected");
        socket.onerror = () => resolve("refused");
      })`),
      "refused",
    );
    assertStringIncludes(program.stdout, "Origin");
  } finally {
    await foreign.shutdown();
  }
});
