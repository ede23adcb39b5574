import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { moveToTrash, type TrashProgram } from "../../lib/filesystem/trash.ts";
import { moveToTrashFolder, type TrashFolders } from "../../lib/filesystem/trash_folder.ts";
import { withFolder } from "../process/real_processes.ts";
import { needs, posix, type Tool } from "../tools.ts";

const UID = Deno.uid() ?? 0;
const NOW = new Date(2026, 0, 2, 3, 4, 5);

/** A second file system, on which everybody may write. */
const shm: Tool = (() => {
  const missing = { missing: "/dev/shm is not a file system of its own" };
  try {
    return Deno.statSync("/dev/shm").dev !== Deno.statSync("/tmp").dev
      ? { path: "/dev/shm" }
      : missing;
  } catch {
    return missing;
  }
})();

/** Runs with a data folder and a folder of things to move, both new. */
function withTrash(
  use: (folders: TrashFolders & { things: string }) => Promise<void>,
): () => Promise<void> {
  return () =>
    withFolder(async (given) => {
      const folder = await Deno.realPath(given);
      await Deno.mkdir(`${folder}/things`);
      const folders = { dataHome: `${folder}/data`, uid: UID, now: () => NOW };
      await use({ ...folders, things: `${folder}/things` });
    });
}

/** Everything below a folder, with the text of files. */
async function tree(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (isDirectory) found.push(...await tree(`${folder}/${name}`, `${prefix}${name}/`));
    else found.push(prefix + name + (isFile ? "" : "@"));
  }
  return found.sort();
}

const read = (path: string) => Deno.readTextFile(path);

Deno.test({
  name: "moveToTrashFolder() moves a file and records where from and when",
  ...needs(posix),
  fn: withTrash(async ({ things, ...folders }) => {
    await Deno.writeTextFile(`${things}/50 % größer.txt`, "content");
    await moveToTrashFolder(`${things}/50 % größer.txt`, folders);
    const trash = `${folders.dataHome}/Trash`;
    assertEquals(await tree(trash), [
      "files/50 % größer.txt",
      "info/50 % größer.txt.trashinfo",
    ]);
    assertEquals(await read(`${trash}/files/50 % größer.txt`), "content");
    const path = `${things}/50 % größer.txt`.split("/").map(encodeURIComponent).join("/");
    assertEquals(
      await read(`${trash}/info/50 % größer.txt.trashinfo`),
      `[Trash Info]\nPath=${path}\nDeletionDate=2026-01-02T03:04:05\n`,
    );
    assertMatch(path, /50%20%25%20gr%C3%B6%C3%9Fer\.txt$/);
    for (const name of ["", "/files", "/info"]) {
      assertEquals((await Deno.stat(trash + name)).mode! & 0o777, 0o700);
    }
    assertEquals(await tree(things), []);
  }),
});

Deno.test({
  name: "moveToTrashFolder() gives everything a name of its own",
  ...needs(posix),
  fn: withTrash(async ({ things, ...folders }) => {
    const trash = `${folders.dataHome}/Trash`;
    // What somebody left there without a record is not overwritten either.
    await Deno.mkdir(`${trash}/files/a.txt`, { recursive: true });
    const many = Array.from({ length: 30 }, (_, i) => `${things}/${i}`);
    await Promise.all(many.map(async (folder, i) => {
      await Deno.mkdir(folder);
      await Deno.writeTextFile(`${folder}/a.txt`, String(i));
      await moveToTrashFolder(`${folder}/a.txt`, folders);
    }));
    const files = await tree(`${trash}/files`);
    assertEquals(files.length, 30);
    const records = files.map((name) => `${name}.trashinfo`).sort();
    assertEquals(await tree(`${trash}/info`), records);
    for (const name of files) {
      const record = await read(`${trash}/info/${name}.trashinfo`);
      const content = await read(`${trash}/files/${name}`);
      assert(decodeURIComponent(record).includes(`/${content}/a.txt\n`), name);
    }
  }),
});

Deno.test({
  name: "moveToTrashFolder() shortens names that have no room for more",
  ...needs(posix),
  fn: withTrash(async ({ things, ...folders }) => {
    const name = "世".repeat(83) + ".jpeg";
    await Deno.writeTextFile(`${things}/${name}`, "");
    await moveToTrashFolder(`${things}/${name}`, folders);
    const [inTrash] = await tree(`${folders.dataHome}/Trash/files`);
    assertMatch(inTrash!, /^世{53}\.jpeg$/);
    const record = await read(`${folders.dataHome}/Trash/info/${inTrash}.trashinfo`);
    assert(decodeURIComponent(record).includes(name), "its old name is known");
  }),
});

Deno.test({
  name: "moveToTrashFolder() moves a link itself, and folders with all they hold",
  ...needs(posix),
  fn: withTrash(async ({ things, ...folders }) => {
    await Deno.mkdir(`${things}/folder`);
    await Deno.writeTextFile(`${things}/folder/file`, "");
    await Deno.symlink("folder", `${things}/link`);
    await Deno.symlink("nowhere", `${things}/broken`);
    await moveToTrashFolder(`${things}/link/`, folders);
    await moveToTrashFolder(`${things}/broken`, folders);
    assertEquals(await tree(things), ["folder/file"]);
    await moveToTrashFolder(`${things}/./folder/../folder/.`, folders);
    const files = await tree(`${folders.dataHome}/Trash/files`);
    assertEquals(files, ["broken@", "folder/file", "link@"]);
  }),
});

