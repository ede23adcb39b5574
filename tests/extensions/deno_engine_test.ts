/** Extensions that Deno itself keeps within their rights, as real `deno run` children. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Grant } from "../../lib/auth/grant.ts";
import { ENTRY_DEFAULTS } from "../../lib/config/extensions.ts";
import type { ExtensionEntry } from "../../lib/config/settings.ts";
import { denoFlags, denoStart } from "../../lib/extensions/deno_engine.ts";
import { startTestHost, type TestHost } from "../../lib/testing.ts";
import { needs, posix } from "../tools.ts";

/** Tries what it is asked to and tells what became of it. */
const SCRIPT = `
import { greeting } from "./greeting.ts";
const { nlPort, nlToken, nlConnectToken, nlExtensionId } =
  await new Response(Deno.stdin.readable).json();
const socket = new WebSocket("ws://localhost:" + nlPort +
  "?extensionId=" + nlExtensionId + "&connectToken=" + nlConnectToken);
const attempts: Record<string, (value: string) => unknown> = {
  greet: () => greeting,
  read: (path) => Deno.readTextFile(path),
  write: (path) => Deno.writeTextFile(path, "written"),
  import: async (path) => (await import(path)).default,
  importJson: async (path) => (await import(path, { with: { type: "json" } })).default,
  link: (path) => Deno.symlink("/", path),
  run: async (program) => (await new Deno.Command(program).output()).code,
  env: (name) => Deno.env.get(name),
  connect: async (address) => {
    const [hostname, port] = address.split(" ");
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return "connected";
  },
  library: (path) => Deno.dlopen(path, {}),
  hostname: () => Deno.hostname(),
};
socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data);
  if (message.event !== "try") return;
  const [what, value] = message.data;
  let result;
  try { result = ["done", await attempts[what](value) ?? null]; }
  catch (error) { result = [error.name, error.message]; }
  socket.send(JSON.stringify({
    id: crypto.randomUUID(), method: "app.broadcast", accessToken: nlToken,
    data: { event: "tried", data: result },
  }));
};
socket.onclose = () => Deno.exit();
`;
const FILES = {
  "ext/main.ts": SCRIPT,
  "ext/greeting.ts": `export const greeting: string = "hello";`,
  "secret.json": `{"secret": true}`,
  "data/in.txt": "fine",
  "data/write/in.txt": "fine",
};

/** A host with the engine's extension; `attempt` makes it try something. */
async function withScript(
  entry: Record<string, unknown>,
  test: (
    attempt: (what: string, value?: string) => Promise<[string, unknown]>,
    app: TestHost,
  ) => Promise<void>,
  app: Record<string, unknown> = {},
): Promise<void> {
  await using host = await startTestHost({
    config: {
      ...app,
      extensions: [{
        id: "js.script",
        engine: "deno",
        script: "ext/main.ts",
        denoBinary: Deno.execPath(),
        ...entry,
      }],
    },
    files: FILES,
  });
  await host.extensionConnected("js.script");
  const page = await host.connectPage();
  await test(async (what, value = "") => {
    await page.call("extensions.dispatch", {
      extensionId: "js.script",
      event: "try",
      data: [what, value],
    });
    return await page.event("tried") as [string, unknown];
  }, host);
}

async function denied(result: Promise<[string, unknown]>, what: RegExp): Promise<void> {
  const [name, message] = await result;
  assert(name === "NotCapable" || name === "TypeError", `${name}: ${message}`);
  assert(what.test(String(message)), String(message));
}

Deno.test("a script without scopes reads its own folder and reaches the host, and nothing else", () =>
  withScript({}, async (attempt, { folder, output }) => {
    assertEquals(await attempt("greet"), ["done", "hello"]);
    assertEquals((await attempt("read", `${folder}/ext/greeting.ts`))[0], "done");
    const secret = `${folder}/secret.json`;
    await denied(attempt("read", secret), /Requires read access/);
    await denied(attempt("read", `${folder}/ext/../secret.json`), /Requires read access/);
    await denied(attempt("import", `file://${secret}`), /Requires read access/);
    await denied(attempt("importJson", `file://${secret}`), /Requires read access/);
    await denied(attempt("write", `${folder}/ext/new`), /Requires write access/);
    await denied(attempt("run", Deno.execPath()), /Requires run access/);
    await denied(attempt("env", "HOME"), /Requires env access/);
    await denied(attempt("connect", "127.0.0.1 9"), /Requires net access/);
    await denied(attempt("library", "/lib/x.so"), /Requires ffi access/);
    await denied(attempt("hostname"), /Requires sys access/);
    // The tokens are on stdin alone.
    assert(!/--nl-/.test(output));
  }));

Deno.test("a script has what its scopes grant, and only that", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await withScript(
    {
      filesystemRoots: [{ path: "${NL_PATH}/data", access: "read" }, "${NL_PATH}/data/write"],
      netHosts: [`127.0.0.1:${port}`, "*.example.test"],
      commands: ["sh"],
      env: { MARK: "of the entry" },
    },
    async (attempt, { folder }) => {
      assertEquals(await attempt("read", `${folder}/data/in.txt`), ["done", "fine"]);
      await denied(attempt("write", `${folder}/data/in.txt`), /Requires write access/);
      assertEquals(await attempt("write", `${folder}/data/write/in.txt`), ["done", null]);
      assertEquals(await Deno.readTextFile(`${folder}/data/write/in.txt`), "written");
      await denied(attempt("read", `${folder}/secret.json`), /Requires read access/);
      await denied(attempt("link", `${folder}/data/write/link`), /equires/);
      assertEquals(await attempt("env", "MARK"), ["done", "of the entry"]);
      await denied(attempt("env", "HOME"), /Requires env access/);
      assertEquals(await attempt("connect", `127.0.0.1 ${port}`), ["done", "connected"]);
      await denied(attempt("connect", "127.0.0.1 9"), /Requires net access/);
      await denied(attempt("connect", "example.test 9"), /Requires net access/);
      await denied(attempt("run", "ls"), /Requires run access/);
    },
  );
});

