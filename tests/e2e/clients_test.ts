import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { chromium, go, java, linux, needs, node, packages, pathOf, python } from "../tools.ts";
import { Browser } from "../chromium.ts";
import { conform } from "./client_conformance.ts";
import { startProgram } from "./program.ts";

const CLIENTS = fromFileUrl(new URL("../../examples/clients", import.meta.url));

/** Copies a file of `examples/clients`. */
function copy(name: string): (folder: string) => Promise<void> {
  return (folder) => Deno.copyFile(join(CLIENTS, name), join(folder, name));
}

/** Runs a compiler in a folder of `examples/clients`. */
async function run(program: string, args: string[], folder: string): Promise<void> {
  const cwd = join(CLIENTS, folder);
  const { success, stderr } = await new Deno.Command(program, { args, cwd }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test(
  "examples/clients/client.py does all of the protocol",
  needs(python, linux),
  (t) =>
    conform(t, {
      command: `${pathOf(python)} \${NL_PATH}/client.py`,
      prepare: copy("client.py"),
      exactIntegers: true,
      backend: (folder) => [pathOf(python), join(folder, "client.py")],
    }),
);

Deno.test(
  "examples/clients/client.mjs does all of the protocol",
  needs(node, packages, linux),
  (t) =>
    conform(t, {
      command: "node ${NL_PATH}/client.mjs",
      async prepare(folder) {
        await copy("client.mjs")(folder);
        await Deno.symlink(pathOf(packages), join(folder, "node_modules"));
      },
      exactIntegers: false,
      backend: (folder) => ["node", join(folder, "client.mjs")],
    }),
);

Deno.test(
  "examples/clients/client.mjs comes back to a host whose auth info was away",
  needs(node, packages, linux),
  async () => {
    await using program = await startProgram({ args: ["--mode=cloud"] });
    const { folder } = program;
    await copy("client.mjs")(folder);
    await Deno.symlink(pathOf(packages), join(folder, "node_modules"));
    const script = `import { Client, fromAuthInfo } from "./client.mjs";
let tries = 0;
const client = new Client(() => fromAuthInfo(++tries < 3 ? "gone" : ".tmp/auth_info.json"));
const running = client.run();
const stats = await client.call("extensions.getStats");
console.log(tries, JSON.stringify(stats));
client.close();
await running;`;
    const { stdout, stderr } = await new Deno.Command("node", {
      args: ["--input-type=module", "-e", script],
      cwd: folder,
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals(text(stdout), '3 {"loaded":[],"connected":[]}\n', text(stderr));
  },
);

Deno.test("a call of client.mjs that waits for a connection outlasts one that ends at once", async () => {
  const { Client } = await import(join(CLIENTS, "client.mjs"));
  let connections = 0;
  await using server = Deno.serve({ port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const first = connections++ === 0;
    socket.onmessage = ({ data }) => {
      const { id, method } = JSON.parse(data);
      if (first) socket.close();
      else {socket.send(
          JSON.stringify({ id, method, data: { success: true, returnValue: method } }),
        );}
    };
    return response;
  });
  const client = new Client(() => ({ port: server.addr.port, token: "a.b" }));
  client.provide({ echo: (data: unknown) => data });
  const running = client.run();
  assertEquals(await client.call("computer.getArch"), "computer.getArch");
  client.close();
  await running;
});

Deno.test("examples/clients/go does all of the protocol", needs(go, linux), (t) =>
  conform(t, {
    command: "${NL_PATH}/client",
    prepare: (folder) =>
      run("go", ["build", "-o", join(folder, "client"), "client.go", "example.go"], "go"),
    exactIntegers: true,
    backend: (folder) => [join(folder, "client")],
  }));

Deno.test("examples/clients/java does all of the protocol", needs(java, linux), (t) =>
  conform(t, {
    command: "java -cp ${NL_PATH}/classes Example",
    prepare: (folder) =>
      run("javac", ["-d", join(folder, "classes"), "Client.java", "Example.java"], "java"),
    exactIntegers: true,
    backend: (folder) => ["java", "-cp", join(folder, "classes"), "Example"],
  }));

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const TYPED = fromFileUrl(new URL("./typed_client_program.ts", import.meta.url));
const ON_DENO = [Deno.execPath(), "run", "-A", "--no-lock", `--config=${ROOT}deno.json`, TYPED];

/** Writes a module and what it imports as one file of JavaScript. */
async function bundle(module: string, to: string): Promise<void> {
  await run(Deno.execPath(), ["bundle", "--quiet", "--no-lock", "-o", to, module], "");
}

Deno.test("lib/client.ts does all of the protocol on Deno", needs(linux), (t) =>
  conform(t, {
    command: ON_DENO.map((word) => `"${word}"`).join(" "),
    prepare: () => {},
    exactIntegers: false,
    backend: () => ON_DENO,
  }));

Deno.test("lib/client.ts does all of the protocol on Node", needs(node, linux), (t) => {
  // Without the switch, Node has a WebSocket from 22 on.
  const onNode = ["node", "--no-warnings", "--experimental-websocket"];
  return conform(t, {
    command: `${onNode.join(" ")} \${NL_PATH}/client.mjs`,
    prepare: (folder) => bundle(TYPED, join(folder, "client.mjs")),
    exactIntegers: false,
    backend: (folder) => [...onNode, join(folder, "client.mjs")],
  });
});

/** What a page can do: all but to offer methods, which is for extensions. */
const PAGE = `<!doctype html><meta charset="utf-8">
<script src="/__neutralino_globals.js"></script>
<script type="module">
import { connect, fromPage } from "/client.js";
const id = "org.example.client";
const client = await connect(fromPage());
const failure = (promise) => promise.then(() => "none", ({ code, message, data, fromExtension }) =>
  ({ code, message, data, fromExtension }));
globalThis.use = async () => {
  const parts = [];
  const progress = [];
  const pong = new Promise((resolve) => client.on("pong", resolve));
  await client.call("extensions.dispatch", { extensionId: id, event: "ping", data: "日本" });
  return {
    who: await client.callExtension(id, "who"),
    together: await Promise.all([1, 2, 3].map((value) =>
      client.callExtension(id, "delay", { ms: 30 - 10 * value, value }))),
    counted: await client.callExtension(id, "count", { n: 1000, size: 0 },
      { onPart: ({ i }) => parts.push(i) }),
    parts: parts.length === 1000 && parts.every((part, i) => part === i),
    done: await client.callExtension(id, "progress", 3, { onProgress: (i) => progress.push(i) }),
    progress,
    pong: await pong,
    failed: await failure(client.callExtension(id, "fail")),
    late: (await failure(client.callExtension(id, "slow", 1, { timeoutMs: 100 }))).code,
    cancelled: (await failure(client.callExtension(id, "slow", 2,
      { signal: AbortSignal.timeout(50) }))).code,
    hook: (await client.call("hooks.run", { hook: "close", data: "unsaved" })).allow,
  };
};
await client.hook("leave", (data) => data === "no" ? "not yet" : true);
globalThis.ready = true;
</script>`;

Deno.test("lib/client.ts works in a page", needs(chromium, linux), async () => {
  await using program = await startProgram({
    config: {
      extensions: [{
        id: "org.example.client",
        command: ON_DENO.map((word) => `"${word}"`).join(" "),
        handshake: "stdin",
      }],
    },
    files: { "resources/index.html": PAGE },
    prepare: (folder) => bundle(join(ROOT, "lib/client.ts"), join(folder, "resources/client.js")),
  });
  await program.printed('Extension "org.example.client" connected');
  await using browser = await Browser.start();
  const page = await browser.open(program.url);
  await page.until("globalThis.ready === true");
  assertEquals(await page.evaluate("use()"), {
    who: { kind: "page" },
    together: [1, 2, 3],
    counted: "counted",
    parts: true,
    done: "done",
    progress: [0, 1, 2],
    pong: "日本",
    failed: { code: "NO_PAPER", message: "no paper", data: { tray: 2 }, fromExtension: true },
    late: "OR_CA_TIMEOUT",
    cancelled: "OR_CA_CANCELD",
    hook: false,
  });
  const backend = await program.connect();
  assertEquals(await backend.call("hooks.run", { hook: "leave", data: "no" }), {
    allow: false,
    answers: [{ allow: false, reason: "not yet" }],
  });
});
