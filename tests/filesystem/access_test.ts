import { assertEquals, assertRejects } from "@std/assert";
import { changeOwner, mayAccess } from "../../lib/filesystem/access.ts";
import { fileStats } from "../../lib/filesystem/stats.ts";

Deno.test("mayAccess() asks for each bit, the path as one argument", async () => {
  const path = await Deno.makeTempFile({ prefix: "-w $(x) ö" });
  try {
    const asked: string[][] = [];
    const ask = (answers: (flag: string) => boolean) => (program: string, args: string[]) => {
      asked.push([program, ...args]);
      return Promise.resolve(answers(args[0]!));
    };
    const linux = { os: "linux" as const, succeeds: ask(() => true) };
    assertEquals(await mayAccess(path, 0, linux), true);
    assertEquals(asked, []);
    assertEquals(await mayAccess(path, 7, linux), true);
    assertEquals(asked, [["test", "-r", path], ["test", "-w", path], ["test", "-x", path]]);
    for (const [mode, flag] of [[4, "-r"], [2, "-w"], [1, "-x"]] as const) {
      const succeeds = ask((other) => other !== flag);
      assertEquals(await mayAccess(path, 7, { os: "linux", succeeds }), false);
      assertEquals(await mayAccess(path, mode, { os: "linux", succeeds }), false);
      assertEquals(await mayAccess(path, 7 - mode, { os: "linux", succeeds }), true);
    }
    asked.length = 0;
    assertEquals(await mayAccess(`${path}x`, 4, linux), false);
    assertEquals(await mayAccess(path, 8, linux), false);
    assertEquals(await mayAccess(path, 7, { ...linux, os: "windows" }), true);
    assertEquals(asked, []);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("changeOwner() takes ids, -1 for the same one, and does nothing on Windows", async () => {
  const path = await Deno.makeTempFile();
  try {
    for (const id of [-2, 2 ** 32, 2 ** 32 - 1, 0.5, NaN]) {
      await assertRejects(() => changeOwner(path, { uid: id, gid: -1, os: "linux" }), RangeError);
      await assertRejects(() => changeOwner(path, { uid: -1, gid: id, os: "linux" }), RangeError);
      await changeOwner("none", { uid: id, gid: id, os: "windows" });
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("fileStats() gives whole seconds, and the birth of a file on Windows", () => {
  const info = {
    size: 5,
    isFile: true,
    isDirectory: false,
    mtime: new Date(1999),
    ctime: new Date(5500),
    birthtime: new Date(7001),
  };
  const stats = { size: 5, isFile: true, isDirectory: false, modifiedAt: 1000 };
  assertEquals(fileStats(info, "linux"), { ...stats, createdAt: 5000 });
  assertEquals(fileStats(info, "windows"), { ...stats, createdAt: 7000 });
  assertEquals(fileStats({ ...info, ctime: null }, "linux").createdAt, 0);
});