Deno.test("what a script names in its text is loaded only if it may be read", async () => {
  for (
    const [script, name] of [
      [`import secret from "../secret.json" with { type: "json" }; console.log(secret);`, "main"],
      [`import "./inner.ts";`, "inner"],
    ]
  ) {
    await using app = await startTestHost({
      config: {
        extensions: [{
          id: "js.script",
          engine: "deno",
          script: "ext/main.ts",
          denoBinary: Deno.execPath(),
        }],
      },
      files: {
        "ext/main.ts": script!,
        "ext/inner.ts":
          `import secret from "../secret.json" with { type: "json" }; console.log(secret);`,
        "secret.json": `"nobody may read this"`,
      },
    });
    await app.printed("Requires read access to", { timeoutMs: 10_000 });
    assert(!app.output.includes("nobody may read this"), name);
  }
});

Deno.test("the app's scopes take away from a script's", () =>
  withScript({
    filesystemRoots: ["${NL_PATH}"],
    netHosts: ["*"],
    commands: ["sh"],
  }, async (attempt, { folder }) => {
    assertEquals(await attempt("read", `${folder}/data/in.txt`), ["done", "fine"]);
    await denied(attempt("read", `${folder}/secret.json`), /Requires read access/);
    await denied(attempt("write", `${folder}/data/in.txt`), /Requires write access/);
    await denied(attempt("connect", "127.0.0.1 9"), /Requires net access/);
    await denied(attempt("run", "sh"), /Requires run access/);
  }, {
    filesystemRoots: [{ path: "${NL_PATH}/data", access: "read" }],
    netHosts: ["a.example.test"],
    commands: [],
  }));

const ENTRY: ExtensionEntry & { script: string } = {
  ...ENTRY_DEFAULTS,
  id: "js.script",
  engine: "deno",
  script: import.meta.filename!,
};

Deno.test("without Deno the start fails with a reason that says what to do", async () => {
  const world = (variables: Record<string, string>) => ({
    env: (name: string) => variables[name],
    os: "linux" as const,
  });
  const message = async (entry: typeof ENTRY, variables: Record<string, string>) =>
    (await assertRejects(() => denoStart(entry, new Grant([]), world(variables)), Error)).message;
  assertEquals(
    await message(ENTRY, { PATH: "/none:/nowhere" }),
    `"deno" is not on PATH (/none:/nowhere); install Deno, or name it in "denoBinary" or OUTRIGGER_DENO`,
  );
  assertEquals(
    await message(ENTRY, { OUTRIGGER_DENO: "/none/deno" }),
    `there is no Deno at "/none/deno", which OUTRIGGER_DENO names`,
  );
  assertEquals(
    await message({ ...ENTRY, denoBinary: "/none/deno" }, {}),
    `there is no Deno at "/none/deno", which "denoBinary" names`,
  );
  assertEquals(
    await message({ ...ENTRY, script: "/none/x.ts", denoBinary: Deno.execPath() }, {}),
    `its script "/none/x.ts" is not there`,
  );
});

Deno.test("an extension whose engine is missing has failed, and the log says why", async () => {
  await using app = await startTestHost({
    config: {
      extensions: [{ id: "js.x", engine: "deno", script: "x.ts", denoBinary: "/none/deno" }],
    },
    files: { "x.ts": "" },
  });
  await app.printed('Cannot start extension "js.x": there is no Deno at "/none/deno"');
  const page = await app.connectPage();
  const info = await page.call("extensions.getInfo", { extensionId: "js.x" });
  assertEquals((info as { state: string }).state, "failed");
});

Deno.test("a path with a comma stays one path", { ...needs(posix) }, () => {
  const none = { read: [], write: [], netHosts: [], commands: [], env: [], closed: [] };
  const flags = denoFlags({ ...none, read: ["/a,/"], env: ["A", "B,C", "*"] }, 1);
  assert(flags.includes("--allow-read=/a,,/"));
  assert(flags.includes("--allow-env=A"));
});

Deno.test("names of servers outside of ASCII keep no script from starting", async () => {
  const none = { read: [], write: [], commands: [], env: [], closed: [] };
  const netHosts = ["bücher.example:8080", "*.Bücher.example", "[::1]:80", "127.0.0.1"];
  const flags = denoFlags({ ...none, netHosts }, 1);
  const hosts = "xn--bcher-kva.example:8080,*.xn--bcher-kva.example,[::1]:80,127.0.0.1";
  assert(flags.includes(`--allow-net=127.0.0.1:1,localhost:1,${hosts}`), flags.join(" "));
  assert(flags.includes("--deny-net=xn--bcher-kva.example"), flags.join(" "));
  await using app = await startTestHost({
    config: {
      extensions: [{
        id: "js.x",
        engine: "deno",
        script: "x.js",
        denoBinary: Deno.execPath(),
        netHosts,
      }],
    },
    files: { "x.js": 'console.log("it runs")' },
  });
  await app.printed("it runs");
});
