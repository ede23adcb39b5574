import { assert, assertEquals, assertRejects } from "@std/assert";
import { copy } from "../../lib/filesystem/copy.ts";

const posixOnly = { ignore: Deno.build.os === "windows" };

/** A temporary folder for one test. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-copy-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test({
  name: "copy() gives up where links make a tree endless",
  ...posixOnly,
  fn: () =>
    inFolder(async (folder) => {
      // Each of these links leads to a place above or around what is copied, or to the copy.
      for (const target of [".", "..", `${folder}/copy`, `${folder}/copy/a`, folder]) {
        await Deno.mkdir(`${folder}/source/a/b`, { recursive: true });
        await Deno.mkdir(`${folder}/copy/a/b`, { recursive: true });
        await Deno.symlink(target, `${folder}/source/a/link`);
        await assertRejects(() => copy(`${folder}/source`, `${folder}/copy`), TypeError);
        // It was noticed before it went round.
        await assertRejects(() => Deno.lstat(`${folder}/copy/a/link/a/link/a`));
        await Deno.remove(`${folder}/source`, { recursive: true });
        await Deno.remove(`${folder}/copy`, { recursive: true });
      }
    }),
});

Deno.test({
  name: "copy() follows links and leaves none",
  ...posixOnly,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/source/a`, { recursive: true });
      await Deno.mkdir(`${folder}/elsewhere/deep`, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(`${folder}/elsewhere/deep/x`, "x");
      await Deno.symlink("../../elsewhere", `${folder}/source/a/link`);
      await Deno.symlink("../elsewhere/deep/x", `${folder}/source/file`);
      await Deno.chmod(`${folder}/elsewhere/deep`, 0o700);
      await copy(`${folder}/source`, `${folder}/copy`);
      assertEquals(await Deno.readTextFile(`${folder}/copy/a/link/deep/x`), "x");
      assert((await Deno.lstat(`${folder}/copy/a/link`)).isDirectory);
      assert((await Deno.lstat(`${folder}/copy/file`)).isFile);
      // What was private stays so.
      assertEquals((await Deno.stat(`${folder}/copy/a/link/deep`)).mode! & 0o777, 0o700);
    }),
});

Deno.test({
  name: "copy() fails for what is neither file nor folder, and for a link to nothing",
  ...posixOnly,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/a`);
      await Deno.symlink("nowhere", `${folder}/a/link`);
      await assertRejects(() => copy(`${folder}/a`, `${folder}/b`));
      await assertRejects(() => copy("/dev/zero", `${folder}/zero`));
      assertEquals(await namesIn(folder), ["a", "b"]);
    }),
});

Deno.test({
  name: "copy() of a file onto itself under another name leaves it as it is",
  ...posixOnly,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a`, "kept");
      await Deno.link(`${folder}/a`, `${folder}/hard`);
      await Deno.symlink("a", `${folder}/soft`);
      await Deno.symlink(".", `${folder}/folder`);
      const names = ["a", "hard", "soft", "folder/a"];
      for (const source of names) {
        for (const destination of [...names, "folder"]) {
          await assertRejects(() => copy(`${folder}/${source}`, `${folder}/${destination}`));
          await copy(`${folder}/${source}`, `${folder}/${destination}`, { existing: "keep" });
          assertEquals(await Deno.readTextFile(`${folder}/a`), "kept");
        }
      }
    }),
});

Deno.test("copy() into itself copies nothing, whatever way leads there", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${folder}/a/x`, "x");
    for (const destination of ["a", "a/c", "a/b", "a/b/c", "a/b/../c", "a/b/c/", "a/./"]) {
      await assertRejects(() => copy(`${folder}/a`, `${folder}/${destination}`));
    }
    assertEquals(await namesIn(`${folder}/a`), ["b", "x"]);
    assertEquals(await namesIn(`${folder}/a/b`), []);
    // Beside it and above it are no such places.
    await copy(`${folder}/a`, `${folder}/ab`);
    await copy(`${folder}/a/b`, `${folder}/a`);
    assertEquals(await namesIn(`${folder}/ab`), ["b", "x"]);
  }));
