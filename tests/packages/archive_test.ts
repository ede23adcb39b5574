import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { needs, npm } from "../tools.ts";
import { unpack, type UnpackOptions } from "../../lib/packages/archive.ts";
import { ArchiveError } from "../../lib/packages/archive_error.ts";
import { foldedName, pathNames } from "../../lib/packages/archive_path.ts";
import {
  concat,
  type Entry,
  gzip,
  longName,
  packageTgz,
  pax,
  streamOf,
  tar,
  tgz,
} from "./archives.ts";

const isWindows = Deno.build.os === "windows";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-archive-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Everything below a folder: the content of files, with `*` before it where they are executable. */
async function tree(folder: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = `${below}${name}`;
    if (isDirectory) {
      found[`${path}/`] = "";
      Object.assign(found, await tree(folder, `${path}/`));
    } else {
      const { mode } = await Deno.lstat(`${folder}/${path}`);
      const mark = (mode ?? 0) & 0o111 ? "*" : "";
      found[path] = mark + await Deno.readTextFile(`${folder}/${path}`);
    }
  }
  return found;
}

async function unpacked(
  entries: (Entry | Uint8Array)[],
  options: UnpackOptions = {},
): Promise<Record<string, string>> {
  let found = {};
  await inFolder(async (folder) => {
    await unpack(streamOf(await tgz(...entries), 100), `${folder}/to`, options);
    found = await tree(`${folder}/to`);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["to"]);
  });
  return found;
}

async function refusal(bytes: Uint8Array, options: UnpackOptions = {}): Promise<string> {
  let message = "";
  await inFolder(async (folder) => {
    const { message: text } = await assertRejects(
      () => unpack(streamOf(bytes, 1000), `${folder}/to`, options),
      ArchiveError,
    );
    message = text;
  });
  return message;
}

Deno.test("unpack() writes files and folders, the executable bit kept", async () => {
  await inFolder(async (folder) => {
    const bytes = await tgz(
      { path: "package/", type: "5", mode: 0o700 },
      { path: "package/a.js", content: "a", mode: 0o600 },
      { path: "package/bin/run", content: "#!", mode: 0o6755 },
      { path: "package/empty folder/", type: "5" },
      { path: "package/.hidden/.file", content: "h", mode: 0o777 },
    );
    assertEquals(await unpack(streamOf(bytes), folder), { top: "package", files: 3, bytes: 4 });
    assertEquals(await tree(folder), {
      "package/": "",
      "package/a.js": "a",
      "package/bin/": "",
      "package/bin/run": isWindows ? "#!" : "*#!",
      "package/empty folder/": "",
      "package/.hidden/": "",
      "package/.hidden/.file": isWindows ? "h" : "*h",
    });
    if (isWindows) return;
    const modes = ["package", "package/a.js", "package/bin/run", "package/.hidden/.file"].map(
      (path) => Deno.statSync(`${folder}/${path}`).mode! & 0o7777,
    );
    assertEquals(modes, [0o755, 0o644, 0o755, 0o755]);
  });
});

Deno.test("unpack() takes the one folder at the top, whatever its name (contract 2.2)", async () => {
  const a = { path: "name-v1.0/a.js", content: "a" };
  const only = { "name-v1.0/": "", "name-v1.0/a.js": "a" };
  const rows: (Entry | Uint8Array)[][] = [
    [a],
    [{ path: "name-v1.0", type: "5" }, a],
    [{ path: "./", type: "5" }, { path: "./name-v1.0/", type: "5" }, { ...a, path: `./${a.path}` }],
    [pax({ comment: "0123456789abcdef" }, "g"), { path: "name-v1.0/", type: "5" }, a],
    [{ path: "stray.txt", content: "s" }, a, { path: "other" }],
    [{ path: ".git/config", content: "c" }, { path: ".github/", type: "5" }, a],
    [a, { path: "name-v1.0/", type: "5" }, { path: "name-v1.0/", type: "5" }],
    [{ path: "name-v1.0/./a.js", content: "a" }],
  ];
  for (const entries of rows) assertEquals(await unpacked(entries), only);
  const refused: [(Entry | Uint8Array)[], string][] = [
    [[], "has no folder"],
    [[{ path: "a.js" }], "has no folder"],
    [[{ path: ".hidden/a.js" }], "has no folder"],
    [[a, { path: "other/b.js" }], 'more than one folder at its top, "name-v1.0" and "other"'],
    [[a, { path: "other", type: "5" }], "more than one folder"],
    [[{ path: ".", type: "0" }], "has no name"],
  ];
  for (const [entries, message] of refused) {
    assert((await refusal(await tgz(...entries))).includes(message), message);
  }
});

