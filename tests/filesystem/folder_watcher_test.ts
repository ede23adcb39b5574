import { assert, assertEquals } from "@std/assert";
import { basename } from "@std/path";
import {
  type Hint,
  type HintTaker,
  suspiciousBurst,
  type watchFolder,
} from "../../lib/filesystem/folder_hints.ts";
import { lookAhead } from "../../lib/filesystem/link_walk.ts";
import { FolderWatcher } from "../../lib/filesystem/folder_watcher.ts";
import { isRemoteFolder } from "../../lib/filesystem/remote_folder.ts";
import type { Change } from "../../lib/filesystem/snapshot.ts";
import { TreeScanner } from "../../lib/filesystem/tree_scanner.ts";
import { Watchers } from "../../lib/filesystem/watchers.ts";
import { HostLog } from "../../lib/log.ts";
import { Hub } from "../../lib/hub/hub.ts";
import { LineWriter } from "../../lib/line_writer.ts";
import { within } from "../../lib/testing.ts";

/** A folder whose platform tells only what the test has it tell. */
async function silentFolder(
  files: string[],
  { burst = 1000, onLook = (_: string) => {}, arm = () => {}, leadsFar = false } = {},
) {
  const root = await Deno.realPath(await Deno.makeTempDir());
  for (const file of files) await Deno.writeTextFile(`${root}/${file}`, "1");
  // Long ago, so that none may be taken for one that is still being written.
  for (const file of files) await Deno.utime(`${root}/${file}`, 1000, 1000);
  let taker: HintTaker | undefined;
  const watch: typeof watchFolder = (_, given) => {
    arm();
    taker = given;
    return { close: () => Promise.resolve() };
  };
  const scanner = new TreeScanner();
  const { look } = scanner;
  scanner.look = async function (path) {
    const entry = await look.call(this, path);
    onLook(path.slice(root.length + 1));
    return entry;
  };
  const changes: string[] = [];
  const calls = { loss: 0, returned: 0 };
  let wake = () => {};
  const watcher = new FolderWatcher({
    root,
    scanner,
    log: new HostLog(),
    report(reported: Change[]) {
      changes.push(...reported.map(({ action, path }) => `${action} ${path}`));
      wake();
      return Promise.resolve();
    },
    onLoss() {
      calls.loss++;
      watcher.suspect();
    },
    onReturn: () => void calls.returned++,
    room: () => 1000,
    watch,
    ahead: () => Promise.resolve({ far: leadsFar, pipes: [] }),
    burst,
  });
  await watcher.arm();
  await watcher.start();
  return {
    root,
    calls,
    tell: (kind: Hint["kind"], ...paths: string[]) =>
      taker!.hint({ kind, paths: paths.map((path) => `${root}/${path}`), lost: false }),
    tellOfLoss: () => taker!.hint({ kind: "any", paths: [root], lost: true }),
    watcher,
    /** Waits until so many changes were told. */
    async changes(count: number) {
      const enough = new Promise<void>((resolve) => {
        wake = () => changes.length >= count && resolve();
        wake();
      });
      await within(enough, 5000, `${count} changes: ${changes}`);
      return changes.splice(0).sort();
    },
    async [Symbol.asyncDispose]() {
      await watcher.close();
      await Deno.remove(root, { recursive: true });
    },
  };
}

Deno.test("FolderWatcher finds what nobody told of when it is told of a loss", async () => {
  await using folder = await silentFolder(["a", "b", "c"]);
  await Deno.writeTextFile(`${folder.root}/a`, "2");
  await Deno.remove(`${folder.root}/b`);
  await Deno.mkdir(`${folder.root}/d/e`, { recursive: true });
  folder.tellOfLoss();
  assertEquals(await folder.changes(4), ["add d", "add d/e", "delete b", "modified a"]);
  assertEquals(folder.calls.loss, 1);
  // And what happens while it looks, or shortly after.
  await Deno.remove(`${folder.root}/c`);
  assertEquals(await folder.changes(1), ["delete c"]);
});

Deno.test("FolderWatcher takes many hints in a row for a loss", async () => {
  await using folder = await silentFolder(["a", "b"], { burst: 16 });
  await Deno.remove(`${folder.root}/b`);
  for (let i = 0; i < 15; i++) folder.tell("access", "a");
  assertEquals(folder.calls.loss, 0);
  folder.tell("access", "a");
  assertEquals(folder.calls.loss, 1);
  assertEquals(await folder.changes(1), ["delete b"]);
});

