import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  incompatibility,
  type Manifest,
  ManifestError,
  nameProblem,
  parseManifest,
} from "../../lib/packages/manifest.ts";
import { rootProblem, scriptProblem } from "../../lib/packages/package_path.ts";
import { manifestOf } from "./archives.ts";

function parse(more: Record<string, unknown>, managed = true): Manifest {
  return parseManifest(JSON.stringify(manifestOf(more)), { managed });
}

function problemsOf(text: string, managed = true): readonly string[] {
  const error = assertThrows(() => parseManifest(text, { managed }), ManifestError);
  for (const problem of error.problems) assert(error.message.includes(problem));
  return error.problems;
}

const api = (more: Record<string, unknown>) => ({ airdcpp: { apiVersion: 1, ...more } });
const asks = (permissions: unknown) => ({ outrigger: { permissions } });

Deno.test("parseManifest() fills in what is absent", () => {
  assertEquals(parse({ unknown: 1 }), {
    name: "airdcpp-example",
    description: "An example",
    version: "1.0.0",
    author: "Somebody",
    homepage: "",
    main: "main.js",
    private: false,
    engines: ["node"],
    apiVersion: 1,
    minApiFeatureLevel: 0,
    signalReady: false,
    keywords: [],
    permissions: {},
  });
});

Deno.test("parseManifest() reads every field (contract 2.3)", () => {
  const rows: [Record<string, unknown>, Partial<Manifest>][] = [
    [{ author: { name: "Me", email: "m@example.org" } }, { author: "Me" }],
    [{ author: "" }, { author: "" }],
    [{ description: "", version: "next", homepage: "h" }, {
      description: "",
      version: "next",
      homepage: "h",
    }],
    [{ private: true }, { private: true }],
    [{ engines: {} }, { engines: ["node"] }],
    [{ engines: [] }, { engines: ["node"] }],
    [{ engines: ["node", "npm"] }, { engines: ["0", "1"] }],
    [{ engines: { python3: "*", node: ">=1", npm: null, Deno: 1 } }, {
      engines: ["Deno", "node", "npm", "python3"],
    }],
    [{ os: ["linux", "!win32"] }, { os: ["linux", "!win32"] }],
    [{ os: [] }, { os: [] }],
    [{ main: "dist/main" }, { main: "dist/main" }],
    [api({ minApiFeatureLevel: 4, signalReady: true, hasSettings: 1 }), {
      minApiFeatureLevel: 4,
      signalReady: true,
    }],
    [{ airdcpp: { apiVersion: 2.5 } }, { apiVersion: 2.5 }],
    [{ keywords: ["a", 1, "b"] }, { keywords: ["a", "b"] }],
    [{ keywords: "a" }, { keywords: [] }],
    [{ outrigger: {} }, { permissions: {} }],
    [asks({}), { permissions: {} }],
    [
      asks({
        filesystemRoots: ["${PACKAGE}", "${SETTINGS}/db", { path: "/srv", access: "read" }],
        netHosts: ["example.org", "*.example.org:80", "[::1]"],
        commands: ["git", "/usr/bin/ffmpeg"],
        env: ["HOME", "ProgramFiles(x86)"],
        nativeAllowList: ["filesystem.*"],
        later: 1,
      }),
      {
        permissions: {
          filesystemRoots: [
            { path: "${PACKAGE}", access: "write" },
            { path: "${SETTINGS}/db", access: "write" },
            { path: "/srv", access: "read" },
          ],
          netHosts: ["example.org", "*.example.org:80", "[::1]"],
          commands: ["git", "/usr/bin/ffmpeg"],
          env: ["HOME", "ProgramFiles(x86)"],
          nativeAllowList: ["filesystem.*"],
        },
      },
    ],
  ];
  for (const [more, expected] of rows) assertEquals(parse(more), { ...parse({}), ...expected });
});

Deno.test("parseManifest() names a field that is absent or of a wrong type", () => {
  const wrong = [null, 1, true, [], {}];
  const rows: [string, unknown[], boolean][] = [
    ["name", wrong, true],
    ["description", wrong, true],
    ["version", wrong, true],
    ["author", [null, 1, true, [], {}, { name: 1 }, { name: null }], true],
    ["main", wrong, true],
    ["airdcpp", [null, 1, true, [], "1"], true],
    ["airdcpp.apiVersion", [null, "1", true, [], {}], true],
    ["airdcpp.minApiFeatureLevel", [null, "1", true, [], {}], false],
    ["airdcpp.signalReady", [null, 1, "true", [], {}], false],
    ["private", [null, 1, "true", [], {}], false],
    ["homepage", wrong, false],
    ["engines", [null, 1, "node", true], false],
    ["os", [null, 1, "linux", true, {}, ["linux", 1]], false],
    ["outrigger", [null, 1, "x", []], false],
  ];
  for (const [key, values, isRequired] of rows) {
    const inApi = key.replace(/^airdcpp\./, "");
    const put = (value: unknown) => inApi === key ? { [key]: value } : api({ [inApi]: value });
    for (const value of isRequired ? [undefined, ...values] : values) {
      const problems = problemsOf(JSON.stringify(manifestOf(put(value))));
      assertEquals(problems.length, 1, `${key} ${JSON.stringify(value)}: ${problems}`);
      assert(problems[0]!.startsWith(`"${key}" `), problems[0]);
    }
  }
});