Deno.test("unpack() reads gzip of several members, as long as all are whole", async () => {
  const bytes = tar({ path: "package/a.js", content: "a".repeat(3000) });
  const parts = [bytes.subarray(0, 700), bytes.subarray(700, 701), bytes.subarray(701)];
  const members = await Promise.all(parts.map(gzip));
  await inFolder(async (folder) => {
    const whole = concat(...members);
    for (const size of [1, 13, whole.length]) {
      const to = `${folder}/${size}`;
      assertEquals((await unpack(streamOf(whole, size), to)).bytes, 3000);
      assertEquals((await tree(to))["package/a.js"], "a".repeat(3000));
    }
  });
  assertEquals(
    await refusal(concat(members[0]!, members[1]!, members[2]!.subarray(0, -1))),
    "The archive is truncated, or no archive",
  );
  assert((await refusal(concat(...members.slice(0, 2)))).includes("truncated"));
  assert((await refusal(concat(...members, new TextEncoder().encode("more")))).includes("damaged"));
});

Deno.test("unpack() finds every truncation and says so", async () => {
  const bytes = await packageTgz({}, { "main.js": crypto.getRandomValues(new Uint8Array(2000)) });
  for (let length = 0; length < bytes.length; length += 7) {
    assertEquals(
      await refusal(bytes.subarray(0, length)),
      "The archive is truncated, or no archive",
    );
  }
});

Deno.test("unpack() refuses what is no gzip", async () => {
  for (const text of ["<html>404 Not Found</html>", "PK\x03\x04", "\x1f\x8b\x08"]) {
    const message = await refusal(new TextEncoder().encode(text));
    assert(/no gzip file|truncated/.test(message), message);
  }
});

Deno.test("unpack() keeps to each limit and says which", async () => {
  const file = (path: string, length: number) => ({
    path: `package/${path}`,
    content: crypto.getRandomValues(new Uint8Array(length)),
  });
  const five = await tgz(file("a", 900), file("b/c/d", 900), file("e", 900));
  const zeros = await tgz({ path: "package/zeros", content: new Uint8Array(200_000) });
  const rows: [Uint8Array, UnpackOptions["limits"], UnpackOptions["limits"], string][] = [
    [five, { compressedBytes: five.length }, { compressedBytes: five.length - 1 }, "larger than"],
    [five, { totalBytes: 10_000 }, { totalBytes: 4000 }, "unpacks to more than 4000 bytes"],
    [five, { fileBytes: 900 }, { fileBytes: 899 }, '"package/a" is larger than 899 bytes'],
    // The folders between count too: names in a path are cheaper than entries.
    [five, { entries: 6 }, { entries: 5 }, "more than 5 entries"],
    [five, { pathBytes: 13 }, { pathBytes: 12 }, "longer than 12 bytes"],
    [five, { depth: 4 }, { depth: 3 }, "more than 3 names"],
    [zeros, { ratio: 1000, ratioFrom: 1 }, { ratio: 100, ratioFrom: 1 }, "100 times its size"],
    [zeros, { ratio: 1, ratioFrom: 300_000 }, { ratio: 1, ratioFrom: 1000 }, "1 times its size"],
  ];
  for (const [bytes, enough, tooLittle, message] of rows) {
    await inFolder(async (folder) => {
      await unpack(streamOf(bytes), folder, { limits: enough! });
    });
    const refused = await refusal(bytes, { limits: tooLittle! });
    assert(refused.includes(message), refused);
  }
});

Deno.test("unpack() writes files of any size unchanged", async () => {
  const sizes = [0, 1, 511, 512, 513, 65_536, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 3 << 20];
  const contents = sizes.map((size) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    }
    return bytes;
  });
  const bytes = await tgz(
    ...contents.map((content, index) => ({ path: `package/${index}`, content, mode: 0o755 })),
  );
  await inFolder(async (folder) => {
    await unpack(streamOf(bytes, 5000), folder);
    for (const [index, content] of contents.entries()) {
      assertEquals(await Deno.readFile(`${folder}/package/${index}`), content);
      if (!isWindows) {
        assertEquals(Deno.statSync(`${folder}/package/${index}`).mode! & 0o7777, 0o755);
      }
    }
  });
});

