/**
 * Opening a page in the user's own browser, or a file with its program (contracts: Neutralino 7.2, 6.10 `os.open`).
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
 * Opens an http or https URL with the default handler of the system. What is opened outlives the
 * host.
 *
 * @returns false if it could not be opened; the log then tells the URL
 */
export async function openUrl(url: string, options: OpenOptions): Promise<boolean> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    const shown = JSON.stringify(url);
    options.log.warning(`Cannot open ${shown}: only http and https URLs are opened`);
    return false;
  }
  const failure = await start(parsed.href, options);
  if (failure === undefined) return true;
  options.log.warning(`Cannot open a browser (${failure}): open ${parsed.href} yourself`);
  return false;
}

/**
 * Opens whatever the system has a handler for: a URL of any scheme, a file, a folder. It outlives
 * the host.
 *
 * @returns false if it could not be opened; the log then says why
 */
export async function openAnything(target: string, options: OpenOptions): Promise<boolean> {
  // What begins with a dash would be an option of the opener.
  const argument = target.startsWith("-") ? `./${target}` : target;
  const failure = await start(argument, options);
  if (failure === undefined) return true;
  options.log.warning(`Cannot open ${JSON.stringify(target)}: ${failure}`);
  return false;
}

/** Hands over the target in a list of arguments and never to a shell (11.9). @returns what failed */
async function start(
  target: string,
  { os = Deno.build.os, opener = defaultOpener(os), settleMs = 2000 }: OpenOptions,
): Promise<string | undefined> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(opener.program, {
      args: [...opener.args, target],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      // Some openers become the browser: a Ctrl-C meant for the host must not close it.
      detached: os !== "windows",
    }).spawn();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  child.unref();
  // An opener that goes on running has found something to show the page with.
  if (!await settlesWithin(child.status, settleMs)) return undefined;
  const { success, code } = await child.status;
  // The exit code of rundll32 says nothing about what it called.
  return success || os === "windows" ? undefined : `"${opener.program}" ended with code ${code}`;
}
