import { assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { mainFile } from "../../lib/packages/main_file.ts";
import { type FileRules, packageFiles } from "../../lib/packages/package_files.ts";
import { needs, posix } from "../tools.ts";

/** Files by path and text; `->` at the beginning makes a link. */
async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-pack-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      const place = join(folder, path);
      await Deno.mkdir(dirname(place), { recursive: true });
      if (text.startsWith("->")) await Deno.symlink(text.slice(2), place);
      else await Deno.writeTextFile(place, text);
    }
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function pathsIn(
  files: Readonly<Record<string, string>>,
  rules: FileRules = {},
): Promise<string[]> {
  return withFolder(
    { "package.json": "{}", ...files },
    async (folder) => (await packageFiles(folder, rules)).map(({ path }) => path),
  );
}

const CASES: readonly {
  what: string;
  files: Record<string, string>;
  rules?: FileRules;
  expected: string[];
}[] = [
  {
    what: "everything but what is nobody's business",
    files: {
      "main.js": "",
      "src/a.js": "",
      ".github/x.yml": "",
      ".git/HEAD": "",
      "node_modules/a/index.js": "",
      "src/node_modules/a.js": "",
      "old.tgz": "",
      ".outrigger/logs/a.log": "",
      ".npmrc": "secret",
      "package-lock.json": "",
      "src/package-lock.json": "",
    },
    expected: [".github/x.yml", "main.js", "package.json", "src/a.js", "src/package-lock.json"],
  },
  {
    what: "not what .gitignore names, but what it takes back",
    files: {
      ".gitignore": "# comment\n*.log\n!keep.log\n/build/\ncache  \n\\#odd\r\n",
      "a.log": "",
      "keep.log": "",
      "build/a.js": "",
      "lib/build/a.js": "",
      "cache": "",
      "#odd": "",
    },
    expected: [".gitignore", "keep.log", "lib/build/a.js", "package.json"],
  },
  {
    what: ".npmignore takes the place of .gitignore",
    files: { ".gitignore": "dist\n", ".npmignore": "src\n", "dist/a.js": "", "src/a.js": "" },
    expected: [".gitignore", ".npmignore", "dist/a.js", "package.json"],
  },
  {
    what: "those of folders count within them, and go before those above",
    files: {
      ".gitignore": "*.txt\n",
      "lib/.gitignore": "a.js\n!b.txt\n",
      "a.js": "",
      "lib/a.js": "",
      "lib/b.txt": "",
      "c.txt": "",
    },
    expected: [".gitignore", "a.js", "lib/.gitignore", "lib/b.txt", "package.json"],
  },
  {
    what: "what files names, with readme, licence and main",
    files: {
      "README.md": "",
      "licence": "",
      "LICENSE-THIRD": "",
      "start.js": "",
      "dist/a.js": "",
      "dist/deep/b.js": "",
      "dist/c.map": "",
      "docs/x.md": "",
      "docs/y.txt": "",
      "src/a.ts": "",
      ".gitignore": "dist\n",
    },
    rules: { files: ["./dist", "docs/*.md", "!*.map"], main: "./start.js" },
    expected: [
      "README.md",
      "dist/a.js",
      "dist/deep/b.js",
      "docs/x.md",
      "licence",
      "package.json",
      "start.js",
    ],
  },
  {
    what: "what files names in a folder that it leaves out",
    files: { "lib/a.js": "", "lib/sub/b.js": "", "lib/sub/keep.js": "" },
    rules: { files: ["lib", "!lib/sub", "lib/sub/keep.js"] },
    expected: ["lib/a.js", "lib/sub/keep.js", "package.json"],
  },
  {
    what: "files with stars at their ends are folders",
    files: { "a/x": "", "a/b/y": "", "c/z": "" },
    rules: { files: ["a/**", "c/*"] },
    expected: ["a/b/y", "a/x", "c/z", "package.json"],
  },
  {
    what: "main in a folder that is left out",
    files: { ".npmignore": "dist\n", "dist/main.js": "", "dist/other.js": "" },
    rules: { main: "dist/main.js" },
    expected: [".npmignore", "dist/main.js", "package.json"],
  },
  {
    what: "bundled dependencies with what they need, and no others",
    files: {
      "node_modules/a/package.json": '{"dependencies":{"b":"1","gone":"1"}}',
      "node_modules/a/node_modules/c/index.js": "",
      "node_modules/a/.gitignore": "*.js",
      "node_modules/b/index.js": "",
      "node_modules/b/package.json": "{}",
      "node_modules/@s/d/package.json": '{"optionalDependencies":{"a":"1"}}',
      "node_modules/other/package.json": "{}",
      "node_modules/.bin/a": "",
    },
    rules: { bundledDependencies: ["@s/d"], files: [] },
    expected: [
      "node_modules/@s/d/package.json",
      "node_modules/a/.gitignore",
      "node_modules/a/node_modules/c/index.js",
      "node_modules/a/package.json",
      "node_modules/b/index.js",
      "node_modules/b/package.json",
      "package.json",
    ],
  },
  {
    what: "all dependencies where true bundles them",
    files: { "node_modules/a/package.json": "{}", "node_modules/b/package.json": "{}" },
    rules: { bundleDependencies: true, dependencies: { a: "1" } },
    expected: ["node_modules/a/package.json", "package.json"],
  },
];

