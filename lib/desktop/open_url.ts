/**
 * Opening a page in the user's own browser (contracts: Neutralino 7.2, 6.10 `os.open`).
 *
 * @module
 */

import type { Log } from "../log.ts";
import { settlesWithin } from "../process/clock.ts";
import type { CommandLine, OperatingSystem } from "../process/shell.ts";

/** Settings of `openUrl`. */
export interface OpenOptions {
  log: Log;
  os?: OperatingSystem;
  /** The program to use instead of the system's; the URL becomes its last argument. */
  opener?: CommandLine;
  /** How long to wait for the opener to fail, milliseconds. Default 2000. */
  settleMs?: number;
}

/** The program that opens a URL with the handler the user chose; the URL goes last. */
export function defaultOpener(os: OperatingSystem): CommandLine {
  switch (os) {
    case "windows":
      return { program: "rundll32", args: ["url.dll,FileProtocolHandler"] };
    case "darwin":
      return { program: "open", args: [] };
    default:
      return { program: "xdg-open", args: [] };
  }
}

/**
 * Opens an http or https URL with the default handler of the system, through a list of arguments
 * and never a shell (11.9). What is opened outlives the host.
 *
 * @returns false if it could not be opened; the log then tells the URL
 */
export async function openUrl(url: string, options: OpenOptions): Promise<boolean> {
  const { log, os = Deno.build.os, opener = defaultOpener(os), settleMs = 2000 } = options;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    log.warning(`Cannot open ${JSON.stringify(url)}: only http and https URLs are opened`);
    return false;
  }
  const failed = (why: string): false => {
    log.warning(`Cannot open a browser (${why}): open ${parsed.href} yourself`);
    return false;
  };
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(opener.program, {
      args: [...opener.args, parsed.href],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      // Some openers become the browser: a Ctrl-C meant for the host must not close it.
      detached: os !== "windows",
    }).spawn();
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
  child.unref();
  // An opener that goes on running has found something to show the page with.
  if (!await settlesWithin(child.status, settleMs)) return true;
  const { success, code } = await child.status;
  // The exit code of rundll32 says nothing about what it called.
  return success || os === "windows" || failed(`"${opener.program}" ended with code ${code}`);
}
