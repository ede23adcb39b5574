/**
 * What proves to the host who somebody is lies in folders that are closed, though the app's own folder
 * is a root: to callers with roots, to whoever reads the app's files, and to programs in a sandbox.
 */

import { assert, assertEquals } from "@std/assert";
import { CallError, startTestHost, type TestClient, type TestHost } from "../../lib/testing.ts";
import { startPackagesHost } from "../airdcpp/packages_host.ts";
import { needs, posix } from "../tools.ts";

const FILES = { "page/in.txt": "of the app", "data/in.txt": "fine" };
const AUTH = ".tmp/auth_info.json";

/** A caller whose root is the folder that the app's folder lies in. */
async function withRoot(
  test: (caller: TestClient, folder: string, app: TestHost) => Promise<void>,
  root = "${NL_PATH}",
): Promise<void> {
  await using app = await startTestHost({
    config: {
      exportAuthInfo: true,
      extensions: [{ id: "driver", filesystemRoots: [root] }],
    },
    files: FILES,
  });
  await test(await app.connectDriver("driver"), app.folder, app);
}

/** The code of the refusal, or `undefined` for a call that was answered. */
async function refusal(
  caller: TestClient,
  method: string,
  data: unknown,
): Promise<string | undefined> {
  try {
    await caller.call(method, data);
    return undefined;
  } catch (error) {
    assert(error instanceof CallError, String(error));
    assert(error.message.includes("where the host keeps its tokens"), error.message);
    return error.code;
  }
}

Deno.test("a caller with the app's folder as its root does not get at the host's tokens", () =>
  withRoot(async (caller, folder) => {
    const path = `${folder}/${AUTH}`;
    await Deno.stat(path);
    const calls: [method: string, data: Record<string, unknown>][] = [
      ["filesystem.readFile", { path }],
      ["filesystem.readFile", { path: `${folder}/data/../.tmp/./auth_info.json` }],
      ["filesystem.readBinaryFile", { path }],
      ["filesystem.openFile", { path }],
      ["filesystem.getStats", { path }],
      ["filesystem.readDirectory", { path: `${folder}/.tmp` }],
      ["filesystem.createWatcher", { path: `${folder}/.tmp` }],
      ["filesystem.writeFile", { path, data: "{}" }],
      ["filesystem.appendFile", { path, data: "{}" }],
      ["filesystem.remove", { path: `${folder}/.tmp` }],
      ["filesystem.copy", { source: path, destination: `${folder}/data/copy` }],
      ["filesystem.copy", { source: folder, destination: `${folder}/data/copy` }],
      ["filesystem.move", { source: path, destination: `${folder}/data/moved` }],
      ["filesystem.move", { source: `${folder}/.tmp`, destination: `${folder}/data/moved` }],
      ["filesystem.copy", { source: `${folder}/data/in.txt`, destination: path }],
      ["server.mount", { path: "/t", target: `${folder}/.tmp` }],
      ["os.execCommand", { command: "ls", cwd: `${folder}/.tmp` }],
    ];
    for (const [method, data] of calls) {
      const what = `${method} ${JSON.stringify(data)}`;
      assertEquals([what, await refusal(caller, method, data)], [what, "NE_RT_NATPRME"]);
    }
    // All around them is as before.
    assertEquals(
      await caller.call("filesystem.readFile", { path: `${folder}/data/in.txt` }),
      "fine",
    );
    assertEquals(
      await refusal(caller, "filesystem.copy", {
        source: `${folder}/data`,
        destination: `${folder}/page/data`,
      }),
      undefined,
    );
    assertEquals(await refusal(caller, "filesystem.createWatcher", { path: folder }), undefined);
  }));

Deno.test("a caller whose root lies around the app does not take the host's tokens away", () =>
  withRoot(async (caller, folder) => {
    const destination = `${folder}/../moved-${crypto.randomUUID()}`;
    for (const method of ["filesystem.move", "filesystem.copy"]) {
      const code = await refusal(caller, method, { source: folder, destination });
      assertEquals([method, code], [method, "NE_RT_NATPRME"]);
    }
    for (const method of ["filesystem.remove", "os.trashItem"]) {
      const code = await refusal(caller, method, { path: folder });
      assertEquals([method, code], [method, "NE_RT_NATPRME"]);
    }
    await Deno.stat(`${folder}/${AUTH}`);
  }, "${NL_PATH}/.."));

Deno.test("a caller with roots puts nothing in the place of the host's tokens", () =>
  withRoot(async (caller, folder) => {
    const before = await Deno.readTextFile(`${folder}/${AUTH}`);
    await caller.call("filesystem.createDirectory", { path: `${folder}/data/.tmp` });
    const path = `${folder}/data/${AUTH}`;
    await caller.call("filesystem.writeFile", { path, data: "of the caller" });
    const destination = folder;
    const calls: [method: string, data: Record<string, unknown>][] = [
      ["filesystem.copy", { source: `${folder}/data`, destination }],
      ["filesystem.copy", { source: `${folder}/data/`, destination: `${folder}/page/..` }],
      ["resources.extractDirectory", { path: "/data", destination }],
      ["resources.extractFile", { path: "/data", destination }],
    ];
    for (const [method, data] of calls) {
      const what = `${method} ${JSON.stringify(data)}`;
      assertEquals([what, await refusal(caller, method, data)], [what, "NE_RT_NATPRME"]);
    }
    assertEquals(await Deno.readTextFile(`${folder}/${AUTH}`), before);
    // Nor where they will be, once there are packages.
    await Deno.mkdir(`${folder}/page/forged/.outrigger`, { recursive: true });
    const forged = { source: `${folder}/page/forged`, destination: `${folder}/packages` };
    assertEquals(await refusal(caller, "filesystem.move", forged), "NE_RT_NATPRME");
    assertEquals(await refusal(caller, "filesystem.copy", forged), "NE_RT_NATPRME");
    await Deno.remove(forged.source, { recursive: true });
    // Without such a folder in it, the same is fine.
    await caller.call("filesystem.copy", { source: `${folder}/page`, destination });
    await caller.call("resources.extractDirectory", { path: "/page", destination });
    assertEquals(await Deno.readTextFile(`${folder}/in.txt`), "of the app");
  }));

