import { assertEquals } from "@std/assert";
import type { TestHost } from "../../../lib/testing.ts";
import { missing, type Row, SUCCESS, type Table, told, WRONG_TYPE } from "../conformance.ts";

/** More than is dealt with in one piece. */
const LARGE = 3 << 20;
const NAMES = ["plain.txt", "grüße 😀.txt", "with space", "-n", "日本語"];

/** Files, folders, copying and moving. */
export const filesystem: Table = {
  name: "filesystem",
  options: {
    files: {
      "old/a.txt": "grüß",
      "old/sub/b.bin": new Uint8Array([0, 255, 254]),
      "old/sub/deep/c.txt": "c",
      "bom.txt": new Uint8Array([0xef, 0xbb, 0xbf, 0x61]),
      "cut.txt": new Uint8Array([0x61, 0xe2, 0x82, 0xff, 0x62, 0xc3]),
      "empty.txt": "",
      "keep.txt": "kept",
      "name: ü.txt": "ü",
    },
  },
  async rows(app) {
    const { folder } = app;
    const at = (name: string) => `${folder}/${name}`;
    if (Deno.build.os !== "windows") {
      await Deno.symlink("old", at("link"));
      await Deno.symlink("keep.txt", at("file link"));
      await Deno.symlink("nowhere", at("dangling"));
    }
    return [
      ...writing(app),
      ...reading(app),
      ...(Deno.build.os === "windows" ? [] : links(app)),
      ...folders(app),
      ...copying(app),
      ...moving(app),
      ...retired(app),
    ];
  },
  async after({ folder }) {
    assertEquals(await Deno.readTextFile(`${folder}/keep.txt`), "kept");
    assertEquals(await Deno.readTextFile(`${folder}/old/a.txt`), "grüß");
  },
};

/** A condition on what a call did to a file. */
function leaves(path: string, text: string) {
  return { satisfies: async () => await Deno.readTextFile(path) === text };
}

async function isGone(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => false, (e) => e instanceof Deno.errors.NotFound);
}

function writing({ folder }: TestHost): Row[] {
  const file = `${folder}/grüß dich.txt`;
  const failing = (path: string) => ({
    fails: "NE_FS_FILWRER",
    message: `Unable to write file: ${path}`,
  });
  const long = "ü😀x".repeat(LARGE / 4);
  const rows: Row[] = NAMES.flatMap((name): Row[] => [
    ["filesystem.writeFile", { path: `${folder}/${name}`, data: name }, SUCCESS],
    ["filesystem.readFile", { path: `${folder}/${name}` }, { gives: name }],
  ]);
  for (
    const [method, first, second] of [["File", "ü\r\n", "\u0000é"], ["BinaryFile", "w7wN", "Cg=="]]
  ) {
    rows.push(
      [`filesystem.write${method}`, { path: file, data: "AAAA" }, SUCCESS],
      [`filesystem.write${method}`, { path: file, data: first }, SUCCESS],
      [`filesystem.append${method}`, { path: file, data: second }, SUCCESS],
      ["filesystem.readFile", { path: file }, {
        gives: method === "File" ? "ü\r\n\u0000é" : "ü\r\n",
      }],
      [`filesystem.write${method}`, { path: file, data: "" }, SUCCESS],
      ["filesystem.readFile", { path: file }, { gives: "" }],
      [`filesystem.append${method}`, { path: `${file}.new`, data: first }, SUCCESS],
      ["filesystem.remove", { path: `${file}.new` }, told(`${file}.new was removed`)],
    );
    for (const verb of ["write", "append"]) {
      rows.push(
        [
          `filesystem.${verb}${method}`,
          { path: `${folder}/no/x`, data: "" },
          failing(`${folder}/no/x`),
        ],
        [`filesystem.${verb}${method}`, { path: folder, data: "AA==" }, failing(folder)],
        [`filesystem.${verb}${method}`, { path: "", data: "AA==" }, failing("")],
        [`filesystem.${verb}${method}`, { data: "" }, missing("path")],
        [`filesystem.${verb}${method}`, { path: file }, missing("data")],
        [`filesystem.${verb}${method}`, {}, missing("path")],
        [`filesystem.${verb}${method}`, { path: file, data: 1 }, WRONG_TYPE],
      );
    }
  }
  return [
    ...rows,
    ["filesystem.writeFile", { path: file, data: long }, SUCCESS],
    ["filesystem.appendFile", { path: file, data: long }, SUCCESS],
    ["filesystem.readFile", { path: file }, { satisfies: (text) => text === long + long }],
    ["filesystem.writeBinaryFile", { path: file, data: btoa("x".repeat(LARGE)) }, SUCCESS],
    ["filesystem.appendBinaryFile", { path: file, data: btoa("y".repeat(LARGE)) }, {
      satisfies: async () => {
        const text = await Deno.readTextFile(file);
        return text === "x".repeat(LARGE) + "y".repeat(LARGE);
      },
    }],
    // Fix: the original writes an empty file for what is no base64.
    ["filesystem.writeBinaryFile", { path: `${folder}/keep.txt`, data: "a-_b" }, WRONG_TYPE],
    ["filesystem.appendBinaryFile", { path: `${folder}/keep.txt`, data: "A" }, WRONG_TYPE],
    ["filesystem.readFile", { path: `${folder}/keep.txt` }, { gives: "kept" }],
    ["filesystem.writeBinaryFile", { path: file, data: "YQ" }, SUCCESS],
    ["filesystem.readFile", { path: file }, { gives: "a" }],
  ];
}

