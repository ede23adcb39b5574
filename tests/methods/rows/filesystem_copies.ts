import type { TestHost } from "../../../lib/testing.ts";
import { missing, type Row, SUCCESS, told, WRONG_TYPE } from "../conformance.ts";

/** A condition on what a call did to a file. */
function leaves(path: string, text: string) {
  return { satisfies: async () => await Deno.readTextFile(path) === text };
}

export function copying({ folder }: TestHost): Row[] {
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

export function moving({ folder }: TestHost): Row[] {
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
    [...move("over.txt", "möved.txt"), fine],
    ["filesystem.getStats", { path: at("over.txt") }, { fails: "NE_FS_NOPATHE" }],
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
export function retired({ folder }: TestHost): Row[] {
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
