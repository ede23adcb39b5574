import { assert, assertEquals, assertRejects } from "@std/assert";
import { pack } from "../../resources/pack.ts";
import { missing, SUCCESS, type Table, WRONG_TYPE } from "../conformance.ts";

const FILES = {
  "resources/a.txt": "grüß",
  "resources/sub/b.bin": new Uint8Array([0, 255, 254]),
  "resources/zürich/日本.txt": "東京",
};
const LARGE = "\ud83d\ude00ü\u0000".repeat(500_000);

export const resources: Table = {
  name: "resources",
  options: { config: { cli: { resourcesPath: "/resources/" } }, files: FILES },
  rows: ({ folder }) => [
    ["resources.getFiles", {}, {
      gives: [
        "/neutralino.config.json",
        "/resources",
        "/resources/a.txt",
        "/resources/sub",
        "/resources/sub/b.bin",
        "/resources/zürich",
        "/resources/zürich/日本.txt",
      ],
    }],
    ["resources.getStats", { path: "/resources/a.txt" }, {
      gives: { size: 6, isFile: true, isDirectory: false },
    }],
    ["resources.getStats", { path: "resources/sub" }, {
      satisfies: (stats: { isFile: boolean; isDirectory: boolean }) =>
        stats.isDirectory && !stats.isFile,
    }],
    ["resources.getStats", { path: "/none" }, {
      fails: "NE_FS_NOPATHE",
      message: `Unable to open path ${folder}/none`,
    }],
    ["resources.getStats", {}, missing("path")],
    ["resources.readFile", { path: "/resources/a.txt" }, { gives: "grüß" }],
    ["resources.readFile", { path: "/../secret" }, { fails: "NE_FS_FILRDER" }],
    ["resources.readFile", { path: "/none" }, {
      fails: "NE_FS_FILRDER",
      message: `Unable to open file: ${folder}/none`,
    }],
    ["resources.readFile", { path: 1 }, WRONG_TYPE],
    ["resources.readBinaryFile", { path: "/resources/sub/b.bin" }, { gives: "AP/+" }],
    ["resources.readBinaryFile", { path: "/none" }, { fails: "NE_FS_FILRDER" }],
    ["resources.readBinaryFile", {}, missing("path")],
    [
      "resources.extractFile",
      { path: "/resources/a.txt", destination: `${folder}/x/y/a.txt` },
      SUCCESS,
    ],
    ["resources.extractFile", { path: "/none", destination: `${folder}/x/n` }, {
      fails: "NE_RS_FILEXTF",
      message: `Unable to extract the requested file to ${folder}/x/n`,
    }],
    ["resources.extractFile", { path: "/resources/a.txt" }, missing("destination")],
    ["resources.extractDirectory", { path: "/resources", destination: `${folder}/d` }, SUCCESS],
    ["resources.getStats", { path: "/resources/zürich/日本.txt" }, {
      gives: { size: 6, isFile: true, isDirectory: false },
    }],
    ["resources.readFile", { path: "/resources/zürich/日本.txt" }, { gives: "東京" }],
    ["resources.readBinaryFile", { path: "/resources/zürich/日本.txt" }, { gives: "5p2x5Lqs" }],
    [
      "resources.extractFile",
      { path: "/resources/zürich/日本.txt", destination: `${folder}/ü/日本.txt` },
      SUCCESS,
    ],
    // In a folder also a folder is copied.
    [
      "resources.extractFile",
      { path: "/resources/zürich/", destination: `${folder}/ü/whole` },
      SUCCESS,
    ],
    [
      "resources.extractDirectory",
      { path: "/resources/zürich", destination: `${folder}/ü/d` },
      SUCCESS,
    ],
    ["resources.extractDirectory", () => {
      Deno.mkdirSync(`${folder}/resources/later/empty`, { recursive: true });
      return { path: "/resources/later/", destination: `${folder}/later` };
    }, SUCCESS],
    ["resources.extractDirectory", { path: "/../..", destination: `${folder}/n` }, {
      fails: "NE_RS_DIREXTF",
    }],
    ["resources.extractDirectory", {
      path: "/resources",
      destination: `${folder}/resources/a.txt`,
    }, { fails: "NE_RS_DIREXTF" }],
    ["resources.extractDirectory", { path: "/resources/zürich", destination: "" }, {
      fails: "NE_RS_DIREXTF",
    }],
    ["resources.extractFile", { path: "/resources/zürich", destination: "" }, {
      fails: "NE_RS_FILEXTF",
    }],
    ["resources.extractDirectory", { path: "/none", destination: `${folder}/n` }, {
      fails: "NE_RS_DIREXTF",
      message: `Unable to extract the requested directory to ${folder}/n`,
    }],
    ["resources.extractDirectory", {}, missing("path")],
  ],
  async after({ folder }) {
    for (const file of ["日本.txt", "whole/日本.txt", "d/日本.txt"]) {
      assertEquals(await Deno.readTextFile(`${folder}/ü/${file}`), "東京");
    }
    assert((await Deno.stat(`${folder}/later/empty`)).isDirectory);
    for (const file of [`${folder}/x/y/a.txt`, `${folder}/d/a.txt`]) {
      assertEquals(await Deno.readTextFile(file), FILES["resources/a.txt"]);
    }
    assertEquals(await Deno.readFile(`${folder}/d/sub/b.bin`), FILES["resources/sub/b.bin"]);
  },
};