function reading({ folder }: TestHost): Row[] {
  const failing = (path: string) => ({
    fails: "NE_FS_FILRDER",
    message: `Unable to open file: ${path}`,
  });
  const umlaut = `${folder}/old/a.txt`;
  const slices: [slice: unknown, text: string][] = [
    [{ pos: 1 }, "r\u00fc\u00df"],
    [{ pos: 0, size: 2 }, "gr"],
    [{ pos: 2, size: 2 }, "ü"],
    [{ pos: 1, size: 2 }, "r\ufffd"],
    [{ pos: 3, size: 1 }, "\ufffd"],
    [{ pos: -5, size: -1 }, "grüß"],
    [{ pos: 6 }, ""],
    [{ pos: 1e300 }, ""],
    [{ pos: 5, size: 1e300 }, "\ufffd"],
    [{ size: 0 }, ""],
    [{ pos: 2.9, size: 2.9 }, "ü"],
    [{ pos: null, size: null }, "grüß"],
  ];
  const rows: Row[] = slices.map(([slice, text]) => [
    "filesystem.readFile",
    { path: umlaut, ...slice as object },
    { gives: text },
  ]);
  for (const method of ["filesystem.readFile", "filesystem.readBinaryFile"]) {
    rows.push(
      [method, { path: `${folder}/nø` }, failing(`${folder}/nø`)],
      [method, { path: `${folder}/keep.txt/x` }, failing(`${folder}/keep.txt/x`)],
      [method, { path: "" }, failing("")],
      [method, { path: folder }, WRONG_TYPE],
      [method, { path: umlaut, pos: "1" }, WRONG_TYPE],
      [method, { path: umlaut, size: [] }, WRONG_TYPE],
      [method, {}, missing("path")],
      [method, { path: `${folder}/empty.txt` }, { gives: "" }],
    );
  }
  return [
    ...rows,
    ["filesystem.readFile", { path: `${folder}/bom.txt` }, { gives: "\ufeffa" }],
    ["filesystem.readFile", { path: `${folder}/cut.txt` }, { gives: "a\ufffd\ufffdb\ufffd" }],
    ["filesystem.readFile", { path: `${folder}/name: ü.txt` }, { gives: "ü" }],
    ["filesystem.readBinaryFile", { path: `${folder}/old/sub/b.bin` }, { gives: "AP/+" }],
    ["filesystem.readBinaryFile", { path: `${folder}/old/sub/b.bin`, pos: 1, size: 1 }, {
      gives: "/w==",
    }],
    ["filesystem.readBinaryFile", { path: umlaut, pos: 2 }, { gives: "w7zDnw==" }],
  ];
}

