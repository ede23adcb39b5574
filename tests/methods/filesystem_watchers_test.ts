/**
 * What clients are told of watched folders (contracts: Neutralino 6.8).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { relative } from "@std/path";
import { startTestHost } from "../../lib/testing.ts";
import { needs, posix } from "../tools.ts";
import { asChange, type Told, WatchedFolder, write } from "./watched_folder.ts";

Deno.test("filesystem.createWatcher tells of each kind of change", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const root = `${app.folder}/ü 日本`;
  const elsewhere = `${app.folder}/elsewhere`;
  await Deno.mkdir(root);
  await Deno.mkdir(elsewhere);
  const watched = await WatchedFolder.watch(page, root);
  const steps: [what: () => Promise<unknown>, told: string[]][] = [
    [() => write(`${root}/a ü`), ["add a ü", "modified a ü"]],
    [() => Deno.writeTextFile(`${root}/a ü`, "y", { append: true }), ["modified a ü"]],
    [() => Deno.writeTextFile(`${root}/a ü`, "zz"), ["modified a ü"]],
    [() => Deno.readTextFile(`${root}/a ü`), []],
    [() => Deno.rename(`${root}/a ü`, `${root}/b`), ["moved a ü > b"]],
    [() => Deno.mkdir(`${root}/d`), ["add d"]],
    [() => write(`${root}/d/f`), ["add d/f", "modified d/f"]],
    [() => Deno.rename(`${root}/b`, `${root}/d/c`), ["moved b > d/c"]],
    [() => Deno.rename(`${root}/d`, `${root}/e`), ["moved d > e"]],
    [() => Deno.writeTextFile(`${root}/e/f`, "xyz"), ["modified e/f"]],
    [() => Deno.rename(`${root}/e/c`, `${root}/c`), ["moved e/c > c"]],
    [() => Deno.rename(`${root}/c`, `${elsewhere}/c`), ["delete c"]],
    [() => Deno.writeTextFile(`${elsewhere}/c`, "away"), []],
    [() => Deno.rename(`${elsewhere}/c`, `${root}/in`), ["add in", "modified in"]],
    [() => write(`${root}/m/n/o/p/q`), [
      "add m",
      "add m/n",
      "add m/n/o",
      "add m/n/o/p",
      "add m/n/o/p/q",
      "modified m/n/o/p/q",
    ]],
    [() => Deno.rename(`${root}/m`, `${elsewhere}/m`), [
      "delete m/n/o/p/q",
      "delete m/n/o/p",
      "delete m/n/o",
      "delete m/n",
      "delete m",
    ]],
    [() => write(`${elsewhere}/m/n/more`), []],
    [() => Deno.rename(`${elsewhere}/m/n`, `${root}/n`), [
      "add n",
      "add n/more",
      "modified n/more",
      "add n/o",
      "add n/o/p",
      "add n/o/p/q",
      "modified n/o/p/q",
    ]],
    [() => write(`${root}/n/o/p/r`), ["add n/o/p/r", "modified n/o/p/r"]],
    [() => Deno.remove(`${root}/n`, { recursive: true }), [
      "delete n/o/p/q",
      "delete n/o/p/r",
      "delete n/o/p",
      "delete n/o",
      "delete n/more",
      "delete n",
    ]],
  ];
  const before = new Set<string>();
  for (const [index, [act, told]] of steps.entries()) {
    await act();
    // A file is emptied and then written: on a busy machine the second half may be told later.
    const isEcho = (news: string) =>
      news.startsWith("modified ") && before.has(news) && !told.includes(news);
    const news = (await watched.news()).filter((news) => !isEcho(news));
    // The order of what comes together is the system's.
    assertEquals(news.sort(), told.sort(), `step ${index}`);
    for (const one of told) before.add(one);
  }
  await watched.settled();
});

Deno.test({
  name: "filesystem.createWatcher tells nothing of rights, and of a replaced file as modified",
  ...needs(posix),
  async fn() {
    await using app = await startTestHost({ files: { "root/a": "a", "root/b": "b" } });
    const page = await app.connectPage();
    const root = `${app.folder}/root`;
    const watched = await WatchedFolder.watch(page, root);
    await Deno.chmod(`${root}/a`, 0o600);
    await Deno.chmod(root, 0o700);
    assertEquals(await watched.news(), []);
    await Deno.writeTextFile(`${app.folder}/new`, "n");
    await Deno.rename(`${app.folder}/new`, `${root}/a`);
    assertEquals(await watched.news(), ["modified a"]);
    await Deno.symlink("a", `${root}/link`);
    assertEquals(await watched.news(), ["add link"]);
    await Deno.writeTextFile(`${root}/link`, "through it");
    assertEquals(await watched.news(), ["modified a"]);
  },
});

Deno.test({
  name: "filesystem.createWatcher does not follow links, but a link may be what is watched",
  ...needs(posix),
  async fn() {
    await using app = await startTestHost();
    const page = await app.connectPage();
    await Deno.mkdir(`${app.folder}/real/sub`, { recursive: true });
    await Deno.mkdir(`${app.folder}/other`);
    await Deno.symlink("real", `${app.folder}/link`);
    await Deno.symlink("..", `${app.folder}/real/loop`);
    await Deno.symlink("sub", `${app.folder}/real/alias`);
    await Deno.symlink("../other", `${app.folder}/real/out`);
    const other = await WatchedFolder.watch(page, `${app.folder}/other`);
    const watched = await WatchedFolder.watch(page, `${app.folder}/link`);
    // The platform may call it alias/b.
    await write(`${app.folder}/real/sub/b`);
    assertEquals(await watched.news(), ["add sub/b", "modified sub/b"]);
    await Deno.remove(`${app.folder}/real/sub/b`);
    assertEquals(await watched.news(), ["delete sub/b"]);
    await write(`${app.folder}/other/y`);
    assertEquals(await watched.news(), []);
    assertEquals(await other.news(), ["add y", "modified y"]);
    // The platform has one watch for a folder, by whichever name.
    await page.call("filesystem.removeWatcher", { id: watched.id });
    await write(`${app.folder}/other/z`);
    assertEquals(await other.news(), ["add z", "modified z"]);
  },
});

Deno.test("filesystem.createWatcher gives folders relative to its path, as it was given", async () => {
  await using app = await startTestHost({ files: { "root/sub/a": "" } });
  const page = await app.connectPage();
  const root = relative(Deno.cwd(), `${app.folder}/root`).replaceAll("\\", "/");
  const id = await page.call("filesystem.createWatcher", { path: `${root}//` });
  assertEquals(await page.call("filesystem.getWatchers"), [{ id, path: root }]);
  await Deno.writeTextFile(`${root}/sub/b`, "");
  const told = await page.event("watchFile") as Told;
  assertEquals([told.id, told.action, told.dir, told.filename], [id, "add", `${root}/sub`, "b"]);
  assertEquals(asChange(told, root), { action: "add", path: "sub/b" });
});

/** Of one write the platform tells once or, when the machine is busy, twice. */
function distinct(news: string[]): string[] {
  return [...new Set(news)];
}