Deno.test({
  name: "moveToTrashFolder() leaves everything as it was when it cannot move",
  ...needs(posix),
  fn: withTrash(async ({ things, ...folders }) => {
    await assertRejects(() => moveToTrashFolder(`${things}/nothing`, folders));
    // The trash into itself: the record has been made by then.
    await Deno.mkdir(`${folders.dataHome}/Trash`, { recursive: true });
    await assertRejects(() => moveToTrashFolder(folders.dataHome, folders));
    assertEquals(await tree(folders.dataHome), []);
    for (const path of ["/", `${Deno.cwd()}/..`, "../..", "/.."]) {
      await assertRejects(() => moveToTrashFolder(path, folders), Error, "the host runs in");
    }
    await assertRejects(() => moveToTrashFolder("", folders), TypeError);
  }),
});

/** A file system whose top is the folder of things. */
function mounted(folders: TrashFolders, top: string): TrashFolders {
  const deviceOf = (path: string) => Promise.resolve(`${path}/`.startsWith(`${top}/`) ? 2 : 1);
  return { ...folders, deviceOf };
}

Deno.test({
  name: "moveToTrashFolder() uses a folder at the top of another file system",
  ...needs(posix),
  fn: withTrash(async ({ things, ...folders }) => {
    const there = mounted(folders, things);
    await Deno.mkdir(`${things}/sub dir`);
    for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${things}/sub dir/${name}`, name);
    await moveToTrashFolder(`${things}/sub dir/a`, there);
    const own = `${things}/.Trash-${UID}`;
    assertEquals(await tree(own), ["files/a", "info/a.trashinfo"]);
    assertMatch(await read(`${own}/info/a.trashinfo`), /^Path=sub%20dir\/a$/m);

    // A shared one without the sticky bit is not used, and neither is a link to one.
    const shared = `${things}/.Trash`;
    await Deno.mkdir(shared);
    await moveToTrashFolder(`${things}/sub dir/b`, there);
    assertEquals(await tree(shared), []);
    await Deno.chmod(shared, 0o1777);
    await moveToTrashFolder(`${things}/sub dir/c`, there);
    assertEquals(await tree(shared), [`${UID}/files/c`, `${UID}/info/c.trashinfo`]);
    await Deno.rename(shared, `${things}/elsewhere`);
    await Deno.symlink("elsewhere", shared);
    await Deno.writeTextFile(`${things}/d`, "");
    await moveToTrashFolder(`${things}/d`, there);
    assertEquals((await tree(`${own}/files`)).join(), "a,b,d");
    assertEquals(await Deno.lstat(folders.dataHome).catch(() => "not made"), "not made");
  }),
});

Deno.test({
  name: "moveToTrashFolder() refuses a folder that somebody else has put in its place",
  ...needs(posix),
  fn: withTrash(async ({ things, ...folders }) => {
    const there = mounted(folders, things);
    await Deno.mkdir(`${things}/theirs`);
    await Deno.symlink("theirs", `${things}/.Trash-${UID}`);
    await Deno.writeTextFile(`${things}/a`, "");
    await assertRejects(() => moveToTrashFolder(`${things}/a`, there), Error, "somebody else's");
    await Deno.remove(`${things}/.Trash-${UID}`);
    // As if we were another user: the folder that is made belongs to the one we are.
    const other = { ...there, uid: UID + 1 };
    await assertRejects(() => moveToTrashFolder(`${things}/a`, other), Error, "somebody else's");
    assertEquals(await read(`${things}/a`), "");
  }),
});

Deno.test({
  name: "moveToTrashFolder() stays on a real second file system",
  ...needs(shm),
  fn: withTrash(async (folders) => {
    const there = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "outrigger-trash-" });
    const name = there.slice("/dev/shm/".length);
    const existed = await Deno.lstat(`/dev/shm/.Trash-${UID}`).then(() => true, () => false);
    await Deno.writeTextFile(`${there}/file`, "content");
    await moveToTrashFolder(there, folders);
    const trash = `/dev/shm/.Trash-${UID}`;
    assertEquals(await read(`${trash}/files/${name}/file`), "content");
    assertMatch(await read(`${trash}/info/${name}.trashinfo`), new RegExp(`^Path=${name}$`, "m"));
    await Deno.remove(`${trash}/files/${name}`, { recursive: true });
    await Deno.remove(`${trash}/info/${name}.trashinfo`);
    if (!existed) await Deno.remove(trash, { recursive: true });
  }),
});

Deno.test("moveToTrash() hands the path to Windows and macOS as data", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/'$(x)"; rm`;
    await Deno.writeTextFile(path, "");
    const ran: TrashProgram[] = [];
    const options = {
      folders: { dataHome: "", uid: 0 },
      run: (program: TrashProgram) => Promise.resolve(ran.push(program) > 0),
    };
    await moveToTrash(path, { ...options, os: "darwin" });
    await moveToTrash(path, { ...options, os: "windows" });
    const [mac, windows] = ran;
    assertEquals([mac!.program, mac!.args.at(-1), mac!.args.length], [
      "/usr/bin/osascript",
      path,
      5,
    ]);
    assert(!mac!.args[3]!.includes(folder));
    assertEquals(windows!.env, { OUTRIGGER_TRASH_PATH: path.replaceAll("/", "\\") });
    assert(!windows!.args.join().includes(folder));
    for (const os of ["darwin", "windows"] as const) {
      await assertRejects(() => moveToTrash(`${folder}/none`, { ...options, os }));
      await assertRejects(() => moveToTrash("", { ...options, os }), TypeError);
      const run = () => Promise.resolve(false);
      await assertRejects(() => moveToTrash(path, { ...options, os, run }), Error, "did not move");
    }
    assertEquals(ran.length, 2);
  });
});