function folders({ folder }: TestHost): Row[] {
  const made = (path: string) => told(`Directory ${path} was created`);
  const removed = (path: string) => told(`${path} was removed`);
  const entry = (path: string, type: string) => ({
    entry: path.slice(path.lastIndexOf("/") + 1),
    path,
    type,
  });
  const listed = (...entries: unknown[]) => ({
    satisfies: (got: { path: string }[]) => {
      const sorted = got.toSorted((a, b) => a.path < b.path ? -1 : 1);
      assertEquals<unknown>(sorted, entries);
      // A folder comes before what is in it.
      return got.every(({ path }, i) =>
        !got.slice(0, i).some((e) => e.path.startsWith(`${path}/`))
      );
    },
  });
  const old = `${folder}/old`;
  return [
    ["filesystem.createDirectory", { path: `${folder}/mÄde` }, made(`${folder}/mÄde`)],
    ["filesystem.createDirectory", { path: `${folder}/x/y/z` }, made(`${folder}/x/y/z`)],
    ["filesystem.createDirectory", { path: `${folder}/x/slash/` }, made(`${folder}/x/slash/`)],
    ["filesystem.createDirectory", { path: `${folder}/x` }, {
      fails: "NE_FS_DIRCRER",
      message: `Cannot create a directory in ${folder}/x`,
    }],
    ["filesystem.createDirectory", { path: `${folder}/keep.txt` }, WRONG_TYPE],
    ["filesystem.createDirectory", { path: `${folder}/keep.txt/x` }, WRONG_TYPE],
    ["filesystem.createDirectory", { path: "" }, WRONG_TYPE],
    ["filesystem.getStats", { path: `${folder}/x/y/z` }, {
      satisfies: (stats: { isDirectory: boolean }) => stats.isDirectory,
    }],
    [
      "filesystem.readDirectory",
      { path: old },
      listed(
        entry(`${old}/a.txt`, "FILE"),
        entry(`${old}/sub`, "DIRECTORY"),
      ),
    ],
    [
      "filesystem.readDirectory",
      { path: `${old}/`, recursive: true },
      listed(
        entry(`${old}/a.txt`, "FILE"),
        entry(`${old}/sub`, "DIRECTORY"),
        entry(`${old}/sub/b.bin`, "FILE"),
        entry(`${old}/sub/deep`, "DIRECTORY"),
        entry(`${old}/sub/deep/c.txt`, "FILE"),
      ),
    ],
    ["filesystem.readDirectory", { path: `${folder}/mÄde` }, { gives: [] }],
    ["filesystem.readDirectory", { path: `${folder}/mÄde`, recursive: true }, { gives: [] }],
    ["filesystem.readDirectory", { path: `${folder}/nø` }, {
      fails: "NE_FS_NOPATHE",
      message: `Unable to open path ${folder}/nø`,
    }],
    ["filesystem.readDirectory", { path: "" }, { fails: "NE_FS_NOPATHE" }],
    ["filesystem.readDirectory", { path: `${folder}/keep.txt/x` }, { fails: "NE_FS_NOPATHE" }],
    ["filesystem.readDirectory", { path: `${folder}/keep.txt` }, WRONG_TYPE],
    ["filesystem.readDirectory", { path: old, recursive: 1 }, WRONG_TYPE],
    ["filesystem.remove", { path: `${folder}/x` }, removed(`${folder}/x`)],
    ["filesystem.remove", { path: `${folder}/mÄde/` }, removed(`${folder}/mÄde/`)],
    ["filesystem.remove", { path: `${folder}/x` }, {
      fails: "NE_FS_REMVERR",
      message: `Cannot remove path: ${folder}/x`,
    }],
    ["filesystem.remove", { path: "" }, { fails: "NE_FS_REMVERR" }],
    ["filesystem.remove", { path: `${folder}/keep.txt/` }, { fails: "NE_FS_REMVERR" }],
    ["filesystem.getStats", { path: `${folder}/old/a.txt` }, {
      satisfies: async (got: Record<string, unknown>) => {
        const { mtime, ctime, birthtime } = await Deno.stat(`${folder}/old/a.txt`);
        const made = Deno.build.os === "windows" ? birthtime : ctime;
        const seconds = (time: Date | null) => Math.floor(time!.getTime() / 1000) * 1000;
        assertEquals(got, {
          size: 6,
          isFile: true,
          isDirectory: false,
          createdAt: seconds(made),
          modifiedAt: seconds(mtime),
        });
        return true;
      },
    }],
    ["filesystem.getStats", { path: `${folder}/nø` }, {
      fails: "NE_FS_NOPATHE",
      message: `Unable to open path ${folder}/nø`,
    }],
    ["filesystem.getStats", { path: `${folder}/keep.txt/x` }, { fails: "NE_FS_NOPATHE" }],
  ];
}