Deno.test("parseManifest() names a permission of a wrong form", () => {
  const rows: [unknown, string][] = [
    [1, "outrigger.permissions"],
    [{ filesystemRoots: "/srv" }, "outrigger.permissions.filesystemRoots"],
    [{ filesystemRoots: [1] }, "outrigger.permissions.filesystemRoots"],
    [{ filesystemRoots: ["/a", "b"] }, "outrigger.permissions.filesystemRoots[1].path"],
    [{ filesystemRoots: [""] }, "outrigger.permissions.filesystemRoots[0].path"],
    [{ filesystemRoots: [{ path: 1, access: "read" }] }, "filesystemRoots[0].path"],
    [{ filesystemRoots: [{ path: "/a", access: "all" }] }, "filesystemRoots[0].access"],
    [{ netHosts: ["https://example.org"] }, "outrigger.permissions.netHosts"],
    [{ netHosts: "example.org" }, "outrigger.permissions.netHosts"],
    [{ commands: [""] }, "outrigger.permissions.commands"],
    [{ commands: [1] }, "outrigger.permissions.commands"],
    [{ env: ["A=b"] }, "outrigger.permissions.env"],
    [{ env: { HOME: "x" } }, "outrigger.permissions.env"],
    [{ nativeAllowList: [null] }, "outrigger.permissions.nativeAllowList"],
  ];
  for (const [permissions, where] of rows) {
    const problems = problemsOf(JSON.stringify(manifestOf(asks(permissions))));
    assertEquals(problems.length, 1, `${problems}`);
    assert(problems[0]!.includes(`${where}"`), problems[0]);
  }
});

Deno.test("parseManifest() names everything that is wrong at once", () => {
  const problems = problemsOf(JSON.stringify({
    name: "example",
    version: 1,
    main: "../main.js",
    homepage: null,
    airdcpp: {},
    outrigger: { permissions: { env: 1 } },
  }));
  const keys = problems.map((problem) => /"([^"]*)"/.exec(problem)![1]).sort();
  assertEquals(keys, [
    "airdcpp.apiVersion",
    "author",
    "description",
    "homepage",
    "main",
    "name",
    "outrigger.permissions.env",
    "version",
  ]);
});

Deno.test("parseManifest() needs no main for what is not started here", () => {
  const { main: _, ...rest } = manifestOf();
  assertEquals(problemsOf(JSON.stringify(rest)).length, 1);
  assertEquals("main" in parseManifest(JSON.stringify(rest), { managed: false }), false);
  assertEquals(parse({ main: "/elsewhere" }, false).main, "/elsewhere");
  assertEquals(problemsOf(JSON.stringify(manifestOf({ main: 1 })), false).length, 1);
});

Deno.test("parseManifest() refuses what is no object, too large or too deep", () => {
  for (const text of ["", "{", "null", "1", '"x"', "[]", "\uFEFF", "// {}"]) problemsOf(text);
  const filled = (length: number) => {
    const text = JSON.stringify(manifestOf({ filler: "" }));
    return text.replace('"filler":""', `"filler":"${"x".repeat(length - text.length)}"`);
  };
  parseManifest(filled(1 << 20));
  assert(problemsOf(filled((1 << 20) + 1))[0]!.includes("larger than 1048576 bytes"));
  const wide = JSON.stringify(manifestOf({ filler: "漢".repeat(400_000) }));
  assert(problemsOf(wide)[0]!.includes("larger than"));
  const nested = (depth: number) =>
    JSON.stringify(manifestOf({ filler: 0 }))
      .replace('"filler":0', `"filler":${"[".repeat(depth)}${"]".repeat(depth)}`);
  parseManifest(nested(63));
  assert(problemsOf(nested(64))[0]!.includes("64 levels"));
  assert(problemsOf(nested(500_000))[0]!.includes("64 levels"));
  parse({ description: "[".repeat(1000) + '\\"' + "{".repeat(1000) });
});

