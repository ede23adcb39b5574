/**
 * A log file that does not grow without end.
 *
 * @module
 */

import { preparePrivateFolder } from "./filesystem/private_folder.ts";
import type { ByteSink } from "./line_writer.ts";

/** Settings of a {@linkcode RotatingFile}. */
export interface RotatingFileOptions {
  /** A file that would grow beyond is put aside first. A longer line gets a file of its own. */
  maxBytes: number;
  /** How many files put aside are kept: `<path>.1` is the youngest. */
  keep: number;
  /** How a file put aside is named. Default: path, dot and number. */
  aside?: (path: string, number: number) => string;
  /** Told when it cannot be written, and when it can be again. */
  report: (message: string) => void;
  /** Whether nobody else may look into its folder. Default false: an existing one stays as it is. */
  privateFolder?: boolean;
  /** Milliseconds; need not be since any moment. Default `performance.now`. */
  now?: () => number;
}

/** How long nothing is tried after a failure, milliseconds. */
const PAUSE_MS = 10_000;
/** How long a file is written on that somebody has removed or put elsewhere, milliseconds. */
const LOOK_MS = 1000;
const NEWLINE = 10;

/**
 * Appends to a file, which is made at the first write, readable by this user alone. A link in its
 * place is not followed.
 *
 * Writing never fails: with a full disk the failure is told once and what comes meanwhile is lost.
 * It is meant to stand behind a `LineWriter`, which writes one thing after the other.
 */
export class RotatingFile implements ByteSink {
  readonly #path: string;
  readonly #options: RotatingFileOptions;
  readonly #now: () => number;
  #file: Deno.FsFile | undefined;
  /** The file that was opened, as it stood in its folder, and when it was last seen there. */
  #place: Deno.FileInfo | undefined;
  #seenAt = 0;
  #size = 0;
  /** The file ends in the middle of a line. */
  #torn = false;
  #lost = 0;
  #triedAt: number | undefined;

  constructor(path: string, options: RotatingFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#triedAt !== undefined && this.#now() - this.#triedAt < PAUSE_MS) {
      this.#lost += bytes.length;
      return bytes.length;
    }
    try {
      const written = await this.#append(bytes);
      this.#recovered();
      return written;
    } catch (error) {
      this.#failed(error as Error);
      this.#lost += bytes.length;
      return bytes.length;
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /**
   * Puts aside what is there and makes a file that is empty.
   *
   * @throws {Error} when that cannot be done, or a link or folder is in its place
   */
  async startAnew(): Promise<void> {
    const isThere = await Deno.lstat(this.#path).then(() => true, () => false);
    this.#file ??= await this.#open();
    if (isThere) await this.#rotate();
  }

  /** Writes as many whole lines as the file has room for, at least one. */
  async #append(bytes: Uint8Array): Promise<number> {
    if (!await this.#isInPlace()) {
      this.close();
      this.#torn = false;
    }
    let file = this.#file ??= await this.#open();
    let end = this.#room(bytes);
    if (end === 0) {
      file = await this.#rotate();
      end = this.#room(bytes);
    }
    if (this.#torn) await file.write(Uint8Array.of(NEWLINE));
    this.#torn = false;
    const written = await file.write(bytes.subarray(0, end));
    this.#size += written;
    this.#torn = bytes[written - 1] !== NEWLINE;
    return written;
  }

  /** Whether the open file still has its name, which is looked at every now and then. */
  async #isInPlace(): Promise<boolean> {
    const now = this.#now();
    if (this.#file === undefined || now - this.#seenAt < LOOK_MS) return true;
    this.#seenAt = now;
    const found = await Deno.lstat(this.#path).catch(() => undefined);
    return found !== undefined && found.ino === this.#place?.ino && found.dev === this.#place.dev;
  }

  /** Up to where `bytes` may go into this file; 0 when it is full. */
  #room(bytes: Uint8Array): number {
    const room = this.#options.maxBytes - this.#size;
    if (bytes.length <= room) return bytes.length;
    const whole = bytes.subarray(0, Math.max(room, 0)).lastIndexOf(NEWLINE) + 1;
    if (whole > 0 || this.#size > 0) return whole;
    return bytes.indexOf(NEWLINE) + 1 || bytes.length;
  }

  async #rotate(): Promise<Deno.FsFile> {
    this.close();
    const { aside: nameOf = (path, number) => `${path}.${number}` } = this.#options;
    const aside = (number: number) => number === 0 ? this.#path : nameOf(this.#path, number);
    for (let number = this.#options.keep; number > 0; number--) {
      try {
        await Deno.rename(aside(number - 1), aside(number));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    return this.#file = await this.#open();
  }

  async #open(): Promise<Deno.FsFile> {
    const slash = this.#path.lastIndexOf("/");
    const folder = this.#path.slice(0, slash);
    if (this.#options.privateFolder) preparePrivateFolder(folder);
    else if (slash > 0) await Deno.mkdir(folder, { recursive: true });
    const found = await Deno.lstat(this.#path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    });
    this.#size = found?.size ?? 0;
    this.#seenAt = this.#now();
    // Never through a link that is put there meanwhile: a new file is created or nothing is.
    if (found === undefined) {
      const file = await Deno.open(this.#path, { append: true, createNew: true, mode: 0o600 });
      this.#place = await Deno.lstat(this.#path).catch(() => undefined);
      return file;
    }
    this.#place = found;
    if (!found.isFile) throw new Error("it is a link or something else that is no plain file");
    const file = await Deno.open(this.#path, { append: true });
    const opened = await file.stat();
    if (opened.ino === found.ino && opened.dev === found.dev) return file;
    file.close();
    throw new Error("it was replaced while it was opened");
  }

  #failed({ message }: Error): void {
    this.close();
    const first = this.#triedAt === undefined;
    this.#triedAt = this.#now();
    if (first) this.#options.report(`Cannot write the log file "${this.#path}": ${message}`);
  }

  #recovered(): void {
    if (this.#triedAt === undefined) return;
    const lost = this.#lost;
    this.#triedAt = undefined;
    this.#lost = 0;
    this.#options.report(`The log file "${this.#path}" is written again; ${lost} bytes are lost`);
  }
}