Deno.test("FolderWatcher waits for the other half of a rename", async () => {
  const onLook = (path: string) => path === "a" && tellOfRest();
  let tellOfRest = () => {};
  await using folder = await silentFolder(["a"], { onLook });
  await Deno.rename(`${folder.root}/a`, `${folder.root}/b`);
  tellOfRest = () => folder.tell("rename", "b");
  folder.tell("remove", "a");
  assertEquals(await folder.changes(1), ["moved b"]);
});

Deno.test("FolderWatcher looks again into a new folder", async () => {
  await using folder = await silentFolder([]);
  await Deno.mkdir(`${folder.root}/d`);
  folder.tell("create", "d");
  assertEquals(await folder.changes(1), ["add d"]);
  await Deno.writeTextFile(`${folder.root}/d/early`, "");
  assertEquals(await folder.changes(2), ["add d/early", "modified d/early"]);
});

Deno.test("FolderWatcher looks at the folder where what it was told of has gone with it", async () => {
  await using folder = await silentFolder([]);
  await Deno.mkdir(`${folder.root}/d/e`, { recursive: true });
  folder.tell("create", "d");
  await folder.changes(2);
  await Deno.rename(`${folder.root}/d`, `${folder.root}/f`);
  folder.tell("modify", "d/e/x");
  assertEquals(await folder.changes(2), ["delete d", "delete d/e"]);
  folder.tell("create", "f/e/x");
  assertEquals(await folder.changes(2), ["add f", "add f/e"]);
});