/** A link counts as what it leads to, but is removed itself and not descended into. */
function links({ folder }: TestHost): Row[] {
  const types = (expected: Record<string, string>) => ({
    satisfies: (got: { entry: string; type: string }[]) =>
      Object.entries(expected).every(([name, type]) =>
        got.find(({ entry }) => entry === name)?.type === type
      ),
  });
  return [
    [
      "filesystem.readDirectory",
      { path: folder },
      types({
        "link": "DIRECTORY",
        "file link": "FILE",
        "dangling": "OTHER",
      }),
    ],
    ["filesystem.readDirectory", { path: folder, recursive: true }, {
      satisfies: (got: { path: string }[]) =>
        got.some(({ path }) => path === `${folder}/old/a.txt`) &&
        !got.some(({ path }) => path.startsWith(`${folder}/link/`)),
    }],
    ["filesystem.readDirectory", { path: `${folder}/link` }, {
      satisfies: (got: { path: string }[]) =>
        got.some(({ path }) => path === `${folder}/link/a.txt`),
    }],
    ["filesystem.getStats", { path: `${folder}/file link` }, {
      satisfies: ({ size, isFile }: { size: number; isFile: boolean }) => size === 4 && isFile,
    }],
    ["filesystem.getStats", { path: `${folder}/dangling` }, { fails: "NE_FS_NOPATHE" }],
    ["filesystem.getStats", { path: "/dev/null" }, {
      satisfies: ({ isFile, isDirectory }: { isFile: boolean; isDirectory: boolean }) =>
        !isFile && !isDirectory,
    }],
    ["filesystem.copy", { source: `${folder}/file link`, destination: `${folder}/copied` }, {
      satisfies: async () => (await Deno.lstat(`${folder}/copied`)).isFile,
    }],
    ["filesystem.copy", { source: `${folder}/link`, destination: `${folder}/copied folder` }, {
      satisfies: async () => (await Deno.lstat(`${folder}/copied folder`)).isDirectory,
    }],
    ["filesystem.copy", { source: `${folder}/dangling`, destination: `${folder}/copied` }, {
      fails: "NE_FS_COPYERR",
    }],
    ["filesystem.createDirectory", { path: `${folder}/link` }, { fails: "NE_FS_DIRCRER" }],
    ["filesystem.createDirectory", { path: `${folder}/dangling` }, WRONG_TYPE],
    ["filesystem.remove", { path: `${folder}/link/` }, {
      satisfies: async () =>
        await isGone(`${folder}/link`) && !(await isGone(`${folder}/old/a.txt`)),
    }],
    ["filesystem.remove", { path: `${folder}/file link` }, {
      satisfies: async () => await isGone(`${folder}/file link`),
    }],
    ["filesystem.remove", { path: `${folder}/dangling` }, {
      satisfies: async () => await isGone(`${folder}/dangling`),
    }],
  ];
}

