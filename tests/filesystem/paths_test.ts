import { assertEquals } from "@std/assert";
import {
  absolutePath,
  foldedPath,
  isWithin,
  joinPaths,
  pathParts,
  unslashed,
  wayBetween,
  withoutEndSlash,
} from "../../lib/filesystem/paths.ts";

const MEMBERS = [
  "rootName",
  "rootDirectory",
  "rootPath",
  "relativePath",
  "parentPath",
  "filename",
  "stem",
  "extension",
] as const;

/** The path, then its parts in the order of the contract's table. */
function assertParts(os: "linux" | "windows", table: string[][]): void {
  for (const [path, ...expected] of table) {
    const parts = pathParts(path!, os);
    assertEquals(MEMBERS.map((name) => parts[name]), expected, path);
  }
}

Deno.test("pathParts() gives the parts of the contract's table", () => {
  assertParts("linux", [
    ["/a/b/c.tar.gz", "", "/", "/", "a/b/c.tar.gz", "/a/b", "c.tar.gz", "c.tar", ".gz"],
    ["./x/y", "", "", "", "./x/y", "./x", "y", "y", ""],
    ["a", "", "", "", "a", "", "a", "a", ""],
    ["/", "", "/", "/", "", "/", "", "", ""],
    ["/a/b/", "", "/", "/", "a/b/", "/a/b", "", "", ""],
    [".hidden", "", "", "", ".hidden", "", ".hidden", ".hidden", ""],
    ["..", "", "", "", "..", "", "..", "..", ""],
    ["/a//b.txt", "", "/", "/", "a//b.txt", "/a", "b.txt", "b", ".txt"],
    // Beyond the table.
    ["", "", "", "", "", "", "", "", ""],
    [".", "", "", "", ".", "", ".", ".", ""],
    ["a.", "", "", "", "a.", "", "a.", "a", "."],
    [".a.b", "", "", "", ".a.b", "", ".a.b", ".a", ".b"],
    ["x/..", "", "", "", "x/..", "x", "..", "..", ""],
    ["///a", "", "/", "/", "a", "/", "a", "a", ""],
    ["C:\\a", "", "", "", "C:\\a", "", "C:\\a", "C:\\a", ""],
    ["grüß dich/ö.ä", "", "", "", "grüß dich/ö.ä", "grüß dich", "ö.ä", "ö", ".ä"],
  ]);
});

Deno.test("pathParts() knows drives and servers of Windows", () => {
  assertParts("windows", [
    ["C:\\a\\b.tar.gz", "C:", "/", "C:/", "a/b.tar.gz", "C:/a", "b.tar.gz", "b.tar", ".gz"],
    ["c:/a", "c:", "/", "c:/", "a", "c:/", "a", "a", ""],
    ["C:a.txt", "C:", "", "C:", "a.txt", "C:", "a.txt", "a", ".txt"],
    ["C:\\", "C:", "/", "C:/", "", "C:/", "", "", ""],
    [
      "\\\\server\\share\\f",
      "//server",
      "/",
      "//server/",
      "share/f",
      "//server/share",
      "f",
      "f",
      "",
    ],
    ["\\a", "", "/", "/", "a", "/", "a", "a", ""],
    ["a\\b/c", "", "", "", "a/b/c", "a/b", "c", "c", ""],
  ]);
});

Deno.test("a path of very many separators takes no long time", () => {
  const path = `${"/".repeat(1 << 20)}a`;
  assertEquals(pathParts(`x${path}`, "linux").parentPath, "x");
  assertEquals(withoutEndSlash(`/x${"/".repeat(1 << 20)}`, "linux"), "/x");
});

Deno.test("joinPaths() begins anew at an absolute path", () => {
  const cases: [paths: string[], posix: string, windows: string][] = [
    [["a", "b", "c"], "a/b/c", "a/b/c"],
    [["a/", "b"], "a/b", "a/b"],
    [["a", ""], "a/", "a/"],
    [["", "a"], "a", "a"],
    [[], "", ""],
    [["x", "/a", "b"], "/a/b", "/a/b"],
    [["a\\b", "c"], "a\\b/c", "a/b/c"],
    [["C:\\a", "b"], "C:\\a/b", "C:/a/b"],
    [["C:\\a", "\\b"], "C:\\a/\\b", "C:/b"],
    [["C:\\a", "D:\\b"], "C:\\a/D:\\b", "D:/b"],
    [["C:\\a", "D:b"], "C:\\a/D:b", "D:b"],
    [["C:\\a", "C:b"], "C:\\a/C:b", "C:/a/b"],
    [["a", "\\\\server\\b"], "a/\\\\server\\b", "//server/b"],
  ];
  for (const [paths, posix, windows] of cases) {
    assertEquals(joinPaths(paths, "linux"), posix, paths.join());
    assertEquals(joinPaths(paths, "windows"), windows, paths.join());
  }
});

Deno.test("absolutePath() adds the working directory and nothing else", () => {
  const posix = { cwd: "/w", os: "linux" } as const;
  assertEquals(absolutePath("./a/../b", posix), "/w/./a/../b");
  assertEquals(absolutePath("/a/", posix), "/a/");
  const windows = { cwd: "C:\\w", os: "windows" } as const;
  assertEquals(absolutePath("a\\..\\b", windows), "C:/w/a/../b");
  assertEquals(absolutePath("\\a", windows), "C:/a");
  assertEquals(absolutePath("D:\\a", windows), "D:/a");
});

Deno.test("foldedPath() takes back what .. says", () => {
  const cases: [path: string, folded: string][] = [
    ["/a/./b//../c/", "/a/c"],
    ["/..", "/"],
    ["a/..", "."],
    ["../../a", "../../a"],
    ["a/../../b", "../b"],
    ["", ""],
    [".", "."],
  ];
  for (const [path, folded] of cases) assertEquals(foldedPath(path, "linux"), folded, path);
  assertEquals(foldedPath("C:\\a\\..\\..\\b", "windows"), "C:/b");
  assertEquals(foldedPath("C:..\\b", "windows"), "C:../b");
});

Deno.test("wayBetween() goes up and down", () => {
  const cases: [from: string, to: string, way: string][] = [
    ["/a/b", "/a/b/c/d", "c/d"],
    ["/a/b/c", "/a", "../.."],
    ["/a/b", "/a/bc", "../bc"],
    ["/a", "/a", "."],
    ["/", "/a", "a"],
    ["/a", "/", ".."],
    ["/A", "/a", "../a"],
  ];
  for (const [from, to, way] of cases) assertEquals(wayBetween(from, to, "linux"), way, from);
  assertEquals(wayBetween("C:/A/b", "c:/a/C", "windows"), "../C");
  assertEquals(wayBetween("C:/a", "D:/a", "windows"), "");
});

Deno.test("small questions about paths", () => {
  assertEquals(isWithin("/a/b", "/a"), true);
  assertEquals(isWithin("/ab", "/a"), false);
  assertEquals(isWithin("/a", "/a"), true);
  assertEquals(isWithin("/a", "/"), true);
  assertEquals(isWithin("/a", "/a/b"), false);
  assertEquals(withoutEndSlash("/a//", "linux"), "/a");
  assertEquals(withoutEndSlash("//", "linux"), "/");
  assertEquals(withoutEndSlash("C:\\", "windows"), "C:/");
  assertEquals(unslashed("C:/a/b", "windows"), "C:\\a\\b");
  assertEquals(unslashed("/a/b", "linux"), "/a/b");
});
