/**
 * An app's files in a `resources.neu` archive (contracts: Neutralino 1.6, `bundle`).
 *
 * @module
 */

import {
  ASAR_PREFIX,
  type AsarDirectory,
  AsarFormatError,
  asarHeaderSize,
  type AsarNode,
  parseAsarTable,
} from "./asar.ts";
import { FileRange, readRange } from "./file_range.ts";
import { byName } from "./path.ts";
import type { ResourceFile, ResourceSource, ResourceStat } from "./source.ts";

/** What `resources.getStats` reports for a folder of an archive (section 6.11). */
const DIRECTORY_SIZE = 4096;

/** Holds the table in memory and reads contents by range, whatever the archive's size. */
export class BundleSource implements ResourceSource {
  readonly kind = "bundle";
  readonly root: string;
  readonly #table: AsarDirectory;
  readonly #modifiedAt: Date;

  private constructor(root: string, table: AsarDirectory, modifiedAt: Date) {
    this.root = root;
    this.#table = table;
    this.#modifiedAt = modifiedAt;
  }

  /**
   * Opens an archive and reads its table.
   *
   * @throws {Deno.errors.NotFound} when there is no such file
   * @throws {AsarFormatError} when it is no archive this host can read
   */
  static async open(path: string): Promise<BundleSource> {
    // Looked at before opening: opening a named pipe would wait for its writer. Most apps have none, and
    // to be told so by another thread takes a good part of a millisecond of each start.
    if (!Deno.statSync(path).isFile) throw new AsarFormatError("it is no regular file");
    using file = await Deno.open(path);
    const { size, mtime } = await file.stat();
    const headerSize = asarHeaderSize(await readRange(file, 0, ASAR_PREFIX), size);
    const json = await readRange(file, ASAR_PREFIX, headerSize - 8);
    return new BundleSource(path, parseAsarTable(json, headerSize, size), mtime ?? new Date(0));
  }

  stat(path: string): Promise<ResourceStat | undefined> {
    const node = this.#find(path);
    if (node === undefined) return Promise.resolve(undefined);
    const isFile = node.kind === "file";
    return Promise.resolve({
      size: isFile ? node.size : DIRECTORY_SIZE,
      isFile,
      isDirectory: !isFile,
      modifiedAt: this.#modifiedAt,
    });
  }

  async open(path: string): Promise<ResourceFile | undefined> {
    const node = this.#find(path);
    if (node?.kind !== "file") return undefined;
    try {
      // One handle a reader: readers at different places must not move each other.
      const { offset, size } = node;
      return new FileRange(await Deno.open(this.root), {
        offset,
        size,
        modifiedAt: this.#modifiedAt,
      });
    } catch {
      return undefined;
    }
  }

  list(path: string): Promise<string[]> {
    const found: string[] = [];
    const node = this.#find(path);
    if (node?.kind === "directory") {
      const folder = path.split("/").filter(Boolean).map((segment) => `/${segment}`).join("");
      collect(node, folder, found);
    }
    return Promise.resolve(found);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** Names are looked up as they are, `..` included: there is no way out of a table. */
  #find(path: string): AsarNode | undefined {
    let node: AsarNode | undefined = this.#table;
    for (const segment of path.split("/")) {
      if (segment === "") continue;
      if (node?.kind !== "directory") return undefined;
      node = node.entries.get(segment);
    }
    return node;
  }
}

function collect(directory: AsarDirectory, folder: string, found: string[]): void {
  for (const [name, node] of [...directory.entries].sort(([a], [b]) => byName(a, b))) {
    const path = `${folder}/${name}`;
    found.push(path);
    if (node.kind === "directory") collect(node, path, found);
  }
}
