/**
 * Writing many files as they come.
 *
 * @module
 */

/** A piece of work of a {@linkcode FileWriter}; paths are relative to its folder. */
export type WriteJob =
  /** Make a folder, whose parent is made before. */
  | { folder: string }
  /** Write a whole file. */
  | { file: string; mode: number; bytes: Uint8Array }
  /** Create a file that gets its bytes piece by piece. */
  | { create: string; mode: number }
  /** Append to the file created last. */
  | { append: Uint8Array }
  /** The file created last is whole. */
  | { close: true };

/** Of the runtime's 32 threads for files, so many at most are busy here. */
const WIDTH = 16;

/**
 * Writes files below a folder that was empty: each is created, none is replaced, no link is followed.
 * Whole files are written several at a time.
 */
export class FileWriter {
  readonly #folder: string;
  readonly #running = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];
  #open: Deno.FsFile | undefined;

  /** @param folder is there, and empty */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Does one thing, or begins it where others may run beside it.
   *
   * @throws {Error} what has failed, be it before
   */
  async do(job: WriteJob): Promise<void> {
    if (this.#failures.length > 0) throw this.#failures[0];
    if ("folder" in job) {
      await Deno.mkdir(`${this.#folder}/${job.folder}`, { mode: 0o755 });
    } else if ("file" in job) {
      if (this.#running.size >= WIDTH) await Promise.race(this.#running);
      this.#begin(job);
    } else if ("create" in job) {
      const { create, mode } = job;
      const path = `${this.#folder}/${create}`;
      this.#open = await Deno.open(path, { write: true, createNew: true, mode });
    } else if ("append" in job) {
      const { append } = job;
      for (let at = 0; at < append.length;) at += await this.#open!.write(append.subarray(at));
    } else {
      this.#open?.close();
      this.#open = undefined;
    }
  }

  /**
   * Waits until nothing is being written any more.
   *
   * @throws {Error} what has failed
   */
  async finish(): Promise<void> {
    await this.stop();
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** The same after a failure elsewhere: what fails now does not matter. */
  async stop(): Promise<void> {
    this.#open?.close();
    this.#open = undefined;
    await Promise.all(this.#running);
  }

  #begin({ file, mode, bytes }: Extract<WriteJob, { file: string }>): void {
    const running = Deno.writeFile(`${this.#folder}/${file}`, bytes, { createNew: true, mode })
      .catch((error) => void this.#failures.push(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}
