/**
 * The executable: from the command line to an exit code.
 *
 * @module
 */

import { VERSION } from "../version.ts";
import { runHost } from "./run_host.ts";

/**
 * Runs the command that the first argument names, or a host until it stops, and ends the process
 * with its exit code. Nothing of the commands is loaded when a host is started.
 *
 * @param script path of the main module, which `deno run` needs to start this program anew
 */
export async function main(args: readonly string[], script?: string): Promise<never> {
  if (/^[a-z]+$/.test(args[0] ?? "")) {
    const { runCommand } = await import("./commands.ts");
    const code = await runCommand(args);
    if (code !== undefined) Deno.exit(code);
  }
  if (args.includes("--help") || args.includes("-h")) {
    const { runCommand } = await import("./commands.ts");
    Deno.exit(await runCommand(["help"]));
  }
  if (args.includes("--version")) {
    console.log(`outrigger ${VERSION}`);
    Deno.exit(0);
  }
  Deno.exit(await runHost({ args, commandLine: commandLine(args, script) }));
}

/** A command line that starts this program anew, for `app.restartProcess` (section 8.6). */
function commandLine(args: readonly string[], script: string | undefined): string[] {
  const program = Deno.build.standalone || script === undefined ? [] : ["run", "-A", script];
  return [Deno.execPath(), ...program, ...args];
}
