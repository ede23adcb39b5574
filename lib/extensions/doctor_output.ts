/**
 * Verdicts on an extension by what it printed and how it ended.
 *
 * @module
 */

import type { Evidence, Finding } from "./doctor.ts";
import type { PrintedLine } from "./logs.ts";
import { ARGUMENTS_RUN } from "./reports.ts";

/** The shell found no such program. */
export function commandNotFound(
  { lastExit, alive, command, lines, path }: Evidence,
): Finding | undefined {
  if (alive || lastExit === undefined || command === undefined) return undefined;
  const said = textOf(lines);
  if (ARGUMENTS_RUN.test(said)) {
    return {
      id: "command-not-found",
      verdict: "Its command ends before the --nl-* arguments, which were run as another one.",
      detail: `${command}\n${lastLines(lines)}`,
      advice: "Write > file 2>&1 for &> file, which is bash's alone, or put all into a script.",
    };
  }
  const missing = /'([^']+)' is not recognized as an internal or external command/.exec(said)?.[1];
  if (lastExit.code !== 127 && lastExit.code !== 9009 && missing === undefined) return undefined;
  const name = missing ?? /(?:^|: )([^:\n]+): (?:command )?not found/m.exec(said)?.[1] ??
    firstWord(command);
  return commandMissing(name, command, path);
}

/** The finding about a program that is not there. */
export function commandMissing(name: string, command: string, path: string): Finding {
  return {
    id: "command-not-found",
    verdict: `The command was not found: ${name}`,
    detail: `${command}\nwas searched in PATH=${path}`,
    advice: 'Install it, name it by its whole path in "command", or set "env": {"PATH": ...}.',
  };
}

/** The shell found a file that is no program. */
export function notExecutable({ lastExit, alive, command, lines }: Evidence): Finding | undefined {
  if (alive || lastExit?.code !== 126) return undefined;
  return {
    id: "not-executable",
    verdict: "The command was found but may not be executed.",
    detail: `${command}\n${lastLines(lines)}`,
    advice: 'Make it executable (chmod +x), or put its interpreter in front of it in "command".',
  };
}

/** It says that a port refused it which is not the host's. */
export function wrongPort({ lines, port }: Evidence): Finding | undefined {
  for (const { text } of lines.toReversed()) {
    if (
      !/refus|connect\w* (?:call )?(?:fail|error)|(?:fail\w*|cannot|unable) to connect/i.test(text)
    ) {
      continue;
    }
    const named = /(?:localhost|127\.0\.0\.1|::1\]?|\bport)['",:=/\s]*(\d{1,5})\b/i.exec(text)?.[1];
    if (named === undefined || Number(named) === port) continue;
    return toPort(Number(named), port, `It said: ${text}`);
  }
}

/** The finding about one that goes to another port. */
export function toPort(other: number, port: number, detail: string): Finding {
  return {
    id: "wrong-port",
    verdict: `It connects to port ${other}, but the host listens at ${port}.`,
    detail,
    advice:
      "Let it use the port that it was told (nlPort, --nl-port). Is that another program that it needs, see that this runs.",
  };
}

/** The second is that of Go, the last that of `getopts`, which takes the second dash for a letter. */
const ARGUMENTS_REFUSED =
  /(?:un\w+|invalid|illegal|bad)\b.*(?:option|argument|flag|switch).*\bnl-|flag provided but not defined: -nl-|(?:invalid|illegal) option --(?: '?-'?)?$/i;

const APP_PID_REFUSED =
  /(?:un\w+|invalid|illegal|bad)\b.*(?:option|argument|flag|switch).*-appPid\b|not defined: -appPid\b/i;

/** It says that it does not know `--nl-*`. */
export function refusesArguments({ handshake, lines, lastExit }: Evidence): Finding | undefined {
  if (handshake === "stdin" || lastExit === undefined || lastExit.code === 0) return undefined;
  const line = lines.find(({ text }) => ARGUMENTS_REFUSED.test(text));
  return line && {
    id: "refuses-arguments",
    verdict: "It refuses the --nl-* arguments that it was given.",
    detail: `It said: ${line.text}`,
    advice: 'Give its entry "handshake": "stdin".',
  };
}

