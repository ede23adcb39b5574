/**
 * What the log says when an extension does not do as it should, and why that may be.
 *
 * @module
 */

import type { ExtensionEntry } from "../config/settings.ts";
import type { GroupStatus } from "../process/process_group.ts";

const SOURCES = new Map([
  ["both", "arguments and stdin"],
  ["arguments", "arguments"],
  ["stdin", "stdin"],
]);

/** What usual exit codes of a shell or an interpreter mean, by code. */
const HINTS = new Map([
  [2, ` If it refuses arguments it does not know, give its entry "handshake": "stdin".`],
  [126, " The command was found but may not be executed."],
  [127, " The command was not found: is it installed and on PATH?"],
]);

/** What `sh` says to `program &> file`, which for it is two commands: the arguments are the second. */
export const ARGUMENTS_RUN = /--nl-port=\d+: (?:command )?not found/;

function hint(code: number, lastErrors: readonly string[], command = ""): string {
  const said = lastErrors.join("\n");
  if (code === 0 && command.includes("&>")) {
    return " Only bash knows &>; for sh the program goes to the background, without its stdin: write > file 2>&1.";
  }
  if (ARGUMENTS_RUN.test(said)) {
    return " The --nl-* arguments were run as a command: write > file 2>&1 for &> file.";
  }
  // Who refuses arguments says so. An interpreter that does not find its script ends with 2, too.
  if (code === 2 && said !== "" && !/nl-|option|argument|flag|usage/i.test(said)) return "";
  return HINTS.get(code) ?? "";
}

/** How an extension gets its credentials. */
export function sourceOf(handshake: string): string {
  return SOURCES.get(handshake) ?? handshake;
}

/** `code 3`, or the name of the signal. */
export function howItEnded(
  { code, signal }: { code: number; signal: string | null },
): string {
  return signal === null ? `code ${code}` : signal;
}

/** The record of an end that nobody asked for. */
export function endReport(
  id: string,
  status: GroupStatus,
  { everConnected, lastErrors, command }: {
    everConnected: boolean;
    lastErrors: readonly string[];
    command?: string | undefined;
  },
): string {
  const said = lastErrors.length > 0 ? `\nIts last lines on stderr:\n${lastErrors.join("\n")}` : "";
  const when = everConnected
    ? ""
    : ` before it connected.${hint(status.code, lastErrors, command)}`;
  return `Extension "${id}" ended with ${howItEnded(status)}${when}${said}`;
}

/** The record of an extension that has not connected in time. */
export function lateReport(
  { id, command, handshake, startTimeoutMs }: ExtensionEntry,
  { run: { status, everConnected } = {}, authInfoExported, reasons: own }: {
    /** Its process, where it has one. */
    run?: { status?: GroupStatus | undefined; everConnected?: boolean } | undefined;
    authInfoExported: boolean;
    /** Likely ones while it runs. Default: those of a configured extension. */
    reasons?: readonly string[] | undefined;
  },
): string {
  const late = `Extension "${id}" has not connected`;
  const within = `within ${startTimeoutMs / 1000} s`;
  if (everConnected) {
    return `${late} again ${within} of losing its connection: its process runs without one`;
  }
  const otherwise = "it sends another extension id, or an Origin header as browsers do";
  const reasons = command === undefined
    ? [
      "the program that should connect is not running",
      authInfoExported
        ? "it has not read the port and token of this run from .tmp/auth_info.json"
        : 'it cannot know port and token: "exportAuthInfo" is off',
      otherwise,
    ]
    : status !== undefined
    ? [`its command has ended with code ${status.code}; what it printed stands above`]
    : own ?? [
      "it is still starting, or waits for input that nobody gives",
      "it connects to another port or host than it was told (it must be localhost or 127.0.0.1)",
      otherwise,
      handshake === "stdin"
        ? 'it reads --nl-* arguments, which it did not get (see "handshake")'
        : handshake === "arguments"
        ? 'it reads its credentials from stdin, which is empty (see "handshake")'
        : "it knows neither the --nl-* arguments nor the JSON on stdin",
    ];
  return `${late} ${within}. Likely reasons:\n- ${reasons.join("\n- ")}`;
}
