import { assertEquals } from "@std/assert";
import type { TestHost } from "../../../lib/testing.ts";
import { missing, type Row, SUCCESS, type Table, told, WRONG_TYPE } from "../conformance.ts";
import { copying, moving, retired } from "./filesystem_copies.ts";

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

/** Whether nothing is there, not even a link. */
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
