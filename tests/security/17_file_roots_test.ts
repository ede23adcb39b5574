/** Roots of files: no method gives a byte from outside, and none changes anything there. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CallError, startTestHost, type TestClient, type TestHost } from "../../lib/testing.ts";
import { makeTree, SECRET } from "../auth/tree.ts";
import { needs, posix } from "../tools.ts";
import { methodNames } from "./method_names.ts";

const CALLERS = ["page", "backend", "driver"] as const;

interface Scene {
  app: TestHost;
  caller: TestClient;
  /** Where `root` and `secret.txt` are. */
  folder: string;
  of: string;
}

/** A caller with `root` for reading and writing and `other/only-read.txt` for reading. */
async function withRoots(
  who: (typeof CALLERS)[number],
  test: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scopes = {
    filesystemRoots: [
      "${NL_PATH}/tree/root",
      { path: "${NL_PATH}/tree/other/read.txt", access: "read" },
    ],
  };
  await using app = await startTestHost({
    config: {
      ...(who === "driver" ? {} : scopes),
      extensions: [{ id: "driver", ...(who === "driver" ? scopes : {}) }],
    },
    files: { "page/in.txt": "of the app" },
  });
  const folder = `${app.folder}/tree`;
  await Deno.mkdir(folder);
  await makeTree(folder);
  await Deno.writeTextFile(`${folder}/other/read.txt`, "to be read");
  const caller = who === "page"
    ? await app.connectPage()
    : who === "backend"
    ? await app.connectBackend()
    : await app.connectDriver("driver");
  await test({ app, caller, folder, of: who === "driver" ? "driver" : "the app" });
}

/** Paths that lead out of the root, below the folder of the tree. */
const OUT = [
  "secret.txt",
  "root/../secret.txt",
  "root/out",
  "root/abs",
  "root/up/secret.txt",
  "root/dangling",
  "root/chain",
  "root/circle",
  "root/none/../../secret.txt",
  "root/sub/../../secret.txt",
  "rootless",
  "other/secret.txt",
  "inner/../secret.txt",
  "",
  ".",
];

/** Calls of every method that touches files, with their path at `path`. */
const AT = (path: string, fine: string): [method: string, data: Record<string, unknown>][] => [
  ...[
    "readFile",
    "readBinaryFile",
    "readDirectory",
    "getStats",
    "getPermissions",
    "access",
    "openFile",
    "createWatcher",
    "remove",
    "removeFile",
    "removeDirectory",
    "createDirectory",
  ].map((verb): [string, Record<string, unknown>] => [`filesystem.${verb}`, { path }]),
  ...["writeFile", "appendFile", "writeBinaryFile", "appendBinaryFile"].map(
    (verb): [string, Record<string, unknown>] => [`filesystem.${verb}`, { path, data: "bWFyaw==" }],
  ),
  ["filesystem.setPermissions", { path, all: true }],
  ["filesystem.chmod", { path, mode: 0o777 }],
  ["filesystem.chown", { path, uid: 1, gid: 1 }],
  ["filesystem.getRelativePath", { path, base: fine }],
  ["filesystem.getRelativePath", { path: fine, base: path }],
  ["filesystem.getJoinedPath", { paths: [path, "x"] }],
  ...["copy", "move", "copyFile", "moveFile"].flatMap(
    (verb): [string, Record<string, unknown>][] => [
      [`filesystem.${verb}`, { source: path, destination: `${fine}.copy` }],
      [`filesystem.${verb}`, { source: fine, destination: path }],
    ],
  ),
  ["os.trashItem", { path }],
  ["os.execCommand", { command: "cat *", cwd: path || "/" }],
  ["os.spawnProcess", { command: "cat *", cwd: path || "/" }],
  ["server.mount", { path: "/m", target: path }],
  ["resources.extractFile", { path: "/page/in.txt", destination: path }],
  ["resources.extractDirectory", { path: "/page", destination: path }],
];

/** Everything below a folder, links as they are, so that a change shows. */
async function snapshot(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    const { mode, uid } = await Deno.lstat(path);
    const content = entry.isSymlink
      ? await Deno.readLink(path)
      : entry.isFile
      ? await Deno.readTextFile(path)
      : "";
    lines.push(`${path} ${mode} ${uid} ${content}`);
    if (entry.isDirectory) lines.push(...await snapshot(path));
  }
  return lines.sort();
}

