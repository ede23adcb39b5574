/**
 * What a package prints, in files of its own (contracts: AirDC++ 7).
 *
 * @module
 */

import { LineWriter } from "../line_writer.ts";
import { RotatingFile } from "../rotating_file.ts";

/** Settings of {@linkcode PackageLogs}. */
export interface PackageLogsOptions {
  /** Told when a file cannot be written, and when it can be again. */
  report: (message: string) => void;
  /** A file that would grow beyond is put aside. Default 5 MiB. */
  maxBytes?: number;
}

/** A file of a package's folder of logs, as the API shows it. */
export interface LogFileInfo {
  name: string;
  type: { id: "file"; content_type: string; str: string };
  /** Bytes. */
  size: number;
}

const MAX_BYTES = 5 << 20;
/** Of each file; the disk may be slow, and there may be hundreds. */
const WAITING_BYTES = 1 << 18;
const MOST_LISTED = 1000;

/** The two files of one run: what comes before is kept once, as `.old`. */
export class PackageLogs {
  readonly #files: ReadonlyMap<"stdout" | "stderr", { file: RotatingFile; writer: LineWriter }>;

  #closed = false;

  private constructor(folder: string, { report, maxBytes = MAX_BYTES }: PackageLogsOptions) {
    const options = { maxBytes, report, keep: 1, privateFolder: true, aside: oldOf };
    const log = (name: string) => {
      const file = new RotatingFile(`${folder}/${name}.log`, options);
      const note = (lines: number) => `... ${lines} lines left out: the disk is too slow\n`;
      return { file, writer: new LineWriter(file, { maxBytes: WAITING_BYTES, note }) };
    };
    this.#files = new Map([["stdout", log("output")], ["stderr", log("error")]] as const);
  }

  /**
   * Begins the files of a run: `output.log` and `error.log`, empty.
   *
   * @param folder made when it is missing; nobody else may look into it then
   * @throws {Error} when the files of the last run cannot be put aside, or links are in their place
   */
  static async start(folder: string, options: PackageLogsOptions): Promise<PackageLogs> {
    const logs = new PackageLogs(folder, options);
    try {
      for (const { file } of logs.#files.values()) await file.startAnew();
      return logs;
    } catch (error) {
      await logs.close(0);
      throw new Error(`Cannot begin the logs in "${folder}": ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  /**
   * Adds a line as it was printed. Never waits: what a slow disk does not take is counted and left out.
   *
   * @param text without secrets and without its newline
   */
  line(text: string, stream: "stdout" | "stderr"): void {
    if (this.#closed) return;
    this.#files.get(stream)!.writer.write(`${text}\n`);
  }

  /** Resolves when what waits is written, or after `deadlineMs`. */
  async flush(deadlineMs: number): Promise<void> {
    const logs = [...this.#files.values()];
    await Promise.all(logs.map(({ writer }) => writer.flush(deadlineMs)));
  }

  /** Writes what waits, for `deadlineMs` at most, and closes the files. Later lines are not written. */
  async close(deadlineMs: number): Promise<void> {
    this.#closed = true;
    await this.flush(deadlineMs);
    for (const { file } of this.#files.values()) file.close();
  }
}

/**
 * The logs in a folder, by name: `*.log`, also those that the package writes itself, but neither those
 * put aside nor links. Of more than 1,000 some are left out. Whatever a package has put in the place of
 * its folder, there are none in it then.
 */
export async function listLogs(folder: string): Promise<LogFileInfo[]> {
  const logs: LogFileInfo[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!/^[^.].*\.log$/.test(name)) continue;
      const info = await Deno.lstat(`${folder}/${name}`).catch(() => undefined);
      if (!info?.isFile) continue;
      logs.push({
        name,
        type: { id: "file", content_type: "", str: "log" },
        size: info.size,
      });
      if (logs.length === MOST_LISTED) break;
    }
  } catch {
    // Its package may have removed it, or locked it: that is no matter of those who list all of them.
  }
  return logs.sort((a, b) => a.name < b.name ? -1 : 1);
}

function oldOf(path: string): string {
  return `${path}.old`;
}