Deno.test("unpack() keeps paths that only PAX, GNU or prefix can tell", async () => {
  const deep = `package/${"node_modules/name/".repeat(8)}`;
  const found = await unpacked([
    pax({ path: `${deep}pax.js` }),
    { path: "package/cut", content: "1" },
    longName(`${deep}gnu.js`),
    { path: "package/cut", content: "2", format: "gnu" },
    { path: "ustar.js", prefix: deep.slice(0, -1), content: "3" },
  ]);
  const files = Object.entries(found).filter(([path]) => !path.endsWith("/"));
  assertEquals(Object.fromEntries(files), {
    [`${deep}pax.js`]: "1",
    [`${deep}gnu.js`]: "2",
    [`${deep}ustar.js`]: "3",
  });
});

Deno.test("unpack() unpacks what npm packs, long paths included", needs(npm), async () => {
  await inFolder(async (folder) => {
    const long = `lib/${"a-folder-with-a-name/".repeat(6)}${"x".repeat(90)}.js`;
    await Deno.mkdir(`${folder}/own/${long}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/own/${long}`, "long");
    await Deno.writeTextFile(`${folder}/own/main.js`, "main");
    const manifest = { name: "airdcpp-packed", version: "1.0.0", main: "main.js" };
    await Deno.writeTextFile(`${folder}/own/package.json`, JSON.stringify(manifest));
    const { success, stderr } = await new Deno.Command("npm", {
      args: ["pack", "--silent", "--offline", "--ignore-scripts"],
      cwd: `${folder}/own`,
      env: { npm_config_cache: `${folder}/cache`, npm_config_update_notifier: "false" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const file = await Deno.open(`${folder}/own/airdcpp-packed-1.0.0.tgz`);
    assertEquals((await unpack(file.readable, `${folder}/to`)).files, 3);
    assertEquals(await Deno.readTextFile(`${folder}/to/package/${long}`), "long");
  });
});

Deno.test("unpack() tells how far it is", async () => {
  const bytes = await packageTgz({}, { "main.js": crypto.getRandomValues(new Uint8Array(9000)) });
  const told: number[] = [];
  await inFolder(async (folder) => {
    await unpack(streamOf(bytes, 1000), folder, { onProgress: (count) => told.push(count) });
  });
  assertEquals(told.at(-1), bytes.length);
  assertEquals(told.slice(0, 3), [1000, 2000, 3000]);
});

Deno.test("unpack() gives up when it is told to, also while nothing comes", async () => {
  const bytes = await packageTgz({}, { "main.js": crypto.getRandomValues(new Uint8Array(9000)) });
  for (const length of [0, 100, 5000]) {
    await inFolder(async (folder) => {
      const abort = new AbortController();
      let cancelled = false;
      const source = new ReadableStream<Uint8Array>({
        start: (controller) => length > 0 && controller.enqueue(bytes.slice(0, length)),
        // Asked for more, and nothing comes.
        pull: () => abort.abort(new Error("enough")),
        cancel: () => void (cancelled = true),
      }, { highWaterMark: 0 });
      const { signal } = abort;
      await assertRejects(() => unpack(source, folder, { signal }), Error, "enough");
      assert(cancelled);
    });
  }
  await inFolder(async (folder) => {
    const signal = AbortSignal.abort(new Error("before"));
    const source = streamOf(bytes);
    await assertRejects(() => unpack(source, folder, { signal }), Error, "before");
  });
});

Deno.test("unpack() passes on why its source failed, and cancels one that is refused", async () => {
  await inFolder(async (folder) => {
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new TypeError("connection lost")),
    });
    await assertRejects(() => unpack(source, folder), TypeError, "connection lost");
  });
  const endless = await tgz({
    path: "../a",
    content: crypto.getRandomValues(new Uint8Array(9000)),
  });
  await inFolder(async (folder) => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(endless.subarray(0, 5000)),
      cancel: () => void (cancelled = true),
    });
    await assertRejects(() => unpack(source, folder), ArchiveError);
    assert(cancelled);
  });
});

Deno.test("unpack() passes on what could not be written, be it the last file", {
  ignore: isWindows,
}, async () => {
  // Longer than the system takes, while that of its folder is not.
  const long = `package/${`${"x".repeat(199)}/`.repeat(18)}`;
  const tooLong = long + "y".repeat(50) + "/" + "z".repeat(250) + "/" + "z".repeat(250);
  const limits = { pathBytes: 10_000 };
  for (const after of [0, 50]) {
    const bytes = await tgz(
      pax({ path: tooLong }),
      { path: "cut", content: "x" },
      ...Array.from({ length: after }, (_, index) => ({ path: `package/${index}` })),
    );
    await inFolder(async (folder) => {
      const error = await assertRejects(() => unpack(streamOf(bytes), folder, { limits }), Error);
      assert(/too long/i.test(error.message), error.message);
    });
  }
});

