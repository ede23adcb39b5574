/**
 * Programs and packages that some tests need and a machine may lack. A test that lacks one is
 * ignored, and says why; with `OUTRIGGER_REQUIRE_TOOLS=1`, as in CI, it fails instead.
 *
 * @example
 * Deno.test("a page connects", needs(node), async () => {...});
 *
 * @module
 */

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

/** Node.js. */
export const node: Tool = succeeds("node", ["--version"])
  ? { path: "node" }
  : { missing: "node is not on PATH (install Node.js 18 or newer)" };

function succeeds(program: string, args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
