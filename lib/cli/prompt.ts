/**
 * Questions on the terminal.
 *
 * @module
 */

import { CommandError } from "./command.ts";

/** Longest line that is read. */
const MOST_BYTES = 8192;
/** Of Ctrl-C, where the terminal does not turn it into a signal. */
const INTERRUPTED = 130;

/** Where questions are asked. */
export interface Asked {
  readonly isTerminal: boolean;
  /** @returns how many bytes were read; `null` at the end */
  read(into: Uint8Array): Promise<number | null>;
  /** Whether what is typed comes key by key and unseen. */
  setRaw(raw: boolean): void;
  write(text: string): void;
}

/** The terminal of this process. Questions go to stderr. */
export const STDIN: Asked = {
  get isTerminal() {
    return Deno.stdin.isTerminal();
  },
  read: (into) => Deno.stdin.read(into),
  setRaw: (raw) => Deno.stdin.setRaw(raw),
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
};

/** Asks for a yes; what is no yes is a no. */
export async function confirm(question: string, asked: Asked = STDIN): Promise<boolean> {
  asked.write(`${question} [y/N] `);
  const answer = await readLine(asked);
  if (answer === undefined) asked.write("\n");
  return /^(?:y|yes)$/i.test((answer ?? "").trim());
}

/**
 * Asks for a password, twice and unseen on a terminal; elsewhere it is the first line of stdin.
 *
 * @throws {CommandError} without one, or when the two differ
 */
export async function askPassword(question: string, asked: Asked = STDIN): Promise<string> {
  if (!asked.isTerminal) {
    const line = await readLine(asked);
    if (!line) throw new CommandError("There is no password in the first line of stdin");
    return line;
  }
  const first = await unseen(`${question}: `, asked);
  if (first === "") throw new CommandError("A password cannot be empty");
  const second = await unseen("Once more: ", asked);
  if (first === second) return first;
  throw new CommandError("The two passwords differ");
}

/** A line without its end; `undefined` when there is none any more. */
async function readLine(asked: Asked): Promise<string | undefined> {
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  // A byte at a time: what stands behind the line is not ours.
  while (await asked.read(one) !== null) {
    if (one[0] === 10) return text(bytes).replace(/\r$/, "");
    if (bytes.push(one[0]!) > MOST_BYTES) throw new CommandError("The line is too long");
  }
  return bytes.length === 0 ? undefined : text(bytes);
}

async function unseen(question: string, asked: Asked): Promise<string> {
  // Before the question: somebody may type at once.
  asked.setRaw(true);
  asked.write(question);
  let bytes: number[] = [];
  const one = new Uint8Array(1);
  try {
    while (await asked.read(one) !== null) {
      const key = one[0]!;
      if (key === 13 || key === 10) break;
      if (key === 3) {
        asked.write("\n");
        throw new CommandError("Interrupted", INTERRUPTED);
      }
      if (key === 4) break;
      // Backspace takes a letter, which may be several bytes; Ctrl-U takes all.
      if (key === 127 || key === 8) {
        while (bytes.length > 0 && (bytes.pop()! & 0xc0) === 0x80);
      } else if (key === 21) bytes = [];
      else if (key >= 32 && bytes.push(key) > MOST_BYTES) {
        throw new CommandError("The line is too long");
      }
    }
  } finally {
    asked.setRaw(false);
  }
  asked.write("\n");
  return text(bytes);
}

function text(bytes: readonly number[]): string {
  return new TextDecoder().decode(new Uint8Array(bytes));
}
