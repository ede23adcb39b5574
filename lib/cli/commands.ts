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
  whatIsThere,
} from "./command.ts";
import { completions } from "./completions.ts";
import { doctor } from "./doctor.ts";
import { events } from "./events.ts";
import { ext } from "./ext.ts";
import { grant } from "./grant.ts";
import { logs } from "./logs.ts";
import { status } from "./status.ts";
import { user } from "./user.ts";

/** Columns of the names in a list of commands below another. */
const LIST_WIDTH = 28;
const SHORT_NAME = 4;

const OTHERS: readonly Command[] = [status, doctor, logs, call, events, grant, ext, user];

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [...OTHERS, completions(OTHERS)];

/**
 * Runs a command.
 *
 * @param args the command's name and what stands behind it
 * @returns its exit code; `undefined` when the first word is none, so that a host is to be started:
 * apps have words of their own
 */
export async function runCommand(args: readonly string[]): Promise<number | undefined> {
  const terminal = new Terminal();
  try {
    // Behind it the flag asks for the same once more.
    if (args[0] === "help") return await help(args.slice(1).filter(isNoHelpFlag), terminal);
    const found = find(args);
    if ("unknown" in found) {
      const { within, meant } = found;
      // A word that is far from all commands is the app's.
      if (within === undefined && meant === undefined) return undefined;
      return fail(unknownCommand(found), EXIT.usage);
    }
    const { command, rest } = found;
    const input = readInput(command, rest);
    if (!input.flag("help")) return await command.run(input, terminal);
    terminal.print(commandHelp(command));
    return EXIT.fine;
  } catch (error) {
    if (error instanceof CommandError) return fail(error.message, error.exitCode);
    throw error;
  }
}

function isNoHelpFlag(word: string): boolean {
  return word !== "--help" && word !== "-h";
}

/** The command that words name, and what stands behind it. */
interface Found {
  command: Command;
  rest: readonly string[];
}

/** A word that names no command. */
interface Unknown {
  /** All words up to it. */
  unknown: string;
  /** Where it was looked for; absent: among all commands. */
  within?: Command;
  /** What it is a typing error away from. */
  meant: Command | undefined;
}

function find(args: readonly string[], within?: Command): Found | Unknown {
  const [word, ...rest] = args;
  // Flags belong to the command before them; one that has others below it knows --help alone.
  if (within !== undefined && (word === undefined || word.startsWith("-"))) {
    return { command: within, rest: args };
  }
  const commands = within?.commands ?? COMMANDS;
  const name = within === undefined ? word ?? "" : `${within.name} ${word}`;
  const command = commands.find((command) => command.name === name);
  if (command?.commands !== undefined) return find(rest, command);
  if (command !== undefined) return { command, rest };
  const meant = commands.find((command) => isNear(command.name, name));
  return { unknown: name, meant, ...(within === undefined ? {} : { within }) };
}

function unknownCommand({ unknown, within, meant }: Unknown): string {
  const there = whatIsThere(within?.name ?? "", within?.commands ?? COMMANDS);
  const near = meant === undefined ? "" : `. Did you mean "${meant.name}"?`;
  return `There is no command "${unknown}". ${there}${near}`;
}

/** A line for each command. */
export function commandList(width: number, commands = COMMANDS): string {
  return commands.map(({ name, words, summary }) => {
    const left = `${name} ${words}`.trimEnd();
    return left.length < width
      ? `  ${left.padEnd(width)}${summary}`
      : `  ${left}\n  ${" ".repeat(width)}${summary}`;
  }).join("\n");
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const { name, words, summary, details, options, commands } = command;
  const rows = [...options, ...COMMON].map((option): [string, string] => [
    spelled(option),
    option.description,
  ]);
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  const usage = commands === undefined ? `[flags] ${words}` : `${words} [flags]`;
  return [
    `Usage: outrigger ${name} ${usage}`.trimEnd(),
    `${summary}.${details === "" ? "" : `\n${details.replace(/^\n/, "")}`}`,
    ...(commands === undefined ? [] : [`Commands:\n${commandList(LIST_WIDTH, commands)}`]),
    `Flags:\n${rows.map(([flag, text]) => `  ${flag.padEnd(width)}${text}`).join("\n")}`,
    "Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 no running host",
  ].join("\n\n");
}

function spelled({ name, short, value }: Option): string {
  return `${short === undefined ? "" : `-${short}, `}--${name}${
    value === undefined ? "" : `=${value}`
  }`;
}

async function help(words: readonly string[], terminal: Terminal): Promise<number> {
  if (words.length === 0 || words[0] === "help") {
    const { helpText } = await import("./help.ts");
    terminal.print(helpText());
    return EXIT.fine;
  }
  const found = find(words);
  if ("unknown" in found) return fail(unknownCommand(found), EXIT.usage);
  terminal.print(commandHelp(found.command));
  return EXIT.fine;
}

function fail(message: string, code: number): number {
  new Terminal(false).note(`outrigger: ${message}`);
  return code;
}

/** Whether one letter is too much, missing or another, or two are swapped. */
function isNear(name: string, typed: string): boolean {
  let start = 0;
  while (start < name.length && name[start] === typed[start]) start++;
  const [a, b] = [name.slice(start), typed.slice(start)];
  const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0] &&
    a.slice(2) === b.slice(2);
  // One letter away from a short name are many words of apps, such as "exit" and "next".
  if (name.length < SHORT_NAME) return swapped || a === "" && b.length === 1;
  return swapped || a.slice(1) === b.slice(1) || a === b.slice(1) || a.slice(1) === b;
}
