/**
 * A file of settings with a copy for when it breaks (contracts: AirDC++ 8.7).
 *
 * @module
 */

/** Settings of a {@linkcode SettingsFile}. */
export interface SettingsFileOptions {
  /** Told what people should know of: the file was broken, or cannot be written. */
  report: (message: string) => void;
  /** How long a change may wait to be written, milliseconds. Default 1000. */
  delayMs?: number;
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
}

/** Larger files were not written by a host. */
const MOST_BYTES = 8 << 20;
const VERSION = 1;

/**
 * `{"version": 1, "settings": {...}}`, readable by this user alone. Written under another name first,
 * so that nobody finds half of it, soon after a change, and at the end.
 */
export class SettingsFile {
  readonly #path: string;
  readonly #options: SettingsFileOptions;
  #pending: (() => object) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(path: string, options: SettingsFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * The settings of the file, and makes the copy `.bak` of them. A file that cannot be understood is
   * put aside as `.CORRUPTED_<time>`, and its copy read.
   *
   * @returns an empty map where there is no file
   * @throws {Error} when a file is there but cannot be read
   */
  async load(): Promise<Map<string, unknown>> {
    const text = await readBounded(this.#path);
    // Somebody who has removed it wants the defaults.
    if (text === undefined) return new Map();
    const found = parsed(text);
    if (found !== undefined) {
      await this.#write(`${this.#path}.bak`, text).catch((error) => this.#failed(error));
      return found;
    }
    const time = Math.floor((this.#options.now ?? Date.now)() / 1000);
    const aside = `${this.#path}.CORRUPTED_${time}`;
    await Deno.rename(this.#path, aside);
    const copy = await readBounded(`${this.#path}.bak`);
    const saved = copy === undefined ? undefined : parsed(copy);
    const instead = saved === undefined ? "defaults are used" : "its copy is used";
    this.#options.report(`The settings in "${this.#path}" are broken: ${instead}. See "${aside}"`);
    if (saved !== undefined) await this.#write(this.#path, copy!);
    return saved ?? new Map();
  }

  /** Writes soon what `settings` gives then. */
  saveSoon(settings: () => object): void {
    if (this.#closed) return;
    this.#pending = settings;
    this.#timer ??= setTimeout(() => this.#save(), this.#options.delayMs ?? 1000);
  }

  /** Writes what waits, and nothing more after that. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#save();
    await this.#writing;
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const settings = this.#pending;
    if (settings === undefined) return;
    this.#pending = undefined;
    this.#writing = this.#writing.then(async () => {
      const text = JSON.stringify({ version: VERSION, settings: settings() }, null, 2);
      try {
        await this.#write(this.#path, `${text}\n`);
      } catch (error) {
        this.#failed(error as Error);
        // Once more with the next change, or at the end.
        this.#pending ??= this.#closed ? undefined : settings;
      }
    });
  }

  async #write(path: string, text: string): Promise<void> {
    const partial = `${path}.${crypto.randomUUID()}`;
    try {
      await Deno.writeTextFile(partial, text, { createNew: true, mode: 0o600 });
      await Deno.rename(partial, path);
    } catch (error) {
      await Deno.remove(partial).catch(() => {});
      throw error;
    }
  }

  #failed({ message }: Error): void {
    this.#options.report(`Cannot save "${this.#path}": ${message}`);
  }
}

async function readBounded(path: string): Promise<string | undefined> {
  try {
    const { size, isFile } = await Deno.stat(path);
    if (!isFile) throw new Error(`"${path}" is no file`);
    return size > MOST_BYTES ? "" : await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function parsed(text: string): Map<string, unknown> | undefined {
  try {
    const { version, settings } = JSON.parse(text);
    const isObject = typeof settings === "object" && settings !== null && !Array.isArray(settings);
    return version === VERSION && isObject ? new Map(Object.entries(settings)) : undefined;
  } catch {
    return undefined;
  }
}