for (const who of CALLERS) {
  Deno.test({
    name: `no method gets ${who} out of its roots`,
    ...needs(posix),
    fn: () =>
      withRoots(who, async ({ caller, folder, of, app }) => {
        const fine = `${folder}/root/in.txt`;
        const before = await snapshot(app.folder);
        for (const out of OUT) {
          const path = out === "" ? "" : `${folder}/${out}`;
          for (const [method, data] of AT(path, fine)) {
            // An empty folder to run in is the host's.
            if (out === "" && method.startsWith("os.")) continue;
            const error = await assertRejects(
              () => caller.call(method, data),
              CallError,
              undefined,
              `${method} ${path}`,
            );
            if (out === "" && error.code === "NE_RT_NATRTER") continue;
            assertEquals(error.code, "NE_RT_NATPRME", `${method} ${path}: ${error.message}`);
            const why = `${method} (filesystemRoots of ${of}: `;
            assert(error.message.includes(why), error.message);
          }
        }
        assertEquals(await snapshot(app.folder), before);
      }),
  });

  Deno.test({
    name: `${who} reads and writes within its roots, and reads where it may only read`,
    ...needs(posix),
    fn: () =>
      withRoots(who, async ({ caller, folder, of }) => {
        const call = (verb: string, data: unknown) => caller.call(`filesystem.${verb}`, data);
        const root = `${folder}/root`;
        assertEquals(await call("readFile", { path: `${root}/in.txt` }), "fine");
        assertEquals(await call("readFile", { path: `${root}/sub/back` }), "fine");
        assertEquals(await call("readFile", { path: `${folder}/inner/../root/in.txt` }), "fine");
        await call("writeFile", { path: `${root}/new.txt`, data: "new" });
        await call("createDirectory", { path: `${root}/made/of/many` });
        await call("copy", { source: `${root}/sub/in.txt`, destination: `${root}/made/x` });
        await call("move", { source: `${root}/new.txt`, destination: `${root}/moved.txt` });
        assertEquals(await Deno.readTextFile(`${root}/moved.txt`), "new");
        await call("remove", { path: `${root}/made` });
        const path = `${folder}/other/read.txt`;
        assertEquals(await call("readFile", { path }), "to be read");
        const error = await assertRejects(() => call("writeFile", { path, data: "" }), CallError);
        assertEquals(
          error.message,
          `filesystem.writeFile: NE_RT_NATPRME: Missing permission to execute the native method: ` +
            `filesystem.writeFile (filesystemRoots of ${of}: ${path})`,
        );
        assertEquals(await Deno.readTextFile(path), "to be read");
      }),
  });
}

Deno.test({
  name: "a copy follows no link out of the roots, at its source or at its destination",
  ...needs(posix),
  fn: () =>
    withRoots("driver", async ({ caller, folder }) => {
      const root = `${folder}/root`;
      await Deno.mkdir(`${root}/target`);
      await Deno.symlink(`${folder}/other`, `${root}/target/sub`);
      await Deno.symlink(`${folder}/secret.txt`, `${root}/target/in.txt`);
      const before = await snapshot(`${folder}/other`);
      for (
        const [source, destination] of [
          ["root/trap", "root/fresh"],
          ["root/linked", "root/fresh"],
          ["root/in.txt", "root/target"],
          ["root/sub", "root/target"],
        ]
      ) {
        for (const verb of ["copy", "copyFile"]) {
          const error = await assertRejects(
            () =>
              caller.call(`filesystem.${verb}`, {
                source: `${folder}/${source}`,
                destination: `${folder}/${destination}`,
              }),
            CallError,
          );
          assertEquals(error.code, "NE_RT_NATPRME", error.message);
        }
      }
      const extract = { path: "/page", destination: `${root}/target` };
      const error = await assertRejects(
        () => caller.call("resources.extractDirectory", extract),
        CallError,
      );
      assertEquals(error.code, "NE_RT_NATPRME");
      assertEquals(await snapshot(`${folder}/other`), before);
      assertEquals(await Deno.readTextFile(`${folder}/secret.txt`), SECRET);
      // The links are moved with their folder, and lead out no more than before.
      await caller.call("filesystem.move", {
        source: `${root}/trap`,
        destination: `${root}/moved`,
      });
      const path = `${root}/moved/deep/out/secret.txt`;
      const reading = await assertRejects(
        () => caller.call("filesystem.readFile", { path }),
        CallError,
      );
      assertEquals(reading.code, "NE_RT_NATPRME");
    }),
});

Deno.test({
  name:
    "a stream or a watcher of somebody else is neither heard nor touched by a caller with roots",
  ...needs(posix),
  fn: () =>
    withRoots("driver", async ({ app, caller, folder }) => {
      const page = await app.connectPage();
      const open = (client: TestClient, path: string) =>
        client.call("filesystem.openFile", { path: `${folder}/${path}` }) as Promise<number>;
      const secret = await open(page, "secret.txt");
      const own = await open(caller, "root/in.txt");
      const read = (client: TestClient, id: number) =>
        client.call("filesystem.updateOpenedFile", { id, event: "readAll" });
      await read(page, secret);
      for (
        const [method, data] of [
          ["filesystem.updateOpenedFile", { id: secret, event: "readAll" }],
          ["filesystem.updateOpenedFile", { id: secret + 0.5, event: "readAll" }],
          ["filesystem.getOpenedFileInfo", { id: secret }],
          ["filesystem.removeWatcher", { id: 0 }],
        ] as const
      ) {
        const error = await assertRejects(() => caller.call(method, data), CallError);
        assertEquals(error.code, "NE_RT_NATPRME", method);
      }
      await read(caller, own);
      const first = await caller.event("openedFile") as { id: number; data: string };
      assertEquals([first.id, first.data], [own, "fine"]);
      assert(!JSON.stringify(caller.events).includes(SECRET));
    }),
});

Deno.test("every method that touches files is tried", async () => {
  const tried = new Set(AT("x", "y").map(([method]) => method));
  const others = (await methodNames()).filter((name) =>
    name.startsWith("filesystem.") && !tried.has(name)
  );
  assertEquals(others, [
    "filesystem.getAbsolutePath",
    "filesystem.getNormalizedPath",
    "filesystem.getOpenedFileInfo",
    "filesystem.getPathParts",
    "filesystem.getUnnormalizedPath",
    "filesystem.getWatchers",
    "filesystem.removeWatcher",
    "filesystem.updateOpenedFile",
  ]);
});
