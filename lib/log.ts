/**
 * The host's log: one record a line, to the terminal and to the log file
 * (contracts: Neutralino 1.8).
 *
 * @module
 */

import type { LineWriter } from "./line_writer.ts";

/** Levels of a record, as they are written. */
export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** What code that logs needs of a log. */
export interface Log {
  /** For the host's own developers: written only when {@linkcode LogOptions.verbose} is set. */
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

/** Settings of a {@linkcode HostLog}. */
export interface LogOptions {
  /** Where records and the output of extensions go. Absent: nowhere. */
  out?: LineWriter;
  /** Where the error output of extensions goes. Default `out`. */
  err?: LineWriter;
  /** Whether `debug()` writes. Default false. */
  verbose?: boolean;
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
  /** Ends every record. Default `user@host` from the environment. */
  origin?: string;
}

/**
 * `<LEVEL> <YYYY-MM-DD HH:MM:SS,mmm> <message> <source> <user>@<host>`, local time.
 *
 * A message of several lines keeps them, the later ones indented, so that nothing a page logs can
 * look like a record of its own.
 */
export class HostLog implements Log {
  /** Records are written while this is true (`logging.enabled`); relayed output always is. */
  enabled = true;
  /** Set once the log file is known. */
  file: LineWriter | undefined;
  /** Of the file; the terminal always gets text. */
  fileFormat: "text" | "json" = "text";

  /** Removes secrets from a text. */
  mask: (text: string) => string = (text) => text;

  readonly #options: LogOptions;
  readonly #now: () => number;
  #origin: string | undefined;
  #taken = false;

  constructor(options: LogOptions = {}) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#origin = options.origin;
  }

  /**
   * Takes it for one host, whose secrets go beside those that {@linkcode HostLog.mask} removes.
   *
   * @returns what gives it back
   * @throws {TypeError} while another host has it: each would write into the file of the other
   */
  take(mask: (text: string) => string): () => void {
    if (this.#taken) {
      throw new TypeError(
        "Cannot use one log for two hosts at a time: expected a HostLog for each " +
          "(they may share a LineWriter)",
      );
    }
    this.#taken = true;
    const before = this.mask;
    this.mask = (text) => before(mask(text));
    return () => {
      this.mask = before;
      this.#taken = false;
    };
  }

  debug(message: string): void {
    if (this.#options.verbose) this.write("DEBUG", message);
  }

  info(message: string): void {
    this.write("INFO", message);
  }

  warning(message: string): void {
    this.write("WARNING", message);
  }

  error(message: string): void {
    this.write("ERROR", message);
  }

  /** Writes one record, whatever its level. */
  write(level: Level, message: string): void {
    if (!this.enabled) return;
    const at = this.#now();
    const text = this.mask(message);
    const line = this.#text(level, text, at);
    this.#options.out?.write(line);
    const json = this.file !== undefined && this.fileFormat === "json";
    this.file?.write(json ? jsonLine(at, { level, message: text }) : line);
  }

  /** A record as it stands in the file. */
  record(level: Level, message: string): string {
    const at = this.#now();
    const text = this.mask(message);
    const json = this.fileFormat === "json";
    return json ? jsonLine(at, { level, message: text }) : this.#text(level, text, at);
  }

  /** Passes on one line that an extension printed; `line` comes without secrets. */
  relay(extensionId: string, line: string, stream: "stdout" | "stderr"): void {
    const { out, err } = this.#options;
    (stream === "stderr" ? err ?? out : out)?.write(`[${extensionId}] ${line}\n`);
  }

  /** Writes a text as it is, for `app.writeProcessOutput` and its like. */
  async print(text: string, stream: "stdout" | "stderr"): Promise<void> {
    const { out, err } = this.#options;
    await (stream === "stderr" ? err ?? out : out)?.writeAll(text);
  }

  /** Resolves when everything is written, or after `deadlineMs`. */
  async flush(deadlineMs: number): Promise<void> {
    const { out, err } = this.#options;
    await Promise.all([out, err, this.file].map((writer) => writer?.flush(deadlineMs)));
  }

  #text(level: Level, message: string, at: number): string {
    this.#origin ??= processOrigin();
    const indented = withoutSteering(message.replace(/\r?\n|\r/g, "\n    "));
    return `${level} ${timestamp(at)} ${indented} outrigger:1 ${this.#origin}\n`;
  }
}

function processOrigin(): string {
  const user = Deno.env.get("USER") ?? Deno.env.get("USERNAME") ?? "unknown";
  return `${user}@${Deno.hostname()}`;
}

// deno-lint-ignore no-control-regex
const STEERING = /\x1b\[[\d;:]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * A text of whomever for a terminal: colours and lines stay, and nothing else that would have it do
 * something.
 *
 * @example
 * ```ts
 * import { withoutSteering } from "./log.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(withoutSteering("\x1b[31mred\x1b[0m\n\x1b[2J"), "\x1b[31mred\x1b[0m\n [2J");
 * ```
 */
export function withoutSteering(text: string): string {
  return text.replace(STEERING, (it) => it.length > 1 ? it : " ");
}

/** One record of a log in JSON lines: `time` in ISO 8601, UTC, then its members. */
export function jsonLine(ms: number, members: object): string {
  return JSON.stringify({ time: new Date(ms).toISOString(), ...members }) + "\n";
}

/** `YYYY-MM-DD HH:MM:SS,mmm`, local time. */
export function timestamp(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time},${String(date.getMilliseconds()).padStart(3, "0")}`;
}
