/**
 * What a command is, and how it talks to the terminal.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { withoutSteering } from "../log.ts";

/** Exit codes of commands. */
export const EXIT = {
  fine: 0,
  /** It did not work, or something was found wrong. */
  failed: 1,
  usage: 2,
  /** No host runs that could be asked. */
  noHost: 3,
} as const;

/** Ends a command with one line on stderr. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** One flag of a command. */
export interface Option {
  /** Without dashes. */
  name: string;
  /** One letter. */
  short?: string;
  /** What stands for its value in the help; absent: it has none. */
  value?: string;
  description: string;
}

/** One command. */
export interface Command {
  /** Of one below another the whole of it, such as `ext install`. */
  name: string;
  /** What may stand behind it, such as `METHOD [JSON]`. */
  words: string;
  /** The fewest and the most words. */
  count: readonly [least: number, most: number];
  /** One line for the list of commands. */
  summary: string;
  /** More for its own help. */
  details: string;
  options: readonly Option[];
  /** Those below it; then it does nothing of its own. */
  commands?: readonly Command[];
  /** @returns the exit code */
  run(input: Input, terminal: Terminal): Promise<number>;
}

/** What was given to a command. */
export interface Input {
  words: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** @throws {CommandError} when it is no whole number from `least` on */
  number(name: string, least: number): number | undefined;
}

/** Flags of every command. */
export const COMMON: readonly Option[] = [
  { name: "json", description: "Print JSON, for programs" },
  { name: "help", short: "h", description: "Print this text" },
];

/** The flag of commands that ask a host. */
export const PATH: Option = {
  name: "path",
  value: "DIR",
  description: "Folder of the app. Default: where a host started here would find it",
};

/** The flag of commands that are about packages. */
export const PACKAGES: Option = {
  name: "packages",
  value: "DIR",
  description: "Folder of the packages. Default: the one that the configuration names",
};

/** The flag of commands that ask before they change something. */
export const YES: Option = { name: "yes", short: "y", description: "Do not ask" };

/** A command that has others below it. */
export function group(
  { commands, ...about }: Pick<Command, "name" | "summary" | "details"> & {
    /** Their names begin with that of the group. */
    commands: readonly Command[];
  },
): Command {
  return {
    ...about,
    words: "COMMAND",
    count: [0, 0],
    options: [],
    commands,
    run: () => Promise.reject(new CommandError(whatIsThere(about.name, commands), EXIT.usage)),
  };
}

/** Which commands stand below one; `name` is empty for the program itself. */
export function whatIsThere(name: string, commands: readonly Command[]): string {
  const names = commands.map((command) => command.name.slice(name === "" ? 0 : name.length + 1));
  const program = `outrigger ${name}`.trimEnd();
  return `${name === "" ? "There are" : `Behind "${program}" there are`} ${names.join(", ")}; ` +
    `${program} --help tells more`;
}

/**
 * Reads the arguments behind a command's name.
 *
 * @throws {CommandError} for flags it does not know, or too few or many words
 */
export function readInput(command: Command, args: readonly string[]): Input {
  const options = [...command.options, ...COMMON];
  const valued = options.filter(({ value }) => value !== undefined);
  const unknown: string[] = [];
  const parsed = parseArgs([...args], {
    string: ["_", ...valued.map(({ name }) => name)],
    boolean: options.filter(({ value }) => value === undefined).map(({ name }) => name),
    alias: Object.fromEntries(
      options.filter(({ short }) => short !== undefined).map(({ name, short }) => [short!, name]),
    ),
    unknown: (arg: string) => {
      if (arg.startsWith("-") && arg !== "-") unknown.push(arg);
      return !arg.startsWith("-") || arg === "-";
    },
  }) as Record<string, unknown> & { _: unknown[] };
  const usage = `outrigger ${command.name} --help tells how it is used`;
  if (unknown.length > 0) {
    throw new CommandError(`Unknown flag "${unknown[0]}": ${usage}`, EXIT.usage);
  }
  const words = parsed._.map(String);
  const [least, most] = command.count;
  if (parsed.help !== true && (words.length < least || words.length > most)) {
    const what = words.length < least ? "Something is missing" : `Too much: "${words[most]}"`;
    throw new CommandError(
      `${what}; expected: outrigger ${command.name} ${command.words}`.trimEnd(),
      EXIT.usage,
    );
  }
  const text = (name: string): string | undefined => {
    const value = parsed[name];
    if (value === "") throw new CommandError(`"--${name}" has no value: ${usage}`, EXIT.usage);
    return typeof value === "string" ? value : undefined;
  };
  return {
    words,
    flag: (name) => parsed[name] === true,
    text,
    number(name, least) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= least && number <= 1e9) return number;
      throw new CommandError(
        `"--${name}" is ${JSON.stringify(value)}, expected a whole number from ${least} on`,
        EXIT.usage,
      );
    },
  };
}

/** Where a command writes. */
export class Terminal {
  /** Whether colours are welcome. */
  readonly colour: boolean;
  readonly #encoder = new TextEncoder();

  constructor(colour = Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR")) {
    this.colour = colour;
  }

  /**
   * Writes a line to stdout; a reader that has left ends the program quietly.
   *
   * @throws {CommandError} when it cannot be written, as to a full disk
   */
  print(text: string): void {
    let bytes = this.#encoder.encode(withoutSteering(text) + "\n");
    try {
      while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) Deno.exit(EXIT.fine);
      throw new CommandError(`Cannot write to stdout: ${(error as Error).message}`);
    }
  }

  /** Writes a line to stderr: what is no result. */
  note(text: string): void {
    console.error(withoutSteering(text));
  }

  /** Writes a value as JSON on lines of its own, or on one. */
  json(value: unknown, { oneLine = false } = {}): void {
    const text = JSON.stringify(value, null, oneLine ? 0 : 2);
    this.print(text.replace(/[\x7f-\x9f]/g, (it) => `\\u00${it.charCodeAt(0).toString(16)}`));
  }

  /** A text in a colour, where colours are welcome. */
  paint(text: string, colour: Colour): string {
    return this.colour ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }
}

const COLOURS = { red: 31, green: 32, yellow: 33, grey: 90, bold: 1 } as const;

/** A colour of a text. */
export type Colour = keyof typeof COLOURS;