for (const { what, files, rules, expected } of CASES) {
  Deno.test(`packageFiles() takes ${what}`, async () => {
    assertEquals(await pathsIn(files, rules), expected);
  });
}

Deno.test(
  "packageFiles() refuses links that would go in, and passes by others",
  needs(posix),
  async () => {
    const linked = { "a.js": "->/etc/passwd", "lib/b.js": "" };
    await assertRejects(() => pathsIn(linked), Error, '"a.js": it is a link');
    await assertRejects(() => pathsIn({ "lib": "->.." }), Error, '"lib": it is a link');
    assertEquals(await pathsIn(linked, { files: ["lib"] }), ["lib/b.js", "package.json"]);
    const bundled = { "node_modules/a/x": "->/etc/passwd", "node_modules/a/package.json": "{}" };
    const rules = { bundledDependencies: ["a"], files: [] };
    await assertRejects(() => pathsIn(bundled, rules), Error, '"node_modules/a/x": it is a link');
    const other = { "node_modules/a": "->../a", "a/package.json": "{}" };
    await assertRejects(() => pathsIn(other, rules), Error, '"node_modules/a": it is a link');
  },
);

Deno.test("packageFiles() refuses lists it cannot use", async () => {
  await assertRejects(() => pathsIn({}, { files: "dist" }), Error, '"files"');
  for (const name of ["../x", "", "a/b", "@a", "..", "@../x"]) {
    const error = await assertRejects(() => pathsIn({}, { bundledDependencies: [name] }), Error);
    assertEquals(error.message.includes("no name of a package"), true, name);
  }
  await assertRejects(() => pathsIn({}, { bundledDependencies: ["a"] }), Error, "install it first");
});

Deno.test("packageFiles() refuses folders with very many files", async () => {
  await withFolder({ "package.json": "{}", "a": "", "b/c": "" }, async (folder) => {
    assertEquals((await packageFiles(folder, {}, { mostFiles: 3 })).length, 3);
    await assertRejects(
      () => packageFiles(folder, {}, { mostFiles: 2 }),
      Error,
      "more than 2 files",
    );
  });
});

Deno.test("packageFiles() tells sizes, and what can be executed", needs(posix), async () => {
  const files = await withFolder({ "package.json": "{}", "run.sh": "12345" }, async (folder) => {
    await Deno.chmod(join(folder, "run.sh"), 0o700);
    return await packageFiles(folder, {});
  });
  assertEquals(files, [
    { path: "package.json", size: 2, executable: false },
    { path: "run.sh", size: 5, executable: true },
  ]);
});

Deno.test("mainFile() looks where the engine would", () => {
  const files = new Set([
    "dist/main.js",
    "lib/index.js",
    "exact",
    "exact.js",
    "data.json",
    "typed.ts",
  ]);
  const cases: [main: string, path: string | undefined, engine?: string][] = [
    ["typed", undefined],
    ["typed", "typed.ts", "deno"],
    ["dist/main", "dist/main.js", "deno"],
    ["dist/main", undefined, "python3"],
    ["dist/main.js", "dist/main.js", "ruby"],
    ["dist/main", "dist/main.js"],
    ["./dist//main.js", "dist/main.js"],
    ["lib", "lib/index.js"],
    ["lib/", "lib/index.js"],
    ["exact", "exact"],
    ["data", "data.json"],
    ["dist", undefined],
    ["main.js", undefined],
  ];
  for (const [main, expected, engine = "node"] of cases) {
    const label = `${engine} ${main}`;
    assertEquals(mainFile(main, { engine, has: (path) => files.has(path) }), expected, label);
  }
});
