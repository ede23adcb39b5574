import { assert, assertEquals } from "@std/assert";
import { hasWindowsTricks, isBelowAny, outsideOf, truePath } from "../../lib/auth/file_roots.ts";
import { needs, posix } from "../tools.ts";
import { generator } from "../security/hostile_paths.ts";
import { SECRET, withTree } from "./tree.ts";

const reads = (path: string, deep = false) => ({ paths: [path], access: "read" as const, deep });

Deno.test("isBelowAny() takes no name for a folder whose name begins alike", () => {
  assert(isBelowAny("/a/b", ["/a"]));
  assert(isBelowAny("/a", ["/a"]));
  assert(isBelowAny("/a", ["/"]));
  assert(isBelowAny("C:/a", ["C:/"]));
  assert(!isBelowAny("/ab", ["/a"]));
  assert(!isBelowAny("/", ["/a"]));
  assert(!isBelowAny("/A/b", ["/a"]));
});

const TRICKS = [
  "C:\\root\\.. \\x",
  "C:\\root\\...\\x",
  "C:\\root\\a.",
  "C:\\root\\a ",
  "C:\\root\\a:stream",
  "C:\\root:stream",
  "C:root",
  "\\\\server\\share\\x",
  "//server/share/x",
  "\\\\?\\C:\\root\\..\\x",
  "\\\\.\\PhysicalDrive0",
  "//./pipe/x",
  "\\??\\C:\\x",
  "C:\\root\\NUL",
  "C:\\root\\con.txt",
  "C:/root/COM1",
  "C:\\root\\lpt9.log\\x",
  "C:\\root\\a?",
  "C:\\root\\a*",
  "aux",
];

Deno.test("hasWindowsTricks() knows what Windows reads in another way than it is written", () => {
  for (const path of TRICKS) {
    assert(hasWindowsTricks(path, "windows"), path);
    assert(!hasWindowsTricks(path, "linux"), path);
  }
  for (
    const path of [
      "C:\\root\\a.txt",
      "C:/root/../other",
      ".",
      "..",
      "a b\\c",
      "C:\\",
      "C:",
      "console.log",
      "communication",
      "\\root",
      "",
    ]
  ) assert(!hasWindowsTricks(path, "windows"), path);
});

Deno.test(
  "truePath() resolves links, also to what is not there",
  { ...needs(posix) },
  () =>
    withTree(async (folder) => {
      const cases: [path: string, real: string | undefined][] = [
        ["root/in.txt", "root/in.txt"],
        ["root/../root/in.txt", "root/in.txt"],
        ["root/none/x", "root/none/x"],
        ["root/none/../../secret.txt", "secret.txt"],
        ["root/in.txt/x", "root/in.txt/x"],
        ["root/out", "secret.txt"],
        ["root/up/secret.txt", "secret.txt"],
        ["root/up/none", "none"],
        ["root/dangling", "none.txt"],
        ["root/dangling/x", "none.txt/x"],
        ["root/chain", "none.txt"],
        ["root/circle", undefined],
        ["root/circle/x", undefined],
        ["root/in\0.txt", undefined],
        ["inner/in.txt", "root/in.txt"],
      ];
      for (const [path, real] of cases) {
        const expected = real === undefined ? undefined : `${folder}/${real}`;
        assertEquals(await truePath(`${folder}/${path}`), expected, path);
      }
    }),
);

Deno.test(
  "outsideOf() tells reading from writing, and a root that is a link",
  { ...needs(posix) },
  () =>
    withTree(async (folder) => {
      const root = { path: `${folder}/inner`, access: "read" as const };
      const path = `${folder}/root/in.txt`;
      assertEquals(await outsideOf([root], reads(path)), undefined);
      assertEquals(await outsideOf([root], { ...reads(path), access: "write" }), path);
      const all = [{ path: folder, access: "read" as const }, {
        ...root,
        access: "write" as const,
      }];
      assertEquals(await outsideOf(all, { ...reads(path), access: "write" }), undefined);
      assertEquals(await outsideOf(all, reads(`${folder}/secret.txt`)), undefined);
      assertEquals(await outsideOf([], reads(path)), path);
      const later = { path: `${folder}/later`, access: "write" as const };
      assertEquals(await outsideOf([later], reads(`${folder}/later/x/y`)), undefined);
      assertEquals(await outsideOf([later], reads(`${folder}/later2`)), `${folder}/later2`);
    }),
);

Deno.test(
  "outsideOf() finds links out of a tree, behind links within it too",
  { ...needs(posix) },
  () =>
    withTree(async (folder) => {
      const roots = [{ path: `${folder}/root`, access: "read" as const }];
      for (
        const [path, outside] of [
          ["root/sub", undefined],
          ["root/linked", "root/trap/deep/out"],
          ["root/trap", "root/trap/deep/out"],
        ] as const
      ) {
        const found = await outsideOf(roots, reads(`${folder}/${path}`, true));
        assertEquals(found, outside && `${folder}/${outside}`, path);
      }
      assert(await outsideOf(roots, reads(`${folder}/root`, true)) !== undefined);
    }),
);

Deno.test("of thousands of hostile paths none that is allowed gives a byte from outside", {
  ...needs(posix),
}, () =>
  withTree(async (folder) => {
    const roots = [{ path: `${folder}/root`, access: "read" as const }];
    const pieces = [
      "..",
      ".",
      "",
      "root",
      "inner",
      "in.txt",
      "secret.txt",
      "up",
      "out",
      "dangling",
      "chain",
      "circle",
      "none",
      "sub",
      "linked",
      "trap",
      "deep",
      "ROOT",
      "%2e%2e",
      "..\\",
      "in.txt.",
      " ",
      "...",
      "~",
      "\u2024\u2024",
      "root\n",
      "/proc/self/root",
      "/proc/self/cwd",
      "/dev/fd/0",
      "/proc/thread-self/root",
      folder,
      `/proc/self/root${folder}`,
      "abs",
    ];
    const random = generator(11);
    let [inside, outside] = [0, 0];
    const paths = Array.from({ length: 10_000 }, () => {
      const parts = Array.from({ length: random(5) }, () => pieces[random(pieces.length)]!);
      if (random(2) === 0) parts.push(["in.txt", "secret.txt", "out", "abs"][random(4)]!);
      const start = random(4) === 0 ? "" : `${folder}/root/`;
      return start + parts.join("/");
    });
    const check = async (path: string) => {
      const allowed = await outsideOf(roots, reads(path)) === undefined;
      const text = await Deno.readTextFile(path).catch(() => undefined);
      if (text === undefined) return;
      if (allowed) inside++;
      else outside++;
      assert(!allowed || !text.includes(SECRET), path);
    };
    while (paths.length > 0) await Promise.all(paths.splice(-50).map(check));
    assert(inside > 100 && outside > 100, `${inside} led inside, ${outside} outside`);
  }));