Deno.test("FolderWatcher tells that its folder is another one, and starts anew with it", async () => {
  await using folder = await silentFolder(["a"]);
  await Deno.remove(folder.root, { recursive: true });
  await Deno.mkdir(folder.root);
  await Deno.writeTextFile(`${folder.root}/a`, "");
  folder.tell("remove", "a");
  assertEquals(await folder.changes(1), ["delete a"]);
  const end = performance.now() + 5000;
  while (folder.calls.returned === 0) {
    assert(performance.now() < end, "it is not taken for returned");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  folder.watcher.suspect();
  assertEquals(await folder.changes(2), ["add a", "modified a"]);
});

Deno.test("FolderWatcher looks by itself where the platform refuses, until it does not", async () => {
  let refuses = true;
  const arm = () => {
    if (refuses) throw new Error("Permission denied");
  };
  await using folder = await silentFolder(["a"], { arm });
  for (const name of ["b", "c"]) {
    await Deno.writeTextFile(`${folder.root}/${name}`, "");
    assertEquals(await folder.changes(2), [`add ${name}`, `modified ${name}`]);
  }
  refuses = false;
  await folder.watcher.disarm();
  await folder.watcher.arm();
  await Deno.remove(`${folder.root}/b`);
  folder.tell("remove", "b");
  assertEquals(await folder.changes(1), ["delete b"]);
});

Deno.test("FolderWatcher has the platform follow no links that lead far", async () => {
  let armed = 0;
  await using folder = await silentFolder(["a"], { arm: () => armed++, leadsFar: true });
  await Deno.remove(`${folder.root}/a`);
  assertEquals(await folder.changes(1), ["delete a"]);
  assertEquals(armed, 0);
});

Deno.test("lookAhead() counts what is beyond links, as often as there are ways to it", async () => {
  const root = await Deno.makeTempDir();
  const packages = Array.from({ length: 10 }, (_, index) => `${root}/${index}`);
  for (const folder of packages) await Deno.mkdir(folder);
  assertEquals((await lookAhead(root, 0)).far, false);
  assertEquals((await lookAhead(`${root}/none`, 0)).far, false);
  await Deno.symlink(root, `${root}/0/up`);
  await Deno.symlink(`${root}/none`, `${root}/0/dangling`);
  assertEquals((await lookAhead(root, 0)).far, false);
  for (const [index, folder] of packages.entries()) {
    for (const other of packages.slice(index + 1)) {
      await Deno.symlink(other, `${folder}/${basename(other)}`);
    }
  }
  assertEquals((await lookAhead(root, 500)).far, true);
  assertEquals((await lookAhead(root, 5000)).far, false);
  await Deno.remove(root, { recursive: true });
});

Deno.test("suspiciousBurst() is the length of the queue whose overflow nobody tells of", () => {
  for (const [runtime, burst] of [["2.6.8", 16], ["2.8.3", 16], ["2.9.6", 2000], ["3.0.0", 2000]]) {
    assertEquals(suspiciousBurst(runtime as string), burst);
  }
});

Deno.test("isRemoteFolder() knows the file systems of other machines", async () => {
  const linux = (type: number) =>
    isRemoteFolder("/x", { os: "linux", typeOf: () => Promise.resolve(type) });
  assertEquals(await linux(0x6969), true);
  assertEquals(await linux(0xff534d42), true);
  assertEquals(await linux(0xff534d42 | 0), true);
  assertEquals(await linux(0xef53), false);
  const failing = () => Promise.reject(new Error("refused"));
  assertEquals(await isRemoteFolder("/x", { os: "linux", typeOf: failing }), false);
  assertEquals(await isRemoteFolder("\\\\server\\share", { os: "windows" }), true);
  assertEquals(await isRemoteFolder("\\\\?\\C:\\x", { os: "windows" }), false);
  assertEquals(await isRemoteFolder("C:\\x", { os: "windows" }), false);
  assertEquals(await isRemoteFolder("/x", { os: "darwin" }), false);
  assertEquals(await isRemoteFolder("/"), false);
});

/** Watchers with limits, and what they write to the log. */
async function limited(options: Partial<ConstructorParameters<typeof Watchers>[0]>) {
  const records: string[] = [];
  const log = new HostLog({
    out: new LineWriter({
      write(bytes) {
        records.push(new TextDecoder().decode(bytes));
        return Promise.resolve(bytes.length);
      },
    }),
  });
  const hub = new Hub({ maxQueuedEvents: 1, maxQueuedBytes: 1, maxQueuedMs: 1 });
  const root = await Deno.makeTempDir();
  const watchers = new Watchers({ hub, log, ...options });
  return {
    root,
    watchers,
    refused: (path: string) =>
      watchers.create(path).then(() => "", ({ code, message }) => `${code}: ${message}`),
    async logged(text: string) {
      const end = performance.now() + 5000;
      while (!records.join("").includes(text)) {
        assert(performance.now() < end, `no "${text}" in ${records.join("")}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async [Symbol.asyncDispose]() {
      await watchers[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  };
}

const unwatchable = (path: string) => `NE_FS_UNLCWAT: Unable to create watcher for path: ${path}`;

Deno.test("Watchers.create() refuses one too many, and a folder of another machine", async () => {
  await using some = await limited({
    maxWatchers: 2,
    isRemote: (path) => Promise.resolve(path.endsWith("remote")),
  });
  const { root, watchers, refused, logged } = some;
  for (const name of ["a", "b", "c", "remote"]) await Deno.mkdir(`${root}/${name}`);
  assertEquals(await refused(`${root}/remote`), unwatchable(`${root}/remote`));
  await logged("it lies on another machine");
  assertEquals(watchers.list(), []);
  // At the same time: one watcher.
  const ids = await Promise.all(["a", "a/", "b"].map((name) => watchers.create(`${root}/${name}`)));
  assertEquals(ids[0], ids[1]);
  assertEquals(await refused(`${root}/c`), unwatchable(`${root}/c`));
  await logged("2 watchers are the limit");
  await watchers.remove(ids[0]!);
  assertEquals(await refused(`${root}/c`), "");
});

Deno.test("Watchers keep no more entries than they may, also of a folder that grows", async () => {
  await using some = await limited({ maxEntries: 10 });
  const { root, watchers, refused, logged } = some;
  const fill = async (folder: string, count: number) => {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    for (let f = 0; f < count; f++) await Deno.writeTextFile(`${root}/${folder}/${f}`, "");
  };
  await fill("large/sub", 12);
  await fill("small", 6);
  await fill("medium", 5);
  assertEquals(await refused(`${root}/large`), unwatchable(`${root}/large`));
  await logged("it holds too many entries");
  assertEquals(await refused(`${root}/small`), "");
  // It is the sum that counts.
  assertEquals(await refused(`${root}/medium`), unwatchable(`${root}/medium`));
  assertEquals(watchers.list().length, 1);
  await fill("small", 30);
  await logged(`Watching "${await Deno.realPath(`${root}/small`)}" has ended: it holds too many`);
  assertEquals(await refused(`${root}/medium`), "");
});