const BUNDLE_CONFIG = {
  applicationId: "js.outrigger.test",
  defaultMode: "browser",
  enableServer: true,
  enableNativeAPI: true,
};

export const bundledResources: Table = {
  name: "resources of a bundle",
  options: {
    files: {
      "resources.neu": pack({
        "neutralino.config.json": JSON.stringify(BUNDLE_CONFIG),
        "resources": {
          "a.txt": "grüß",
          "large.txt": LARGE,
          "sub": { "日本.txt": "東京", "empty": {} },
          "subx": { "z.txt": "not below sub" },
        },
        "evil": { "..": { "out.txt": "never" }, "..\\out.txt": "never", "b.txt": "b" },
      }),
    },
  },
  rows: ({ folder }) => [
    ["resources.getFiles", {}, {
      gives: [
        "/evil",
        "/evil/b.txt",
        "/neutralino.config.json",
        "/resources",
        "/resources/a.txt",
        "/resources/large.txt",
        "/resources/sub",
        "/resources/sub/empty",
        "/resources/sub/日本.txt",
        "/resources/subx",
        "/resources/subx/z.txt",
      ],
    }],
    ["resources.getStats", { path: "resources/a.txt" }, {
      gives: { size: 6, isFile: true, isDirectory: false },
    }],
    ["resources.getStats", { path: "/resources/sub" }, {
      gives: { size: 4096, isFile: false, isDirectory: true },
    }],
    ["resources.getStats", { path: "/none" }, {
      fails: "NE_RS_NOPATHE",
      message: "Path (/none) doesn't exist in resources",
    }],
    ["resources.readFile", { path: "/resources/a.txt" }, { gives: "grüß" }],
    ["resources.readFile", { path: "resources/large.txt" }, { gives: LARGE }],
    ["resources.readFile", { path: "nöne" }, {
      fails: "NE_RS_NOPATHE",
      message: "Path (nöne) doesn't exist in resources",
    }],
    ["resources.readFile", { path: "/resources/../resources/a.txt" }, { fails: "NE_RS_NOPATHE" }],
    ["resources.readFile", { path: "/resources" }, WRONG_TYPE],
    ["resources.readBinaryFile", { path: "/resources/sub/日本.txt" }, { gives: "5p2x5Lqs" }],
    ["resources.readBinaryFile", { path: "/resources/large.txt" }, {
      gives: new TextEncoder().encode(LARGE).toBase64(),
    }],
    ["resources.readBinaryFile", { path: "/none" }, {
      fails: "NE_RS_NOPATHE",
      message: "Path (/none) doesn't exist in resources",
    }],
    ["resources.readBinaryFile", { path: "/resources/sub" }, WRONG_TYPE],
    [
      "resources.extractFile",
      { path: "/resources/sub/日本.txt", destination: `${folder}/x/日本.txt` },
      SUCCESS,
    ],
    ["resources.extractFile", { path: "/none", destination: `${folder}/x/n` }, {
      fails: "NE_RS_FILEXTF",
      message: `Unable to extract the requested file to ${folder}/x/n`,
    }],
    [
      "resources.extractFile",
      { path: "/resources/sub", destination: `${folder}/x/n` },
      WRONG_TYPE,
    ],
    ["resources.extractFile", {
      path: "/resources/a.txt",
      destination: `${folder}/x/日本.txt/below`,
    }, { fails: "NE_RS_FILEXTF" }],
    [
      "resources.extractDirectory",
      { path: "/resources/sub/", destination: `${folder}/d` },
      SUCCESS,
    ],
    ["resources.extractDirectory", { path: "/none", destination: `${folder}/n` }, SUCCESS],
    [
      "resources.extractDirectory",
      { path: "/evil", destination: `${folder}/evil/deep` },
      SUCCESS,
    ],
    ["resources.extractDirectory", { path: "/evil", destination: "" }, {
      fails: "NE_RS_DIREXTF",
    }],
    ["resources.extractDirectory", {
      path: "/resources",
      destination: `${folder}/x/日本.txt`,
    }, {
      fails: "NE_RS_DIREXTF",
      message: `Unable to extract the requested directory to ${folder}/x/日本.txt`,
    }],
  ],
  async after({ folder }) {
    assertEquals(await Deno.readTextFile(`${folder}/x/日本.txt`), "東京");
    assertEquals(await Deno.readTextFile(`${folder}/d/日本.txt`), "東京");
    const extracted = await Array.fromAsync(Deno.readDir(`${folder}/d`), ({ name }) => name);
    assertEquals(extracted.sort(), ["empty", "日本.txt"]);
    assertEquals(await Deno.readTextFile(`${folder}/evil/deep/b.txt`), "b");
    for (const path of ["n", "z.txt", "evil/out.txt", "evil/deep/..\\out.txt"]) {
      await assertRejects(() => Deno.stat(`${folder}/${path}`), Deno.errors.NotFound);
    }
  },
};
