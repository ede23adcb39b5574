/**
 * The files that pages read in blocks (contracts: Neutralino 6.8).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import { FileStream, type StreamInfo } from "./file_stream.ts";

/** Settings of {@linkcode FileStreams}. */
export interface FileStreamsOptions {
  hub: Hub;
  log: Log;
  /** Most files that may be open at once. Default 1024. */
  maxOpen?: number;
}

const METHOD = "filesystem.openFile";
const MAX_OPEN = 1024;

/** The open files of one host, by ids that count from 0 and never come twice. */
export class FileStreams implements AsyncDisposable {
  readonly #options: FileStreamsOptions;
  readonly #maxOpen: number;
  readonly #streams = new Map<number, FileStream>();
  #nextId = 0;
  #opening = 0;
  #disposed = false;

  constructor(options: FileStreamsOptions) {
    this.#options = options;
    this.#maxOpen = options.maxOpen ?? MAX_OPEN;
  }

  /**
   * Opens a file for reading.
   *
   * @returns the stream's id
   * @throws {HostError} `NE_FS_FILOPER` for what is no file that can be read: missing, a folder, a
   *   pipe or a device (which could be waited for without end), or one file too many
   */
  async open(path: string): Promise<number> {
    if (this.#streams.size + this.#opening >= this.#maxOpen) {
      this.#options.log.warning(
        `Cannot open "${path}" as a stream: ${this.#maxOpen} are open, which is the limit`,
      );
      throw new HostError("NE_FS_FILOPER", path);
    }
    this.#opening++;
    try {
      const file = await openRegular(path);
      if (file === undefined || this.#disposed) {
        file?.close();
        throw new HostError("NE_FS_FILOPER", path);
      }
      const { hub } = this.#options;
      const id = this.#nextId++;
      const stream = new FileStream(file, {
        put: (output) => hub.publish("openedFile", { id, ...output }, METHOD),
        caughtUp: () => hub.caughtUp(METHOD),
      });
      this.#streams.set(id, stream);
      return id;
    } finally {
      this.#opening--;
    }
  }

  /**
   * Does what a page asks of a stream; all that is read is published when it settles.
   *
   * @param event `read`, `readBinary`, `readAll`, `readAllBinary`, `seek` or `close`
   * @param data bytes of a block, 256 when absent or less than 1; or the position to go to
   * @throws {HostError} `NE_FS_UNLTOUP` for another event, an id that is not open, a position
   *   that no file can have, or a file that cannot be read any more
   */
  async update(id: number, event: string, data: number | undefined): Promise<void> {
    const stream = this.#streams.get(id);
    if (stream === undefined) throw new HostError("NE_FS_UNLTOUP", String(id));
    const size = data ?? 0;
    try {
      switch (event) {
        case "read":
          return await stream.read({ size, binary: false, all: false });
        case "readBinary":
          return await stream.read({ size, binary: true, all: false });
        case "readAll":
          return await stream.read({ size, binary: false, all: true });
        case "readAllBinary":
          return await stream.read({ size, binary: true, all: true });
        case "seek":
          return await stream.seek(data ?? 0);
        case "close":
          this.#streams.delete(id);
          return await stream.close();
      }
    } catch (error) {
      this.#options.log.warning(`Stream ${id}: ${event} failed: ${(error as Error).message}`);
    }
    throw new HostError("NE_FS_UNLTOUP", String(id));
  }

  /**
   * Where a stream stands.
   *
   * @throws {HostError} `NE_FS_UNLTFOP` for an id that is not open
   */
  async info(id: number): Promise<{ id: number } & StreamInfo> {
    const stream = this.#streams.get(id);
    if (stream === undefined) throw new HostError("NE_FS_UNLTFOP", String(id));
    return { id, ...await stream.info() };
  }

  /** Closes all files, in the middle of a read too. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    await Promise.all(streams.map((stream) => stream.close(0)));
  }
}

/** Opening a pipe would wait for its writer, on a thread that others need. */
async function openRegular(path: string): Promise<Deno.FsFile | undefined> {
  try {
    if (!(await Deno.stat(path)).isFile) return undefined;
    return await Deno.open(path);
  } catch {
    return undefined;
  }
}
