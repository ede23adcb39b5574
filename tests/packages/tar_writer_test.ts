import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { type TarFile, tarStream, tgzStream } from "../../lib/packages/tar_writer.ts";
import { needs, posix } from "../tools.ts";

function file(path: string, content = "", executable = false): TarFile {
  const bytes = new TextEncoder().encode(content);
  return { path, size: bytes.length, executable, open: () => ReadableStream.from([bytes]) };
}

async function unpacked(files: readonly TarFile[]): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-tar-" });
  try {
    const archive = join(folder, "a.tgz");
    await Deno.writeFile(archive, tgzStream(files));
    await Deno.mkdir(join(folder, "out"));
    const { success, stderr } = await new Deno.Command("tar", {
      args: ["-xpzf", archive, "-C", join(folder, "out")],
    }).output();
    assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
    const found = new Map<string, string>();
    for (const { path } of files) {
      const place = join(folder, "out", path);
      const { mode, mtime } = await Deno.stat(place);
      const text = await Deno.readTextFile(place);
      found.set(path, `${(mode! & 0o777).toString(8)} ${mtime!.toISOString()} ${text}`);
    }
    return found;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const LONG = "l".repeat(90);
const PATHS = [
  "package/package.json",
  `package/${LONG}/${LONG}.js`, // 156 bytes: in two fields
  `package/${LONG}/${LONG}/${LONG}.js`, // no slash where it could be parted
  `package/${"n".repeat(101)}.js`, // a name too long for its field
  `package/${"ä".repeat(60)}/${"é".repeat(60)}`, // counted in bytes
  `package/${"😀".repeat(30)}/${LONG}/${LONG}/${LONG}/deep.js`,
  // Few letters, many bytes.
  `package/${"ö".repeat(60)}`,
  // Where the length of a record has a digit more than what it counts.
  ...[988, 989, 990, 991, 992].map((length) =>
    `${"deep-folder/".repeat(80)}${"x".repeat(length - 960)}`
  ),
  "package/schöner name.txt",
  `${"p".repeat(99)}/x`,
  `${"p".repeat(156)}/x`,
];

Deno.test(
  "tgzStream() writes what tar reads: paths of every length, content and modes",
  needs(posix),
  async () => {
    const files = PATHS.map((path, index) =>
      file(path, `${index}`.repeat(index * 171), index % 2 > 0)
    );
    const found = await unpacked(files);
    for (const [index, path] of PATHS.entries()) {
      const mode = index % 2 > 0 ? "755" : "644";
      const expected = `${mode} 1985-10-26T08:15:00.000Z ${`${index}`.repeat(index * 171)}`;
      assertEquals(found.get(path), expected, path);
    }
  },
);

Deno.test("tarStream() writes a PAX header only for paths that fit no other way", async () => {
  const kinds = await Promise.all(PATHS.map(async (path) => {
    const bytes = await new Response(tarStream([file(path)])).bytes();
    return String.fromCharCode(bytes[156]!);
  }));
  assertEquals(kinds.join(""), "00xxxxxxxxxx00x");
});

Deno.test("tgzStream() gives the same bytes for the same files in any order", async () => {
  const files = ["b/z", "a", "B", "b/a", "ä"].map((path) => file(path, path));
  const bytes = (files: readonly TarFile[]) => new Response(tgzStream(files)).bytes();
  assertEquals(await bytes(files.toReversed()), await bytes(files));
});

Deno.test("tarStream() refuses files that changed and paths that cannot be", async () => {
  const wrong: TarFile[] = [
    { ...file("a", "abc"), size: 2 },
    { ...file("a", "abc"), size: 4 },
    { ...file("a"), size: 8 ** 11 },
    file("/a"),
    file(""),
    file("a\0b"),
  ];
  for (const one of wrong) {
    await assertRejects(() => new Response(tarStream([one])).bytes(), Error, "Cannot pack");
  }
});

Deno.test("tarStream() opens a file when its turn comes, and reads no further than is taken", async () => {
  const opened: string[] = [];
  const part = new Uint8Array(1 << 16);
  let parts = 0;
  const endless = (path: string): TarFile => ({
    path,
    size: part.length * 1000,
    executable: false,
    async *open() {
      opened.push(path);
      for (let count = 0; count < 1000; count++) {
        parts++;
        yield part;
      }
    },
  });
  const reader = tarStream([endless("a"), endless("b")]).getReader();
  for (let count = 0; count < 10; count++) await reader.read();
  await reader.cancel();
  assertEquals([opened, parts < 20], [["a"], true]);
});
