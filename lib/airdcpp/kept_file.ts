/**
 * A JSON file that survives a crash in the middle of writing (contracts: AirDC++ 8.7).
 *
 * @module
 */

import type { Log } from "../log.ts";

/** Settings of a {@linkcode KeptFile}. */
export interface KeptFileOptions {
  log: Log;
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
}

/**
 * A file for this user alone, written under another name first and then renamed. After each
 * successful load a copy `.bak` is made; when the file cannot be parsed it is renamed with
 * `.CORRUPTED_<time>` behind, and the copy is used.
 */
export class KeptFile {
  /** Where it is. Its folder must exist. */
  readonly path: string;
  readonly #log: Log;
  readonly #now: () => number;
  #next: (() => unknown) | undefined;
  #writing: Promise<void> | undefined;

  constructor(path: string, options: KeptFileOptions) {
    this.path = path;
    this.#log = options.log;
    this.#now = options.now ?? Date.now;
  }

  /**
   * Reads the file, or its copy.
   *
   * @param parse makes something of the JSON; what it throws counts as a broken file
   * @returns `undefined` when there is neither
   */
  async load<T>(parse: (json: unknown) => T): Promise<T | undefined> {
    const text = await this.#read(this.path);
    if (text !== undefined) {
      try {
        const value = parse(JSON.parse(text));
        await this.#replace(`${this.path}.bak`, text).catch((error: Error) =>
          // The disk is full, maybe: the file itself is as good as before.
          this.#log.warning(`Cannot copy "${this.path}": ${error.message}`)
        );
        return value;
      } catch (error) {
        const aside = `${this.path}.CORRUPTED_${Math.floor(this.#now() / 1000)}`;
        this.#log.error(
          `Cannot use "${this.path}", it is kept as "${aside}": ${(error as Error).message}`,
        );
        await Deno.rename(this.path, aside);
      }
    }
    const copy = await this.#read(`${this.path}.bak`);
    if (copy === undefined) return undefined;
    try {
      return parse(JSON.parse(copy));
    } catch (error) {
      this.#log.error(`Cannot use "${this.path}.bak" either: ${(error as Error).message}`);
      return undefined;
    }
  }

  /**
   * Writes the file soon. Of several calls in a row one write comes; it never fails, a failure is
   * logged, and the next call or {@linkcode KeptFile.flushed} tries again.
   *
   * @param content asked when it is written
   */
  save(content: () => unknown): void {
    this.#next = content;
    this.#write();
  }

  /**
   * Settles when everything saved has been written, or cannot be.
   *
   * @returns whether it has been written
   */
  async flushed(): Promise<boolean> {
    if (this.#next !== undefined) this.#write();
    while (this.#writing !== undefined) await this.#writing;
    return this.#next === undefined;
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
  }

  async #writeAll(): Promise<void> {
    await Promise.resolve();
    while (this.#next !== undefined) {
      const content = this.#next;
      this.#next = undefined;
      try {
        await this.#replace(this.path, JSON.stringify(content(), null, 2) + "\n");
      } catch (error) {
        this.#log.error(`Cannot write "${this.path}": ${(error as Error).message}`);
        if (this.#next !== undefined) continue;
        this.#next = content;
        return;
      }
    }
  }

  async #read(path: string): Promise<string | undefined> {
    try {
      return await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async #replace(path: string, text: string): Promise<void> {
    const partial = `${path}.${crypto.randomUUID()}.tmp`;
    try {
      await Deno.writeTextFile(partial, text, { createNew: true, mode: 0o600 });
      await Deno.rename(partial, path);
    } catch (error) {
      await Deno.remove(partial).catch(() => {});
      throw error;
    }
  }
}
