/**
 * The process groups a watchdog ends, in a small file that is true whenever it is read.
 *
 * @module
 */

/** A number and its line feed. A line never crosses a page, so that one write is taken whole or not. */
const LINE_BYTES = 8;
const FREE = " ".repeat(LINE_BYTES - 1) + "\n";

/** A file with one line for each group, some of them blank; written before each call returns. */
export class GroupList {
  /** Where the file was made, absolute. Whoever has it open may remove it. */
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  readonly #lines = new Map<number, number>();
  readonly #free: number[] = [];

  private constructor(path: string, pids: Iterable<number>) {
    this.path = path;
    this.#file = Deno.openSync(path, { write: true });
    try {
      for (const pid of pids) this.add(pid);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * A new file that only this user can read.
   *
   * @param folders tried in turn
   * @throws {Error} with the reason of each, when no folder can be used
   */
  static create(folders: readonly string[], pids: Iterable<number>): GroupList {
    const reasons: string[] = [];
    for (const dir of folders) {
      try {
        const path = Deno.makeTempFileSync({ dir, prefix: "outrigger-groups-" });
        // Whoever reads it may work in another folder.
        return new GroupList(Deno.realPathSync(path), pids);
      } catch (error) {
        reasons.push(`"${dir}": ${error instanceof Error ? error.message : error}`);
      }
    }
    throw new Error(`no folder can hold its list (${reasons.join("; ")})`);
  }

  /** @throws {Error} when the disk is full, for instance */
  add(pid: number): void {
    if (this.#lines.has(pid)) return;
    const line = this.#free.at(-1) ?? this.#lines.size;
    this.#write(line, `${pid}`.padEnd(LINE_BYTES - 1) + "\n");
    this.#free.pop();
    this.#lines.set(pid, line);
  }

  /** @throws {Error} when the file cannot be written */
  remove(pid: number): void {
    const line = this.#lines.get(pid);
    if (line === undefined) return;
    this.#write(line, FREE);
    this.#lines.delete(pid);
    this.#free.push(line);
  }

  /** Gives the file back, and its name if that is still there. */
  close(): void {
    this.#file.close();
    try {
      Deno.removeSync(this.path);
    } catch {
      // The reader has removed it.
    }
  }

  #write(line: number, text: string): void {
    this.#file.seekSync(line * LINE_BYTES, Deno.SeekMode.Start);
    this.#file.writeSync(this.#encoder.encode(text));
  }
}
