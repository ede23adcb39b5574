/**
 * A host as this process: until it stops, by itself or by a signal.
 *
 * @module
 */

import { StartError } from "../errors.ts";
import { type Host, startHost } from "../host.ts";
import type { HostOptions } from "../host/host_options.ts";
import { LineWriter } from "../line_writer.ts";
import { HostLog } from "../log.ts";

/** Exit codes of a process that a signal ends: 128 and the signal's number (section 1.9). */
const SIGNALS: readonly (readonly [signal: Deno.Signal, code: number])[] =
  Deno.build.os === "windows"
    ? [["SIGINT", 130], ["SIGBREAK", 149]]
    : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

/**
 * Runs a host that says on the terminal what it does.
 *
 * @returns the exit code of the process
 */
export async function runHost(options: Omit<HostOptions, "log">): Promise<number> {
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
    host = await startHost({ ...options, log, ownProcess: true });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    await log.flush(500);
    console.error(`outrigger: ${error.message}`);
    return 1;
  }
  if (signalled !== undefined) void host.stop(signalled);
  return await host.stopped;
}
