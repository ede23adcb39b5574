import { assertEquals } from "@std/assert";
import { assetPath, documentRootPrefix, isHostFile } from "../../lib/server/asset_path.ts";

const SERVED: [target: string, path: string][] = [
  ["/", "/index.html"],
  ["/?a=/../b", "/index.html"],
  ["/about", "/about/index.html"],
  ["/a/b/", "/a/b/index.html"],
  ["//a///b//", "/a/b/index.html"],
  ["/a.txt?x=1", "/a.txt"],
  ["/a.txt#x", "/a.txt"],
  ["/my.dir/", "/my.dir/index.html"],
  ["/my.dir/page", "/my.dir/page/index.html"],
  ["/my.dir", "/my.dir"],
  ["/a%20b.txt", "/a b.txt"],
  ["/a+b.txt", "/a+b.txt"],
  ["/%C3%A9.txt", "/é.txt"],
  ["/a%3Fb.txt", "/a?b.txt"],
  ["/50%.txt", "/50%.txt"],
  ["/5%x%20%2%.txt", "/5%x %2%.txt"],
  ["/%", "/%/index.html"],
  ["/%252e%252e/x.txt", "/%2e%2e/x.txt"],
  ["/.well-known/a.json", "/.well-known/a.json"],
  ["/a..b.txt", "/a..b.txt"],
  ["/a.", "/a."],
  ["/ab:c.txt", "/ab:c.txt"],
];
for (const [target, path] of SERVED) {
  Deno.test(`assetPath() of ${target} is ${path}`, () => {
    assertEquals(assetPath(target, { windows: false }), { path, kind: "asset" });
  });
}

const REFUSED: [target: string, status: 400 | 404][] = [
  ["/..", 404],
  ["/../", 404],
  ["/a/../b.txt", 404],
  ["/%2e%2e/b.txt", 404],
  ["/%2E./b.txt", 404],
  ["/..%2fb.txt", 404],
  ["/a/./b.txt", 404],
  ["/.tmp/auth_info.json", 404],
  ["/a/.git/config", 404],
  ["/.storage", 404],
  ["/.well-knownx/a", 404],
  ["/a/%2ehidden.txt", 404],
  ["/C:/windows/win.ini", 404],
  ["/c%3A/windows/win.ini", 404],
  ["/a\\b.txt", 400],
  ["/a%5Cb.txt", 400],
  ["/a.txt%00.png", 400],
  ["/a%0Ab.txt", 400],
  ["/%C0%AE%C0%AE/x", 400],
  ["/%FF", 400],
];
for (const [target, status] of REFUSED) {
  Deno.test(`assetPath() refuses ${target} with ${status}`, () => {
    assertEquals(assetPath(target, { windows: false }), status);
  });
}

Deno.test("assetPath() refuses other spellings of a name on Windows only", () => {
  for (const name of ["a.txt::$DATA", "a.txt.", "a.txt%20", "LONGNA~1.TXT", "con", "aux.js"]) {
    assertEquals(assetPath(`/${name}`, { windows: true }), 404, name);
    assertEquals(typeof assetPath(`/${name}`, { windows: false }), "object", name);
  }
});

Deno.test("assetPath() knows library and globals by exactly the last segment", () => {
  const kind = (target: string) => {
    const path = assetPath(target);
    return typeof path === "number" ? path : path.kind;
  };
  assertEquals(kind("/js/neutralino.js?v=1"), "library");
  assertEquals(kind("/neutralin%6f.js"), "library");
  assertEquals(kind("/any/__neutralino_globals.js"), "globals");
  for (const other of ["/xneutralino.js", "/neutralinoXjs", "/neutralino.mjs", "/neutralino.js/"]) {
    assertEquals(kind(other), "asset", other);
  }
});

Deno.test("documentRootPrefix() drops one trailing slash and roots the rest", () => {
  const cases: [string | undefined, string][] = [
    [undefined, ""],
    ["", ""],
    ["/", ""],
    ["/resources/", "/resources"],
    ["/resources", "/resources"],
    ["resources/", "/resources"],
  ];
  for (const [documentRoot, prefix] of cases) {
    assertEquals(documentRootPrefix(documentRoot), prefix);
  }
});

Deno.test("isHostFile() names the host's own files in the app's folder, in any case", () => {
  for (
    const path of [
      "/neutralino.config.json",
      "/Neutralino.Config.JSON",
      "/neutralinojs.log",
      "/neutralinojs.log.1",
      "/logs/js.ext-1.log",
      "/logs/js.ext-1.log.12",
      "/auth_info.json",
      "/resources.neu",
      "/deep/x.neustorage",
      "/.tmp/auth_info.json",
      "/.Storage/x.partial",
    ]
  ) assertEquals(isHostFile(path), true, path);
  for (
    const path of [
      "/js/neutralinojs.log",
      "/logs/index.html",
      "/logs/deep/a.log",
      "/app.config.json",
      "/a.neu",
    ]
  ) {
    assertEquals(isHostFile(path), false, path);
  }
  for (const config of ["/conf/app.json", "conf/app.json", "./conf/app.json", "conf\\app.json"]) {
    assertEquals(isHostFile("/conf/app.json", config), true, config);
  }
});
