import { assert, assertEquals, assertRejects } from "@std/assert";
import { AsarFormatError } from "../../lib/resources/asar.ts";
import { BundleSource } from "../../lib/resources/bundle.ts";
import { pack, packHeader, type Tree } from "./pack.ts";

const TREE: Tree = {
  "neutralino.config.json": "{}",
  resources: { "index.html": "<p>hé", js: { "main.js": "let x;" }, "z.txt": "" },
};

async function withBundle(
  bytes: Uint8Array<ArrayBuffer>,
  run: (source: BundleSource, path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/resources.neu`;
    await Deno.writeFile(path, bytes);
    await using source = await BundleSource.open(path);
    await run(source, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("BundleSource.open() reads what @electron/asar packs", () =>
  withBundle(pack(TREE), async (source, path) => {
    assertEquals(source.kind, "bundle");
    assertEquals(source.root, path);
    for (
      const [name, text] of [
        ["/resources/index.html", "<p>hé"],
        ["resources//js/main.js", "let x;"],
        ["/resources/z.txt", ""],
      ] as const
    ) {
      const file = await source.open(name);
      assert(file, name);
      assertEquals(new TextDecoder().decode(await file.bytes()), text);
    }
  }));

Deno.test("BundleSource.open() streams an inclusive start and exclusive end", () =>
  withBundle(pack(TREE), async (source) => {
    const file = await source.open("/resources/js/main.js");
    assert(file);
    assertEquals(await new Response(file.stream(1, 4)).text(), "et ");
  }));

Deno.test("BundleSource.open() finds no folder, no way out and nothing below a file", () =>
  withBundle(pack(TREE), async (source) => {
    for (
      const path of [
        "/",
        "",
        "/resources",
        "/resources/../neutralino.config.json",
        "/resources/js/main.js/more",
        "/missing",
        "/__proto__",
        "/constructor",
      ]
    ) {
      assertEquals(await source.open(path), undefined, path);
    }
  }));

Deno.test("BundleSource.stat() tells sizes, 4096 for a folder", () =>
  withBundle(pack(TREE), async (source, path) => {
    const modifiedAt = (await Deno.stat(path)).mtime;
    assertEquals(await source.stat("/resources"), {
      size: 4096,
      isFile: false,
      isDirectory: true,
      modifiedAt: modifiedAt ?? new Date(0),
    });
    assertEquals((await source.stat("/resources/index.html"))?.size, 6);
    assertEquals(await source.stat("/nothing"), undefined);
  }));

Deno.test("BundleSource.list() names folders before their children, siblings in order", () =>
  withBundle(pack(TREE), async (source) => {
    assertEquals(await source.list("/"), [
      "/neutralino.config.json",
      "/resources",
      "/resources/index.html",
      "/resources/js",
      "/resources/js/main.js",
      "/resources/z.txt",
    ]);
    assertEquals(await source.list("resources/js/"), ["/resources/js/main.js"]);
    assertEquals(await source.list("/missing"), []);
  }));

Deno.test("BundleSource.open() reads beyond 2 GiB", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/resources.neu`;
    const head = packHeader('{"files":{"far.txt":{"size":3,"offset":"3221225472"}}}');
    // A sparse file: takes no room on disk.
    using file = await Deno.open(path, { write: true, create: true });
    await file.write(head);
    await file.seek(head.length + 3221225472, Deno.SeekMode.Start);
    await file.write(new TextEncoder().encode("far"));
    const far = await (await BundleSource.open(path)).open("/far.txt");
    assert(far);
    assertEquals(new TextDecoder().decode(await far.bytes()), "far");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("BundleSource.open() rejects a missing, a broken and a non-file archive", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assertRejects(() => BundleSource.open(`${folder}/none`), Deno.errors.NotFound);
    await assertRejects(() => BundleSource.open(folder), AsarFormatError);
    await Deno.writeTextFile(`${folder}/text`, "this is not an archive at all");
    await assertRejects(() => BundleSource.open(`${folder}/text`), AsarFormatError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
