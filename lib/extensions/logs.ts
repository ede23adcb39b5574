/**
 * What extensions print and go through: a log file of each, and the last lines in memory.
 *
 * @module
 */

import { LineWriter } from "../line_writer.ts";
import { jsonLine, timestamp } from "../log.ts";
import { RotatingFile, type RotatingFileOptions } from "../rotating_file.ts";
import type { StateChange } from "./state_change.ts";

/** Settings of {@linkcode ExtensionLogs}. */
export interface ExtensionLogsOptions
  extends Pick<RotatingFileOptions, "maxBytes" | "keep" | "report"> {
  /** Holds `<id>.log` of each extension. Absent: nothing is written. */
  folder: string | undefined;
  format: "text" | "json";
  /** Removes secrets from a text. */
  mask: (text: string) => string;
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
}

/** A line that an extension printed. */
export interface PrintedLine {
  stream: "stdout" | "stderr";
  text: string;
}

interface OneLog {
  file: RotatingFile | undefined;
  writer: LineWriter | undefined;
  /** Of its last run, for a diagnosis; not kept on while it is connected. */
  recent: PrintedLine[];
  connected: boolean;
}

const KEPT_LINES = 40;
const KEPT_LENGTH = 500;
/** Of each extension; the disk may be slow, and there may be hundreds. */
const WAITING_BYTES = 1 << 18;

/** The logs of all extensions of a host. Nothing here waits or fails. */
export class ExtensionLogs {
  readonly #options: ExtensionLogsOptions;
  readonly #now: () => number;
  readonly #logs = new Map<string, OneLog>();
  #closed = false;

  constructor(options: ExtensionLogsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** One line that an extension printed; it comes without secrets. */
  line(id: string, text: string, stream: "stdout" | "stderr"): void {
    const log = this.#log(id);
    this.#write(log, stream, text);
    if (log.connected) return;
    // A slice would hold on to the whole chunk it was cut from.
    log.recent.push({ stream, text: [...text.slice(0, KEPT_LENGTH)].join("") });
    if (log.recent.length > KEPT_LINES) log.recent.shift();
  }

  /** A change of state. */
  change({ extensionId, from, to, exitCode, restarts, ...rest }: StateChange): void {
    const log = this.#log(extensionId);
    const reason = this.#options.mask(rest.reason);
    log.connected = to === "connected";
    if (to === "starting" && from !== "starting" && from !== "connected") log.recent = [];
    const way = from === to ? to : `${from} → ${to}`;
    this.#write(log, "state", `${way}: ${reason}`, { from, to, reason, exitCode, restarts });
  }

  /** The last lines of the last run, oldest first. */
  recent(id: string): readonly PrintedLine[] {
    return this.#logs.get(id)?.recent ?? [];
  }

  /** The same as {@linkcode ExtensionLogs.close} of one extension that is no longer there. */
  async forget(id: string, deadlineMs: number): Promise<void> {
    const log = this.#logs.get(id);
    this.#logs.delete(id);
    await log?.writer?.flush(deadlineMs);
    log?.file?.close();
  }

  /** Writes what waits, for `deadlineMs` at most, and closes the files. */
  async close(deadlineMs: number): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#logs.keys()].map((id) => this.forget(id, deadlineMs)));
  }

  #write(log: OneLog, source: string, text: string, members?: object): void {
    log.writer?.write(this.#line(source, text, members));
  }

  #line(source: string, text: string, members: object = { text }): string {
    const at = this.#now();
    return this.#options.format === "json"
      ? jsonLine(at, { source, ...members })
      : `${timestamp(at)} ${source} ${text.replace(/\r?\n|\r/g, "\n    ")}\n`;
  }

  #log(id: string): OneLog {
    const known = this.#logs.get(id);
    if (known !== undefined) return known;
    const { folder, maxBytes, keep, report } = this.#options;
    const file = folder === undefined || this.#closed
      ? undefined
      : new RotatingFile(`${folder}/${id}.log`, { maxBytes, keep, report, privateFolder: true });
    const writer = file && new LineWriter(file, {
      maxBytes: WAITING_BYTES,
      note: (lines) => this.#line("host", `... ${lines} lines left out: the disk is too slow`),
    });
    const log = { file, writer, recent: [], connected: false };
    this.#logs.set(id, log);
    return log;
  }
}
