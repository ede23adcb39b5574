/**
 * Programs and packages that some tests need and a machine may lack. A test that lacks one is
 * ignored, and says why; with `OUTRIGGER_REQUIRE_TOOLS=1`, as in CI, it fails instead.
 *
 * @example
 * Deno.test("a page connects", needs(chromium), async () => {...});
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";

/** Something found: its path. Or why it is missing, and what installs it. */
export type Tool = { path: string } | { missing: string };

const REQUIRED = Deno.env.get("OUTRIGGER_REQUIRE_TOOLS") === "1";
const reported = new Set<string>();

/**
 * Options for a test that needs tools. Ignores the test if one is missing.
 *
 * @throws {Error} if one is missing and `OUTRIGGER_REQUIRE_TOOLS` is set
 */
export function needs(...tools: Tool[]): { ignore: boolean } {
  const missing = tools.flatMap((tool) => "missing" in tool ? [tool.missing] : []);
  for (const reason of missing) {
    if (REQUIRED) {
      throw new Error(`A tool that these tests need is missing: ${reason}`);
    }
    if (!reported.has(reason)) {
      console.warn(`Some tests are ignored: ${reason}`);
    }
    reported.add(reason);
  }
  return { ignore: missing.length > 0 };
}

/** The path of a tool of a test that `needs` it. */
export function pathOf(tool: Tool): string {
  if ("missing" in tool) throw new Error(tool.missing);
  return tool.path;
}

/** For tests of what only exists there, such as signals and process groups. */
export const posix: Tool = Deno.build.os === "windows"
  ? { missing: "POSIX signals do not exist on Windows" }
  : { path: "/" };

/** For tests that read `/proc`. */
export const linux: Tool = Deno.build.os === "linux"
  ? { path: "/proc" }
  : { missing: "/proc exists on Linux only" };

/** A Chromium or Chrome that runs without a display. */
export const chromium: Tool = findChromium();

/** Node.js. */
export const node: Tool = succeeds("node", ["--version"])
  ? { path: "node" }
  : { missing: "node is not on PATH (install Node.js 18 or newer)" };

/** Its package manager. */
export const npm: Tool = succeeds("npm", ["--version"])
  ? { path: "npm" }
  : { missing: "npm is not on PATH" };

/** Python with nothing but its standard library. */
export const python3: Tool = succeeds("python3", ["--version"])
  ? { path: "python3" }
  : { missing: "python3 is not on PATH" };

/** A Python that has the `websockets` library; the first one on PATH often has not. */
export const python: Tool = findPython();

/** The Go compiler. */
export const go: Tool = succeeds("go", ["version"])
  ? { path: "go" }
  : { missing: "go is not on PATH (apt install golang-go)" };

/** Java with its compiler. */
export const java: Tool = succeeds("javac", ["--version"])
  ? { path: "java" }
  : { missing: "javac is not on PATH (apt install default-jdk-headless, 17 or newer)" };

/**
 * `node_modules` with the packages of `tests/e2e/packages/package.json`, fetched from npm when they
 * are not there yet.
 */
export const packages: Tool = await fetchPackages("e2e/packages");

function findChromium(): Tool {
  const candidates = Deno.build.os === "darwin"
    ? ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    : Deno.build.os === "windows"
    ? ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"]
    : [
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
    ];
  const path = candidates.find((path) => exists(path));
  return path === undefined
    ? {
      missing: `no Chromium at ${candidates.join(", ")} (apt install chromium)`,
    }
    : { path };
}

function findPython(): Tool {
  const candidates = ["python3", "/usr/bin/python3", "python"];
  const path = candidates.find((program) => succeeds(program, ["-c", "import websockets"]));
  return path === undefined
    ? {
      missing: "no Python has the library websockets (apt install python3-websockets)",
    }
    : { path };
}

/**
 * `node_modules` of a folder with a package.json, fetched from npm when they are not there yet.
 *
 * @param path relative to this file
 */
export async function fetchPackages(path: string): Promise<Tool> {
  const folder = fromFileUrl(new URL(path, import.meta.url));
  // Test files run side by side, each with this module of its own.
  using lock = await Deno.open(join(folder, ".lock"), {
    create: true,
    write: true,
  });
  await lock.lock(true);
  const wanted = await Deno.readTextFile(join(folder, "package.json"));
  const stamp = join(folder, "node_modules", ".installed.json");
  if (exists(stamp) && await Deno.readTextFile(stamp) === wanted) {
    return { path: join(folder, "node_modules") };
  }
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet", "--no-lock"],
    cwd: folder,
    stdout: "null",
  }).output();
  if (!success) {
    return {
      missing: `npm packages cannot be fetched: ${new TextDecoder().decode(stderr).trim()}`,
    };
  }
  await Deno.writeTextFile(stamp, wanted);
  return { path: join(folder, "node_modules") };
}

function succeeds(program: string, args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