function copying({ folder }: TestHost): Row[] {
  const at = (name: string) => `${folder}/${name}`;
  const fine = told("Copy operation was successful");
  const failing = (source: string, destination: string) => ({
    fails: "NE_FS_COPYERR",
    message: `Cannot perform copy: ${source} -> ${destination}`,
  });
  const copy = (source: string, destination: string, options?: unknown): [string, object] => [
    "filesystem.copy",
    { source: at(source), destination: at(destination), ...options as object },
  ];
  const has = (path: string, text: string): Row => ["filesystem.readFile", { path: at(path) }, {
    gives: text,
  }];
  return [
    [...copy("old/a.txt", "cöpy.txt"), fine],
    has("cöpy.txt", "grüß"),
    ["filesystem.writeFile", { path: at("cöpy.txt"), data: "other" }, SUCCESS],
    [
      ...copy("old/a.txt", "cöpy.txt", { overwrite: false }),
      failing(at("old/a.txt"), at("cöpy.txt")),
    ],
    has("cöpy.txt", "other"),
    [...copy("old/a.txt", "cöpy.txt", { overwrite: false, skip: true }), fine],
    [...copy("old/a.txt", "cöpy.txt", { overwrite: true, skip: true }), fine],
    has("cöpy.txt", "other"),
    [...copy("old/a.txt", "cöpy.txt", { overwrite: null }), fine],
    has("cöpy.txt", "grüß"),
    // A file into a folder, a folder into none and into another.
    [...copy("keep.txt", "old/sub"), fine],
    has("old/sub/keep.txt", "kept"),
    [...copy("old", "cöpy"), fine],
    has("cöpy/sub/deep/c.txt", "c"),
    ["filesystem.writeFile", { path: at("cöpy/a.txt"), data: "other" }, SUCCESS],
    ["filesystem.writeFile", { path: at("cöpy/own.txt"), data: "own" }, SUCCESS],
    [...copy("old", "cöpy", { skip: true }), fine],
    has("cöpy/a.txt", "other"),
    [...copy("old", "cöpy", { overwrite: false }), failing(at("old"), at("cöpy"))],
    has("cöpy/a.txt", "other"),
    [...copy("old", "cöpy/"), fine],
    has("cöpy/a.txt", "grüß"),
    has("cöpy/own.txt", "own"),
    // Fix: without `recursive` the files of the folder itself, whatever `overwrite` is.
    ...[{}, { overwrite: false }, { skip: true }].flatMap((options, i): Row[] => [
      [...copy("old", `flat ${i}`, { recursive: false, ...options }), fine],
      has(`flat ${i}/a.txt`, "grüß"),
      ["filesystem.getStats", { path: at(`flat ${i}/sub`) }, { fails: "NE_FS_NOPATHE" }],
    ]),
    // Fix: the original goes on until the path is too long.
    [...copy("old", "old/sub/self"), failing(at("old"), at("old/sub/self"))],
    [...copy("old", "old"), failing(at("old"), at("old"))],
    ["filesystem.getStats", { path: at("old/sub/self") }, { fails: "NE_FS_NOPATHE" }],
    [...copy("keep.txt", "keep.txt"), failing(at("keep.txt"), at("keep.txt"))],
    [...copy("keep.txt", "."), failing(at("keep.txt"), at("."))],
    has("keep.txt", "kept"),
    [...copy("none", "x"), failing(at("none"), at("x"))],
    [...copy("old/a.txt", "none/x"), failing(at("old/a.txt"), at("none/x"))],
    [...copy("old", "none/x"), failing(at("old"), at("none/x"))],
    [...copy("old", "keep.txt"), failing(at("old"), at("keep.txt"))],
    ["filesystem.copy", { source: "", destination: "" }, failing("", "")],
    ["filesystem.copy", { destination: "x" }, missing("source")],
    ["filesystem.copy", { source: "x" }, missing("destination")],
    [...copy("keep.txt", "x", { recursive: 0 }), WRONG_TYPE],
    [...copy("keep.txt", "x", { overwrite: "no" }), WRONG_TYPE],
    [...copy("keep.txt", "x", { skip: {} }), WRONG_TYPE],
    ["filesystem.getStats", { path: at("x") }, { fails: "NE_FS_NOPATHE" }],
  ];
}