Deno.test({
  name: "a caller with roots does not copy along links to the host's tokens",
  ...needs(posix),
  fn: () =>
    withRoot(async (caller, folder) => {
      for (const [name, target] of [["a", ".tmp"], ["b", AUTH], ["c", "."]] as const) {
        await Deno.mkdir(`${folder}/${name}`);
        await Deno.symlink(`${folder}/${target}`, `${folder}/${name}/link`);
        const [from, to] = [`${folder}/${name}`, `${folder}/data`];
        for (const [source, destination] of [[from, `${to}/copy`], [to, from]]) {
          const code = await refusal(caller, "filesystem.copy", { source, destination });
          assertEquals([source, code], [source, "NE_RT_NATPRME"]);
        }
      }
    }),
});

Deno.test({
  name: "links in the profile of the app's browser do not keep a caller from the folder around",
  ...needs(posix),
  fn: () =>
    withRoot(async (caller, folder) => {
      await Deno.mkdir(`${folder}/.tmp/chromedata`);
      await Deno.symlink("/tmp/elsewhere/socket", `${folder}/.tmp/chromedata/SingletonSocket`);
      const destination = folder;
      await caller.call("filesystem.createWatcher", { path: folder });
      await caller.call("filesystem.copy", { source: `${folder}/page`, destination });
      await caller.call("resources.extractDirectory", { path: "/page", destination });
    }),
});

Deno.test({
  name: "a link to the host's tokens is none for a caller with roots, nor for the app's files",
  ...needs(posix),
  fn: () =>
    withRoot(async (caller, folder, app) => {
      await Deno.symlink(`${folder}/.tmp`, `${folder}/data/link`);
      const path = `${folder}/data/link/auth_info.json`;
      assertEquals(await refusal(caller, "filesystem.readFile", { path }), "NE_RT_NATPRME");
      const page = await app.connectPage();
      const read = await page.call("resources.readFile", { path: "/data/link/auth_info.json" })
        .catch((error) => error);
      assert(read instanceof CallError, String(read));
    }),
});

Deno.test("the app's files do not include the host's tokens, whoever asks and however", () =>
  withRoot(async (_caller, folder, app) => {
    const page = await app.connectPage();
    const failed = async (method: string, data: Record<string, unknown>) => {
      const answer = await page.call(method, data).catch((error) => error);
      assert(answer instanceof CallError, `${method}: ${JSON.stringify(answer)}`);
    };
    assertEquals(await page.call("resources.readFile", { path: "/data/in.txt" }), "fine");
    await failed("resources.readFile", { path: `/${AUTH}` });
    await failed("resources.readBinaryFile", { path: `/${AUTH}` });
    await failed("resources.getStats", { path: `/${AUTH}` });
    await failed("resources.extractFile", { path: `/${AUTH}`, destination: `${folder}/data/out` });
    const all = await page.call("resources.getFiles", {}) as string[];
    assert(all.includes("/data/in.txt"), String(all));
    assertEquals(all.filter((path) => path.includes(".tmp")), []);
    await page.call("server.mount", { path: "/t", target: `${folder}/.tmp` });
    const response = await fetch(new URL("/t/auth_info.json", app.host.url));
    await response.body?.cancel();
    assertEquals(response.status, 404);
  }));

/** Tries to read and write what its arguments name, and prints what became of it. */
const SCRIPT = `
const { nlPort, nlToken, nlConnectToken, nlExtensionId } =
  await new Response(Deno.stdin.readable).json();
const socket = new WebSocket("ws://localhost:" + nlPort +
  "?extensionId=" + nlExtensionId + "&connectToken=" + nlConnectToken);
const folder = decodeURIComponent(new URL("..", import.meta.url).pathname);
const tried = async (what) => {
  try { await what(); return "done"; } catch (error) { return error.name; }
};
const path = folder + "${AUTH}";
console.log("tried", await tried(() => Deno.readTextFile(path)),
  await tried(() => Deno.writeTextFile(path, "")),
  await tried(() => Deno.rename(folder + ".tmp", folder + "data/moved")),
  await tried(() => Deno.readTextFile(folder + "data/in.txt")));
socket.onclose = () => Deno.exit();
`;

Deno.test("a sandboxed script with the app's folder as its root does not get at the host's tokens", async () => {
  await using app = await startTestHost({
    config: {
      exportAuthInfo: true,
      extensions: [{
        id: "js.script",
        engine: "deno",
        script: "ext/main.js",
        denoBinary: Deno.execPath(),
        filesystemRoots: ["${NL_PATH}"],
      }],
    },
    files: { ...FILES, "ext/main.js": SCRIPT },
  });
  await app.printed("tried NotCapable NotCapable NotCapable done");
});

Deno.test("nor does one with the folder of the packages get at what belongs to the host there", async () => {
  await using app = await startPackagesHost({}, {
    config: { extensions: [{ id: "driver", filesystemRoots: ["${NL_PATH}/packages"] }] },
    files: FILES,
  });
  const caller = await app.connectDriver("driver");
  const path = `${app.folder}/packages/.outrigger/api.json`;
  await Deno.stat(path);
  assertEquals(await refusal(caller, "filesystem.readFile", { path }), "NE_RT_NATPRME");
});