Deno.test("filesystem.createWatcher tells watchers of overlapping folders each for itself", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  // A file that was just made may be told of as modified when the platform's watch is renewed.
  await Deno.mkdir(`${app.folder}/root/sub/deep`, { recursive: true });
  const outer = await WatchedFolder.watch(page, `${app.folder}/root`);
  const inner = await WatchedFolder.watch(page, `${app.folder}/root/sub`);
  const deep = await WatchedFolder.watch(page, `${app.folder}/root/sub/deep`);
  assertEquals(new Set([outer.id, inner.id, deep.id]).size, 3);
  const file = `${app.folder}/root/sub/deep/new`;
  await write(file);
  assertEquals(distinct(await inner.news()), ["add deep/new", "modified deep/new"]);
  assertEquals(distinct(await deep.news()), ["add new", "modified new"]);
  // Those of the others' marks are in its own folder.
  const seen = distinct(await outer.news()).filter((news) => !news.includes(".mark-"));
  assertEquals(seen, ["add sub/deep/new", "modified sub/deep/new"]);

  assertEquals(await page.call("filesystem.removeWatcher", { id: outer.id }), outer.id);
  page.events.length = 0;
  await write(file, "2");
  assertEquals(distinct(await inner.news()), ["modified deep/new"]);
  assertEquals(distinct(await deep.news()), ["modified new"]);

  await page.call("filesystem.removeWatcher", { id: deep.id });
  const wasTold = (id: number) => page.events.some(({ data }) => (data as Told).id === id);
  assert(!wasTold(outer.id));
  page.events.length = 0;
  await write(file, "33");
  assertEquals(distinct(await inner.news()), ["modified deep/new"]);
  await write(`${app.folder}/root/sub/deep/er/a`, "");
  const last = distinct(await inner.news()).filter((news) => news !== "modified deep/new");
  assertEquals(last, ["add deep/er", "add deep/er/a", "modified deep/er/a"]);
  assert(!wasTold(outer.id) && !wasTold(deep.id));
});

