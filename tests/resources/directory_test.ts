import { assert, assertEquals } from "@std/assert";
import { DirectorySource } from "../../lib/resources/directory.ts";
import { segmentsOf } from "../../lib/resources/path.ts";

const posix = Deno.build.os !== "windows";

/** `<folder>/app` is the root, `<folder>/secret.txt` and `<folder>/app2` lie outside. */
async function withApp(run: (source: DirectorySource, folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/app/www/sub`, { recursive: true });
    await Deno.mkdir(`${folder}/app2`);
    await Deno.writeTextFile(`${folder}/secret.txt`, "secret");
    await Deno.writeTextFile(`${folder}/app2/secret.txt`, "secret");
    await Deno.writeTextFile(`${folder}/app/www/index.html`, "inside");
    await Deno.writeTextFile(`${folder}/app/www/sub/a.txt`, "inside");
    await Deno.writeTextFile(`${folder}/app/.hidden`, "inside");
    await run(new DirectorySource(`${folder}/app`), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(source: DirectorySource, path: string): Promise<string | undefined> {
  const file = await source.open(path);
  return file && new TextDecoder().decode(await file.bytes());
}

Deno.test("DirectorySource.open() reads files, with or without the first slash", () =>
  withApp(async (source) => {
    for (const path of ["/www/index.html", "www/index.html", "//www///index.html", "/.hidden"]) {
      assertEquals(await read(source, path), "inside", path);
    }
  }));

Deno.test("DirectorySource.open() finds no folder and no missing file", () =>
  withApp(async (source) => {
    for (const path of ["", "/", "/www", "/www/", "/missing", "/www/index.html/x"]) {
      assertEquals(await source.open(path), undefined, path);
    }
  }));

Deno.test("DirectorySource.stat() tells files from folders", () =>
  withApp(async (source) => {
    const file = await source.stat("/www/index.html");
    assertEquals([file?.isFile, file?.isDirectory, file?.size], [true, false, 6]);
    assertEquals((await source.stat("/"))?.isDirectory, true);
    assertEquals(await source.stat("/../secret.txt"), undefined);
  }));

Deno.test("DirectorySource.open() gives no byte from outside for 10,000 hostile paths", () =>
  withApp(async (source, folder) => {
    // deno-fmt-ignore
    const pieces = [
      "..", ".", "...", "..;", "%2e%2e", "%252e%252e", "..%2f", "..%5c", "..\\", "\\..\\", "..\0",
      "\0", "C:", "c:\\", "file:", "~", "www", "sub", "secret.txt", "app2", "app", "", " ", ".. ",
      "\u2025", "\uff0e\uff0e", "\u2024\u2024", "\u2215..\u2215", "etc", "passwd", folder,
      "/etc/passwd", "%c0%ae%c0%ae", "__proto__", "a".repeat(300), "proc", "self", "environ",
    ];
    const joints = ["/", "//", "\\", "/./", "/../", "%2f", "%5c", "/\0/"];
    let seed = 7;
    const pick = <T>(list: readonly T[]): T => {
      seed = (seed * 48271) % 2147483647;
      return list[seed % list.length] as T;
    };
    let opened = 0;
    for (let round = 0; round < 10_000; round++) {
      let path = pick(["", "/", "/www/", "www/sub/", "\\"]);
      for (let count = 1 + round % 6; count > 0; count--) path += pick(pieces) + pick(joints);
      if (round % 3 === 0) path += pick(["secret.txt", "../secret.txt", "app2/secret.txt"]);
      const text = await read(source, path);
      assert(text === undefined || text === "inside", path);
      if (text !== undefined) opened++;
      assert((await source.list(path)).every((found) => !found.includes("secret")), path);
    }
    assertEquals(opened, 0);
  }));

Deno.test({
  name: "DirectorySource follows links inside the root and refuses those that leave it",
  ignore: !posix,
  fn: () =>
    withApp(async (source, folder) => {
      await Deno.symlink("sub/a.txt", `${folder}/app/www/inner.txt`);
      await Deno.symlink("../../secret.txt", `${folder}/app/www/outer.txt`);
      await Deno.symlink(`${folder}/app2`, `${folder}/app/www/outer`);
      await Deno.symlink(folder, `${folder}/app/up`);
      await Deno.symlink("circle", `${folder}/app/circle`);
      assertEquals(await read(source, "/www/inner.txt"), "inside");
      for (
        const path of ["/www/outer.txt", "/www/outer/secret.txt", "/up/secret.txt", "/circle"]
      ) {
        assertEquals(await read(source, path), undefined, path);
        assertEquals(await source.stat(path), undefined, path);
      }
      // A link that leaves and comes back is judged by where it ends.
      assertEquals(await read(source, "/up/app/www/index.html"), "inside");
      assertEquals(await source.list("/"), [
        "/.hidden",
        "/www",
        "/www/index.html",
        "/www/inner.txt",
        "/www/sub",
        "/www/sub/a.txt",
      ]);
    }),
});

Deno.test({
  name: "DirectorySource reads below a root that is itself a link",
  ignore: !posix,
  fn: () =>
    withApp(async (_source, folder) => {
      await Deno.symlink("app", `${folder}/linked`);
      const source = new DirectorySource(`${folder}/linked`);
      assertEquals(await read(source, "/www/index.html"), "inside");
      assertEquals(await read(source, "/../secret.txt"), undefined);
    }),
});

Deno.test({
  name: "DirectorySource.open() does not wait for a named pipe",
  ignore: !posix,
  fn: () =>
    withApp(async (source, folder) => {
      await new Deno.Command("mkfifo", { args: [`${folder}/app/pipe`] }).output();
      assertEquals((await source.stat("/pipe"))?.isFile, false);
      assertEquals(await source.open("/pipe"), undefined);
    }),
});

Deno.test("ResourceFile.stream() reads large files in pieces and any range of them", () =>
  withApp(async (source, folder) => {
    const bytes = new Uint8Array(200_001).map((_, index) => index % 251);
    await Deno.writeFile(`${folder}/app/big`, bytes);
    for (
      const [start, end] of [
        [0, 200_001],
        [65_535, 131_073],
        [200_000, 200_001],
        [5, 5],
        [
          9,
          1e9,
        ],
        [-4, 2],
        [3e5, 4e5],
        [8, 2],
      ] as const
    ) {
      const file = await source.open("/big");
      assert(file);
      const pieces: number[] = [];
      let length = 0;
      for await (const piece of file.stream(start, end)) {
        pieces.push(piece.length);
        for (const byte of piece) {
          if (byte !== (Math.max(start, 0) + length++) % 251) throw new Error(`at ${length}`);
        }
      }
      const from = Math.min(Math.max(start, 0), 200_001);
      assertEquals(length, Math.max(Math.min(end, 200_001) - from, 0));
      assert(pieces.every((piece) => piece <= 65_536));
    }
  }));

// The sanitizers fail these tests when a file stays open.
Deno.test("ResourceFile closes its file on cancel, on close and at the end", () =>
  withApp(async (source) => {
    await (await source.open("/www/index.html"))?.stream().cancel();
    (await source.open("/www/index.html"))?.close();
    const file = await source.open("/www/index.html");
    await file?.bytes();
    file?.close();
    const reader = (await source.open("/www/index.html"))?.stream().getReader();
    await reader?.read();
    await reader?.cancel();
  }));

Deno.test("segmentsOf() refuses names with a meaning of their own on Windows", () => {
  for (const path of ["/con", "/NUL.txt", "/a/com1", "/a:b", "/a.", "/a ", "/aux.x.y", "/a?b"]) {
    assertEquals(segmentsOf(path, "windows"), undefined, path);
  }
  assertEquals(segmentsOf("/console/a.b", "windows"), ["console", "a.b"]);
  assertEquals(segmentsOf("/con/a b", "linux"), ["con", "a b"]);
});

Deno.test("segmentsOf() refuses what could leave the root, by name alone", () => {
  for (const path of ["..", "/a/../b", "/.", "a/./b", "/a\\b", "/a\0", "C:", "/c:/x", "/a/d:x"]) {
    assertEquals(segmentsOf(path, "linux"), undefined, path);
  }
  assertEquals(segmentsOf("//a///.b/..c/%2e%2e/", "linux"), ["a", ".b", "..c", "%2e%2e"]);
});