Deno.test("unpack() wants a folder that is empty and no link", async () => {
  const bytes = await packageTgz();
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/full/package`, { recursive: true });
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    await assertRejects(() => unpack(source, `${folder}/full`), Error, "not empty");
    assert(cancelled);
    await Deno.mkdir(`${folder}/empty`);
    if (!isWindows) {
      await Deno.symlink(`${folder}/empty`, `${folder}/link`);
      await assertRejects(() => unpack(streamOf(bytes), `${folder}/link`), Error, "is a link");
    }
    await unpack(streamOf(bytes), `${folder}/empty`);
  });
});

Deno.test("pathNames() takes apart what is safe and says why the rest is not", () => {
  const limits = { pathBytes: 300, depth: 4 };
  const good: [string, string[]][] = [
    ["a", ["a"]],
    ["a/b/", ["a", "b"]],
    ["./a/./b", ["a", "b"]],
    [".", []],
    ["./", []],
    [".a/..b/c..d/...e", [".a", "..b", "c..d", "...e"]],
    ["a b/ c", ["a b", " c"]],
    ["console.js", ["console.js"]],
    ["com/lpt10/nulls", ["com", "lpt10", "nulls"]],
    ["ä/漢字/😀", ["ä", "漢字", "😀"]],
    ["x".repeat(255), ["x".repeat(255)]],
    [`${"ä".repeat(127)}/b`, ["ä".repeat(127), "b"]],
    ["__proto__/constructor", ["__proto__", "constructor"]],
  ];
  for (const [path, names] of good) assertEquals(pathNames(path, limits), names);
  const bad: [string, string][] = [
    ["", "is empty"],
    ["/", "is absolute"],
    ["/a", "is absolute"],
    ["//a/b", "is absolute"],
    ["a//b", "has an empty name"],
    ["a//", "has an empty name"],
    ["..", "leads upwards"],
    ["a/..", "leads upwards"],
    ["a/../b", "leads upwards"],
    ["./../a", "leads upwards"],
    ["a\\b", "backslash"],
    ["..\\a", "backslash"],
    ["C:/a", "colon"],
    ["C:a", "colon"],
    ["a:stream", "colon"],
    ["a\0b", "invisible"],
    ["a\nb", "invisible"],
    ["a\x7f", "invisible"],
    ["a\x85", "invisible"],
    ["a\u200b", "invisible"],
    ["a\u202egpj.js", "invisible"],
    ["\ufeffa", "invisible"],
    ["a\ud800", "invisible"],
    ["a./b", "ends with a dot or a space"],
    ["a /b", "ends with a dot or a space"],
    ["...", "ends with a dot or a space"],
    ["con", "Windows reserves"],
    ["a/NUL.txt", "Windows reserves"],
    ["a/Aux.tar.gz", "Windows reserves"],
    ["a/nul .txt", "Windows reserves"],
    ["COM1", "Windows reserves"],
    ["lpt9.log", "Windows reserves"],
    ["COM¹", "Windows reserves"],
    ["conout$", "Windows reserves"],
    ["prn", "Windows reserves"],
    ["x".repeat(256), "more than 255 bytes"],
    ["ä".repeat(128), "more than 255 bytes"],
    [`${"x".repeat(150)}/${"x".repeat(150)}`, "longer than 300 bytes"],
    [`${"漢".repeat(80)}/${"漢".repeat(20)}`, "longer than 300 bytes"],
    ["a/b/c/d/e", "more than 4 names"],
  ];
  for (const [path, why] of bad) {
    assertThrows(() => pathNames(path, limits), ArchiveError, why, path);
  }
});

Deno.test("foldedName() is the same for what file systems take for the same", () => {
  for (
    const [a, b] of [
      ["README.md", "readme.MD"],
      ["\u00e9", "e\u0301"],
      ["\u00c9", "e\u0301"],
      ["straße", "STRASSE"],
      ["\u212a", "k"],
      ["Σ", "ς"],
      ["ſ", "S"],
    ] as const
  ) assertEquals(foldedName(a), foldedName(b), `${a} ${b}`);
  assertEquals(foldedName("a") === foldedName("b"), false);
});
