/**
 * The commands: which there are, and running the one that was asked for.
 *
 * @module
 */

import { call } from "./call.ts";
import {
  type Command,
  CommandError,
  COMMON,
  EXIT,
  type Option,
  readInput,
  Terminal,
} from "./command.ts";
import { completions } from "./completions.ts";
import { doctor } from "./doctor.ts";
import { events } from "./events.ts";
import { grant } from "./grant.ts";
import { logs } from "./logs.ts";
import { status } from "./status.ts";

const ASKING: readonly Command[] = [status, doctor, logs, call, events, grant];

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [...ASKING, completions(ASKING)];

/**
 * Runs a command.
 *
 * @param args the command's name and what stands behind it
 * @returns its exit code; `undefined` when the first word is none, so that a host is to be started:
 * apps have words of their own
 */
export async function runCommand(args: readonly string[]): Promise<number | undefined> {
  const [name = "", ...rest] = args;
  const terminal = new Terminal();
  if (name === "help") return help(rest, terminal);
  const command = COMMANDS.find((command) => command.name === name);
  if (command === undefined) {
    const meant = COMMANDS.find((command) => isNear(command.name, name));
    return meant && fail(`There is no command "${name}". ${listed()}`, EXIT.usage);
  }
  try {
    const input = readInput(command, rest);
    if (!input.flag("help")) return await command.run(input, terminal);
    terminal.print(commandHelp(command));
    return EXIT.fine;
  } catch (error) {
    if (error instanceof CommandError) return fail(error.message, error.exitCode);
    throw error;
  }
}

/** A line for each command. */
export function commandList(width: number): string {
  return COMMANDS.map(({ name, words, summary }) =>
    `  ${`${name} ${words}`.padEnd(width)}${summary}`
  )
    .join("\n");
}

/** The help of one command. */
export function commandHelp({ name, words, summary, details, options }: Command): string {
  const rows = [...options, ...COMMON].map((option): [string, string] => [
    spelled(option),
    option.description,
  ]);
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  return [
    `Usage: outrigger ${name} [flags] ${words}`.trimEnd(),
    `${summary}.${details === "" ? "" : ` ${details}`}`,
    `Flags:\n${rows.map(([flag, text]) => `  ${flag.padEnd(width)}${text}`).join("\n")}`,
    "Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 no running host",
  ].join("\n\n");
}

function spelled({ name, short, value }: Option): string {
  return `${short === undefined ? "" : `-${short}, `}--${name}${
    value === undefined ? "" : `=${value}`
  }`;
}

async function help([name]: readonly string[], terminal: Terminal): Promise<number> {
  const command = COMMANDS.find((command) => command.name === name);
  if (command !== undefined) {
    terminal.print(commandHelp(command));
  } else if (name === undefined) {
    const { helpText } = await import("./help.ts");
    terminal.print(helpText());
  } else return fail(`There is no command "${name}". ${listed()}`, EXIT.usage);
  return EXIT.fine;
}

function listed(): string {
  return `There are ${COMMANDS.map(({ name }) => name).join(", ")}; outrigger --help tells more`;
}

function fail(message: string, code: number): number {
  console.error(`outrigger: ${message}`);
  return code;
}

/** Whether one letter is too much, missing or another, or two are swapped. */
function isNear(name: string, typed: string): boolean {
  let start = 0;
  while (start < name.length && name[start] === typed[start]) start++;
  const [a, b] = [name.slice(start), typed.slice(start)];
  const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0] &&
    a.slice(2) === b.slice(2);
  return swapped || a.slice(1) === b.slice(1) || a === b.slice(1) || a.slice(1) === b;
}
