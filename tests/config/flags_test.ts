import { assert, assertEquals, assertThrows } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { FLAGS, parseFlags } from "../../lib/config/flags.ts";

function overrides(...args: string[]): Record<string, unknown> {
  return Object.fromEntries(
    parseFlags(args).overrides.map(({ target, value }) => [target.join("."), value]),
  );
}

const VALUES: [string[], Record<string, unknown>][] = [
  [["--url=http://x/?a=b"], { url: "http://x/?a=b" }],
  [["--url"], { url: "" }],
  [["--url="], {}],
  [["--url", "/x/"], { url: "" }],
  [["url=/x/", "-url=/x/", "/x/"], {}],
  [["--url=/a/", "--url=/b/"], { url: "/b/" }],
  [["--port=8080"], { port: 8080 }],
  [["--port=12px"], { port: 12 }],
  [["--port=-1"], { port: -1 }],
  [["--port=0x1f"], { port: 0 }],
  [["--enable-server"], { enableServer: true }],
  [["--enable-server=true"], { enableServer: true }],
  [["--enable-server=TRUE"], { enableServer: false }],
  [["--enable-server=1"], { enableServer: false }],
  [["--enable-server", "--enable-server=false"], { enableServer: false }],
  [["--logging-write-to-log-file=false"], { "logging.writeToLogFile": false }],
  [["--window-width=300", "--window-title=a b"], {
    "modes.window.width": 300,
    "modes.window.title": "a b",
  }],
  [["--chrome-args=--foo=1 --bar"], { "modes.chrome.args": "--foo=1 --bar" }],
  [["--mode=cloud"], { defaultMode: "cloud" }],
  [["--mode=cloud", "--mode=x"], { defaultMode: "cloud" }],
  [["--no-enable-server", "--__proto__=x", "--constructor=x", "--enableServer"], {}],
  [["--neu-dev-auto-reload", "--debug-mode", "--neu-dev-x=1", "--"], {}],
];

for (const [args, expected] of VALUES) {
  Deno.test(`parseFlags() reads ${args.join(" ")}`, () => {
    assertEquals(overrides(...args), expected);
  });
}

const STRUCTURE: [string[], Record<string, unknown>][] = [
  [[], {}],
  [["--path=."], { path: "." }],
  [["--path=../a b/"], { path: "../a b/" }],
  [["--path"], { path: "" }],
  [["--config-file=a/b.json"], { configFile: "/a/b.json" }],
  [["--config-file=/a/b.json"], { configFile: "/a/b.json" }],
  [["--config-file=./a/b.json"], { configFile: "/a/b.json" }],
  [["--config-file=.b.json"], { configFile: "/.b.json" }],
  [["--config-file=../b.json"], { configFile: "/../b.json" }],
  [["--config-file"], {}],
  [["--res-mode=bundle"], { resMode: "bundle" }],
  [["--res-mode=other"], {}],
  [["--load-dir-res=false"], { resMode: "directory" }],
  [["--load-dir-res", "--res-mode=bundle"], { resMode: "bundle" }],
  [["--res-mode=bundle", "--load-dir-res"], { resMode: "directory" }],
  [["--neu-dev-extension"], { devExtension: true }],
  [["--watch-extensions"], { watchExtensions: true }],
  [["--frozen"], { frozen: true }],
  [["--manage"], { manage: true }],
];

for (const [args, expected] of STRUCTURE) {
  Deno.test(`parseFlags() takes ${args.join(" ") || "nothing"} for structure`, () => {
    const { overrides, warnings, ...structure } = parseFlags(args);
    assertEquals(overrides, []);
    assertEquals(warnings, []);
    assertEquals(structure, {
      devExtension: false,
      watchExtensions: false,
      frozen: false,
      manage: false,
      ...expected,
    });
  });
}

Deno.test("parseFlags() takes --packages=DIR for packages that are enabled", () => {
  const { overrides } = parseFlags(["--packages=p"]);
  assertEquals(overrides.map(({ target, value }) => [target.join("."), value]), [
    ["packages.path", "p"],
    ["packages.enabled", true],
  ]);
});

Deno.test("parseFlags() warns of an unsupported mode and ignores it", () => {
  const { overrides, warnings } = parseFlags(["--mode=tabs"]);
  assertEquals(overrides, []);
  assertEquals(warnings, [
    "NE_CF_UNSUPMD: Unsupported mode: tabs. The default mode (window) is selected.",
  ]);
});

for (
  const arg of ["--port", "--port=x", "--window-width=wide", "--chrome-height=99999999999999999"]
) {
  Deno.test(`parseFlags() refuses ${arg} and names it`, () => {
    const error = assertThrows(() => parseFlags([arg]), StartError, "expected a whole number");
    assert(error.message.includes(`"${arg.split("=")[0]}"`), error.message);
  });
}

Deno.test("FLAGS holds every flag of the contract, and ours, once, with a line for --help", () => {
  assertEquals(FLAGS.length, 52 + 4);
  assertEquals(new Set(FLAGS.map(({ name }) => name)).size, FLAGS.length);
  assertEquals(FLAGS.filter(({ everyMode }) => everyMode).length, 10);
  for (const { description } of FLAGS) assert(/^[^\n]{5,60}$/.test(description), description);
});