Deno.test("filesystem.createWatcher tells all whose grant covers it", async () => {
  await using app = await startTestHost({
    config: {
      extensions: [
        { id: "js.watcher" },
        { id: "js.stranger", nativeAllowList: ["filesystem.removeWatcher"] },
      ],
    },
    files: { "root/a": "" },
  });
  const [page, other] = [await app.connectPage(), await app.connectBackend()];
  const watcher = await app.connectDriver("js.watcher");
  const stranger = await app.connectDriver("js.stranger");
  const id = await watcher.call("filesystem.createWatcher", { path: `${app.folder}/root` });
  await Deno.remove(`${app.folder}/root/a`);
  for (const client of [page, other, watcher]) {
    const told = await client.event("watchFile") as Told;
    assertEquals([told.id, told.action, told.filename], [id, "delete", "a"]);
  }
  assertEquals(await stranger.call("filesystem.removeWatcher", { id }), id);
  assert(!stranger.events.some(({ event }) => event === "watchFile"));
});

Deno.test("filesystem.createWatcher sees the end of its folder, and its return", async () => {
  await using app = await startTestHost({ files: { "root/d/a": "" } });
  const page = await app.connectPage();
  const root = `${app.folder}/root`;
  const id = await page.call("filesystem.createWatcher", { path: root });
  const told = async () => asChange(await page.event("watchFile") as Told, root);
  await Deno.remove(root, { recursive: true });
  assertEquals(await told(), { action: "delete", path: "d/a" });
  assertEquals(await told(), { action: "delete", path: "d" });
  assertEquals(await page.call("filesystem.getWatchers"), [{ id, path: root }]);
  await write(`${root}/e/b`);
  assertEquals(await told(), { action: "add", path: "e" });
  assertEquals(await told(), { action: "add", path: "e/b" });
  assertEquals(await told(), { action: "modified", path: "e/b" });
  await page.event("watchFile", { timeoutMs: 300 }).catch(() => {});
  await write(`${root}/e/c`);
  assertEquals(await told(), { action: "add", path: "e/c" });
  assertEquals(await page.call("filesystem.createWatcher", { path: root }), id);
});

Deno.test("filesystem.createWatcher tells all watchers of a folder of its return", async () => {
  await using app = await startTestHost({ files: { "root/a": "", "root/sub/b": "" } });
  const page = await app.connectPage();
  const root = `${app.folder}/root`;
  const paths = [root, `${root}/.`, `${app.folder}/./root`];
  for (const path of paths) await page.call("filesystem.createWatcher", { path });
  const toldAll = async (action: string, filename: string) => {
    for (const path of paths) {
      const where = (data: unknown) => {
        const told = data as Told;
        return told.dir === path && told.action === action && told.filename === filename;
      };
      await page.event("watchFile", { where });
    }
  };
  await Deno.remove(root, { recursive: true });
  await toldAll("delete", "a");
  await write(`${root}/c`);
  await toldAll("add", "c");
  await write(`${root}/d`);
  await toldAll("add", "d");
});

Deno.test({
  name: "filesystem.createWatcher is not held up by named pipes",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using app = await startTestHost({ files: { "root/sub/a": "", "other/a": "" } });
    const page = await app.connectPage();
    const [root, other] = [`${app.folder}/root`, `${app.folder}/other`];
    await page.call("filesystem.createWatcher", { path: root });
    const told = async (dir: string, filename: string) => {
      const where = (data: unknown) => {
        const told = data as Told;
        return told.dir === dir && told.filename === filename;
      };
      await page.event("watchFile", { where, timeoutMs: 5000 });
    };
    const mkfifo = async (path: string) => {
      await new Deno.Command("mkfifo", { args: [path] }).output();
      // The runtime comes by it.
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await mkfifo(`${root}/sub/pipe`);
    // Asking the runtime for another folder while it waits for the pipe would stop everything.
    const asked = page.call("filesystem.createWatcher", { path: other });
    await told(`${root}/sub`, "pipe");
    await asked;
    await write(`${root}/sub/b`);
    await told(`${root}/sub`, "b");
    await write(`${other}/b`);
    await told(other, "b");

    const late = await page.call("filesystem.createWatcher", { path: `${root}/sub` }) as number;
    await write(`${root}/sub/c`);
    await told(`${root}/sub`, "c");
    await page.call("filesystem.removeWatcher", { id: late });
    await mkfifo(`${other}/pipe`);
  },
});

Deno.test("filesystem.createWatcher leaves nothing behind a host that stops", async () => {
  const app = await startTestHost({ files: { "root/a": "", "root/sub/b": "" } });
  const page = await app.connectPage();
  await page.call("filesystem.createWatcher", { path: `${app.folder}/root` });
  await page.call("filesystem.createWatcher", { path: `${app.folder}/root/sub` });
  await Promise.all([write(`${app.folder}/root/c`), app.host.stop()]);
  await app.stop();
});