function moving({ folder }: TestHost): Row[] {
  const at = (name: string) => `${folder}/${name}`;
  const move = (source: string, destination: string): [string, object] => [
    "filesystem.move",
    { source: at(source), destination: at(destination) },
  ];
  const failing = (source: string, destination: string) => ({
    fails: "NE_FS_MOVEERR",
    message: `Cannot perform move: ${at(source)} -> ${at(destination)}`,
  });
  const fine = told("File move operation was successful");
  return [
    [...move("cöpy.txt", "möved.txt"), fine],
    ["filesystem.writeFile", { path: at("over.txt"), data: "over" }, SUCCESS],
    [...move("over.txt", "möved.txt"), { satisfies: () => isGone(at("over.txt")) }],
    ["filesystem.readFile", { path: at("möved.txt") }, { gives: "over" }],
    [...move("cöpy", "möved"), fine],
    ["filesystem.readFile", { path: at("möved/sub/deep/c.txt") }, { gives: "c" }],
    [...move("möved.txt", "möved"), failing("möved.txt", "möved")],
    [...move("none", "x"), failing("none", "x")],
    [...move("keep.txt", "none/x"), failing("keep.txt", "none/x")],
    [...move("old", "old/sub/self"), failing("old", "old/sub/self")],
    ["filesystem.move", {}, missing("source")],
    ["filesystem.move", { source: "x", destination: 1 }, WRONG_TYPE],
  ];
}

/** Section 10.4. */
function retired({ folder }: TestHost): Row[] {
  const at = (name: string) => `${folder}/${name}`;
  const failing = (code: string, message: string) => ({ fails: code, message });
  return [
    [
      "filesystem.copyFile",
      { source: at("keep.txt"), destination: at("öld.txt") },
      told(
        "File copy operation was successful",
      ),
    ],
    [
      "filesystem.copyFile",
      { source: at("keep.txt"), destination: at("öld.txt") },
      leaves(
        at("öld.txt"),
        "kept",
      ),
    ],
    [
      "filesystem.copyFile",
      { source: at("old"), destination: at("x") },
      failing(
        "NE_FS_COPYFER",
        `Cannot perform copy: ${at("old")} -> ${at("x")}`,
      ),
    ],
    [
      "filesystem.moveFile",
      { source: at("öld.txt"), destination: at("öld 2.txt") },
      told(
        "File move operation was successful",
      ),
    ],
    [
      "filesystem.moveFile",
      { source: at("öld.txt"), destination: at("x") },
      failing(
        "NE_FS_MOVEFER",
        `Cannot perform move: ${at("öld.txt")} -> ${at("x")}`,
      ),
    ],
    ["filesystem.removeFile", { path: at("öld 2.txt") }, told(`${at("öld 2.txt")} was deleted`)],
    [
      "filesystem.removeFile",
      { path: at("öld 2.txt") },
      failing(
        "NE_FS_FILRMER",
        `Cannot remove file: ${at("öld 2.txt")}`,
      ),
    ],
    [
      "filesystem.createDirectory",
      { path: at("ämpty") },
      told(
        `Directory ${at("ämpty")} was created`,
      ),
    ],
    ["filesystem.removeFile", { path: at("ämpty") }, { fails: "NE_FS_FILRMER" }],
    [
      "filesystem.removeDirectory",
      { path: at("ämpty") },
      told(
        `Directory ${at("ämpty")} was removed`,
      ),
    ],
    [
      "filesystem.removeDirectory",
      { path: at("old") },
      failing(
        "NE_FS_RMDIRER",
        `Cannot remove directory: ${at("old")}`,
      ),
    ],
    ["filesystem.removeDirectory", { path: at("keep.txt") }, { fails: "NE_FS_RMDIRER" }],
  ];
}
