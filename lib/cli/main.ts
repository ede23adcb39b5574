/**
 * The executable: from the command line to an exit code.
 *
 * @module
 */

import { StartError } from "../errors.ts";
import { type Host, startHost } from "../host.ts";
import { LineWriter } from "../line_writer.ts";
import { HostLog } from "../log.ts";
import { VERSION } from "../version.ts";

/** Exit codes of a process that a signal ends: 128 and the signal's number (section 1.9). */
const SIGNALS: readonly (readonly [signal: Deno.Signal, code: number])[] =
  Deno.build.os === "windows"
    ? [["SIGINT", 130], ["SIGBREAK", 149]]
    : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

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
    const { helpText } = await import("./help.ts");
    console.log(helpText());
    Deno.exit(0);
  }
  if (args.includes("--version")) {
    console.log(`outrigger ${VERSION}`);
    Deno.exit(0);
  }
  const log = new HostLog({
    out: new LineWriter(Deno.stdout),
    err: new LineWriter(Deno.stderr),
    verbose: Deno.env.get("OUTRIGGER_LOG") === "debug",
  });
  let host: Host | undefined;
  let signalled: number | undefined;
  const onSignal = (code: number) => {
    // The second one is meant: the watchdog ends what is left.
    if (signalled !== undefined) Deno.exit(code);
    signalled = code;
    void host?.stop(code);
  };
  for (const [signal, code] of SIGNALS) Deno.addSignalListener(signal, () => onSignal(code));
  const onFailure = (reason: unknown) => {
    log.error(`Internal error: ${reason instanceof Error ? reason.stack : String(reason)}`);
    if (host === undefined) Deno.exit(1);
    void host.stop(1);
  };
  addEventListener("error", (event) => {
    event.preventDefault();
    onFailure(event.error);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    onFailure(event.reason);
  });
  try {
    host = await startHost({ args, log, commandLine: commandLine(args, script) });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    await log.flush(500);
    console.error(`outrigger: ${error.message}`);
    Deno.exit(1);
  }
  if (signalled !== undefined) void host.stop(signalled);
  Deno.exit(await host.stopped);
}

/** A command line that starts this program anew, for `app.restartProcess` (section 8.6). */
function commandLine(args: readonly string[], script: string | undefined): string[] {
  const program = Deno.build.standalone || script === undefined ? [] : ["run", "-A", script];
  return [Deno.execPath(), ...program, ...args];
}
