/**
 * Files read and written as a whole (contracts: Neutralino 6.5).
 *
 * @module
 */

import { type FileContent, readFile, type Slice } from "./read_file.ts";
import { SeenFiles } from "./seen_files.ts";
import { writeBytes, writeText } from "./write_file.ts";

/** The files of one host. */
export class WholeFiles {
  readonly #seen = new SeenFiles();

  /** See {@linkcode readFile}. */
  read(path: string, slice: Slice): Promise<FileContent> {
    return readFile(path, slice, this.#seen);
  }

  /** See {@linkcode writeText}. */
  write(path: string, data: string | Uint8Array, { append }: { append: boolean }): Promise<void> {
    const options = { append, seen: this.#seen };
    return typeof data === "string"
      ? writeText(path, data, options)
      : writeBytes(path, data, options);
  }

  /** Something was moved, copied or removed. */
  forget(): void {
    this.#seen.clear();
  }
}
