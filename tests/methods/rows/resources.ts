import { assertEquals } from "@std/assert";
import { missing, SUCCESS, type Table, WRONG_TYPE } from "../conformance.ts";

const FILES = {
  "resources/a.txt": "grüß",
  "resources/sub/b.bin": new Uint8Array([0, 255, 254]),
};

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
    ["resources.extractDirectory", { path: "/none", destination: `${folder}/n` }, {
      fails: "NE_RS_DIREXTF",
      message: `Unable to extract the requested directory to ${folder}/n`,
    }],
    ["resources.extractDirectory", {}, missing("path")],
  ],
  async after({ folder }) {
    for (const file of [`${folder}/x/y/a.txt`, `${folder}/d/a.txt`]) {
      assertEquals(await Deno.readTextFile(file), FILES["resources/a.txt"]);
    }
    assertEquals(await Deno.readFile(`${folder}/d/sub/b.bin`), FILES["resources/sub/b.bin"]);
  },
};