Deno.test("parseManifest() overlooks a byte order mark", () => {
  assertEquals(parseManifest(`\uFEFF${JSON.stringify(manifestOf())}`), parse({}));
});

Deno.test("nameProblem() lets names through that can be folders and parts of a URL", () => {
  const good = [
    "airdcpp-a",
    "airdcpp-A.b_c-1",
    "airdcpp--",
    "airdcpp-..",
    `airdcpp-${"x".repeat(206)}`,
  ];
  for (const name of good) assertEquals(nameProblem(name), undefined);
  const bad = [
    "",
    "example",
    "airdcpp-",
    "Airdcpp-a",
    " airdcpp-a",
    "airdcpp-a\n",
    "airdcpp-a/b",
    "airdcpp-a\\b",
    "airdcpp-ä",
    "airdcpp-a b",
    "../airdcpp-a",
    "@scope/airdcpp-a",
    "airdcpp-a\0",
    "__proto__",
    `airdcpp-${"x".repeat(207)}`,
  ];
  for (const name of bad) assertEquals(typeof nameProblem(name), "string", name);
});

Deno.test("scriptProblem() keeps a script in its package (contract 18 #4)", () => {
  for (
    const path of [
      "main.js",
      "dist/main",
      "./a",
      "a/../b",
      "a/b/../../c",
      "a\\b",
      "..a",
      "a b",
      ".",
    ]
  ) assertEquals(scriptProblem(path), undefined, path);
  for (
    const path of [
      "",
      "/main.js",
      "\\main.js",
      "..",
      "../main.js",
      "a/../../main.js",
      "a\\..\\..\\main.js",
      "a/..\\../b",
      "C:/main.js",
      "C:main.js",
      "file:///main.js",
      "a/.. /../b",
      "a/.../b",
      "a\0.js",
      "a\nb",
    ]
  ) assertEquals(typeof scriptProblem(path), "string", path);
});

Deno.test("rootProblem() takes absolute folders and those of the package", () => {
  for (
    const path of [
      "/",
      "/srv/a",
      "C:\\a",
      "c:/a",
      "\\\\server\\share",
      "${PACKAGE}",
      "${SETTINGS}/a/b",
    ]
  ) assertEquals(rootProblem(path), undefined, path);
  for (
    const path of [
      "",
      "a",
      "./a",
      "~/a",
      "/a/../b",
      "${PACKAGE}/..",
      "${PACKAGE}\\..\\a",
      "${PACKAGE}x",
      "${HOME}/a",
      "/a/${PACKAGE}",
      "a/${PACKAGE}",
      "C:a",
      "/a\n",
    ]
  ) assertEquals(typeof rootProblem(path), "string", path);
});

Deno.test("incompatibility() says why a package cannot run here (contract 2.3)", () => {
  const rows: [Record<string, unknown>, string, string | undefined][] = [
    [{}, "linux", undefined],
    [api({ minApiFeatureLevel: 10 }), "linux", undefined],
    [api({ minApiFeatureLevel: 10.5 }), "linux", "feature level 10.5"],
    [api({ minApiFeatureLevel: 11 }), "other", "feature level 11"],
    [{ airdcpp: { apiVersion: 0 } }, "linux", "version 0"],
    [{ airdcpp: { apiVersion: 2 } }, "linux", "version 2"],
    [{ os: ["win32", "linux"] }, "linux", undefined],
    [{ os: ["win32"] }, "linux", '"win32" only'],
    [{ os: ["Linux"] }, "linux", '"Linux" only'],
    [{ os: ["!win32"] }, "linux", '"!win32" only'],
    [{ os: ["!win32"] }, "other", undefined],
    [{ os: [] }, "linux", undefined],
  ];
  for (const [more, platform, expected] of rows) {
    const found = incompatibility(parse(more), { platform });
    assert(expected === undefined ? found === undefined : found?.includes(expected), found);
  }
});

Deno.test("parseManifest() takes names that objects inherit for names like any other", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).sort();
  const whole = JSON.stringify(manifestOf());
  assert(problemsOf(`{"__proto__":${whole}}`).length > 5);
  assert(problemsOf(`{"constructor":{"prototype":${whole}}}`).length > 5);
  const { engines, name } = parseManifest(
    whole.replace(
      "{",
      '{"__proto__":{"name":"airdcpp-evil"},"engines":{"__proto__":1,"constructor":2},',
    ),
  );
  assertEquals([name, engines], ["airdcpp-example", ["__proto__", "constructor"]]);
  const nested = whole.replace('{"apiVersion":1}', '{"__proto__":{"apiVersion":1}}');
  assertEquals(problemsOf(nested), ['"airdcpp.apiVersion" is missing']);
  assertEquals(Object.getOwnPropertyNames(Object.prototype).sort(), before);
});