/** A package says that it does not know `--appPid` (contracts: AirDC++ 5). */
export function refusesAppPid({ packaged, lines, lastExit }: Evidence): Finding | undefined {
  if (!packaged || lastExit === undefined || lastExit.code === 0) return undefined;
  const line = lines.find(({ text }) => APP_PID_REFUSED.test(text));
  return line && {
    id: "refuses-arguments",
    verdict: "It refuses the argument --appPid that it was given.",
    detail: `It said: ${line.text}`,
    advice: 'Let its grant say "appPid": false.',
  };
}

/** The host's answer where a module of file sharing was asked for, which packages seldom survive. */
export const MODULE_MISSED = /There is no module "\w+" here/;

const ARGUMENTS_MISSED =
  /wss?:\/\/[^\s/]*:(?:undefined|none|null|nan|nil)\b|-nl-(?:port|token|extension-id)|arguments? (?:is|are) required|missing (?:required )?(?:argument|option|parameter)|sys\.argv|list index out of range|unbound variable|parameter not set|\busage:/i;

/** It got no arguments and complains of that. */
export function readsArguments({ handshake, lines, command }: Evidence): Finding | undefined {
  if (handshake !== "stdin") return undefined;
  const line = lines.find(({ text }) => ARGUMENTS_MISSED.test(text));
  return line && {
    id: "reads-arguments",
    verdict: "It reads arguments that it was not given.",
    detail: `It got its credentials on stdin alone. It said: ${line.text}`,
    advice: /[)};&|]\s*$|(?:fi|done|esac)\s*$|#/.test(command ?? "")
      ? 'Nothing can be put behind such a command: make "command" a plain one, with a script for the rest.'
      : 'Give its entry "handshake": "both" or "arguments".',
  };
}

const INPUT_MISSED =
  /unexpected end of (?:json|input)|expecting value: line 1 column 1|EOFError|EOF when reading|unexpected EOF|end[- ]of[- ](?:file|input|stream)/i;

/** It got nothing on stdin and complains of that. */
export function readsStdin({ handshake, lines, packaged }: Evidence): Finding | undefined {
  if (handshake !== "arguments" || packaged) return undefined;
  const line = lines.find(({ text }) => INPUT_MISSED.test(text));
  return line && {
    id: "reads-stdin",
    verdict: "It reads its credentials from stdin, which is empty.",
    detail: `It got its credentials as arguments alone. It said: ${line.text}`,
    advice: 'Give its entry "handshake": "both" or "stdin".',
  };
}

function textOf(lines: readonly PrintedLine[]): string {
  return lines.map(({ text }) => text).join("\n");
}

const SHOWN_LINES = 5;
/** The line that tells what went wrong, such as `TypeError: x`. */
const ERROR_LINE = /^\s*(?:error|(?:uncaught |[\w.]*)(?:error|exception))\b.*:/i;

/** The last few lines, with a heading; empty for none. What lies above the trace of an error, too. */
export function lastLines(lines: readonly PrintedLine[]): string {
  return shown("Its last lines:", lines.map(({ text }) => text));
}

/** The same of those on stderr alone. */
export function errorLines(lines: readonly string[]): string {
  return shown("Its last lines on stderr:", lines);
}

function shown(heading: string, lines: readonly string[]): string {
  const texts = lines.map(withoutColours).filter((text) => text.trim() !== "");
  if (texts.length === 0) return "";
  const last = texts.slice(-SHOWN_LINES);
  const error = texts.slice(0, -SHOWN_LINES).findLast((text) => ERROR_LINE.test(text));
  const above = error === undefined || last.some((text) => ERROR_LINE.test(text))
    ? []
    : [error, "..."];
  return [heading, ...above, ...last].join("\n");
}

function withoutColours(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/\x1b\[[\d;]*m/g, "");
}

function firstWord(command: string): string {
  return /^\s*(\S+)/.exec(command)?.[1] ?? command;
}
