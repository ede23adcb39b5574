/**
 * More changes at once than the platform tells of (contracts: Neutralino 6.8).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";
import { WatchedFolder } from "./watched_folder.ts";

/**
 * A program that changes 10,000 things in the folder that it is given, as fast as it can. There are
 * 2,000 files of one letter in it; a third is overwritten with another letter.
 */
const PROGRAM = `
const [root] = Deno.args;
for (let d = 0; d < 50; d++) {
  const folder = root + "/new-" + d + "/a/b/c";
  Deno.mkdirSync(folder, { recursive: true });
  for (let f = 0; f < 100; f++) Deno.writeTextFileSync(folder + "/" + f, "n");
}
for (let f = 0; f < 2000; f++) {
  const path = root + "/old/" + f;
  if (f % 3 === 0) Deno.writeTextFileSync(path, "m");
  else if (f % 3 === 1) Deno.removeSync(path);
  else if (f % 2) Deno.renameSync(path, path + "-moved");
  else Deno.renameSync(path, root + "/other/" + f);
}
for (let d = 0; d < 50; d += 5) {
  Deno.renameSync(root + "/new-" + d + "/a", root + "/moved-" + d);
  Deno.removeSync(root + "/new-" + (d + 1), { recursive: true });
}
for (let f = 0; f < 1000; f++) Deno.writeTextFileSync(root + "/moved-0/b/c/" + (f % 100), "o");
`;

const FILES = {
  "root/other/x": "x",
  ...Object.fromEntries(Array.from({ length: 2000 }, (_, f) => [`root/old/${f}`, "o"])),
};

Deno.test("filesystem.createWatcher tells of 10,000 changes that another process makes", async () => {
  await using app = await startTestHost({ files: { ...FILES, "program.ts": PROGRAM } });
  const page = await app.connectPage();
  const watched = await WatchedFolder.watch(page, `${app.folder}/root`);
  const args = ["run", "-A", `${app.folder}/program.ts`, watched.path];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
  assertEquals(success, true);
  const changes = await watched.settled();
  const modified = new Set(
    changes.filter(({ action }) => action === "modified").map(({ path }) => path),
  );
  for (let f = 0; f < 2000; f += 3) assertEquals(modified.has(`old/${f}`), true, `old/${f}`);
});

Deno.test("filesystem.createWatcher tells of changes made while the host could not listen", async () => {
  await using app = await startTestHost({ files: FILES });
  const page = await app.connectPage();
  const watched = await WatchedFolder.watch(page, `${app.folder}/root`);
  // In this process, all in one go.
  for (let f = 0; f < 2000; f++) Deno.writeTextFileSync(`${watched.path}/old/${f}`, "m");
  const changes = await watched.settled();
  const modified = new Set(changes.map(({ action, path }) => `${action} ${path}`));
  for (let f = 0; f < 2000; f++) assertEquals(modified.has(`modified old/${f}`), true, `old/${f}`);
});

Deno.test("filesystem.createWatcher tells of folders that are made in one go, over and over", async () => {
  await using app = await startTestHost({ files: { "root/x": "x" } });
  const page = await app.connectPage();
  const watched = await WatchedFolder.watch(page, `${app.folder}/root`);
  for (let round = 0; round < 40; round++) {
    const folder = `${watched.path}/${round}/a/b/c/d`;
    if (round % 2) Deno.mkdirSync(folder, { recursive: true });
    else await Deno.mkdir(folder, { recursive: true });
    for (let f = 0; f < 5; f++) Deno.writeTextFileSync(`${folder}/${f}`, "");
    // Some come in the middle of a look, some not.
    await new Promise((resolve) => setTimeout(resolve, round % 4 * 10));
    if (round % 5 === 0) Deno.renameSync(`${watched.path}/${round}/a`, `${watched.path}/r${round}`);
  }
  await watched.settled();
});
