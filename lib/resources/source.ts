/**
 * Where an app's files come from: a folder or a `resources.neu` archive (contracts: Neutralino 1.6).
 *
 * @module
 */

import type { SecretFolders } from "../filesystem/secret_folders.ts";

/** What a source says of one path. */
export interface ResourceStat {
  /** Bytes; 4096 for a directory of an archive (section 6.11). */
  size: number;
  isFile: boolean;
  isDirectory: boolean;
  /** Last change; for an archive's entries that of the archive. */
  modifiedAt: Date;
}

/** An opened resource. Whoever opened it reads it to the end or closes it. */
export interface ResourceFile extends ResourceStat {
  /** Its path in the source with links resolved; absent where a source has no links. */
  readonly realPath?: string | undefined;
  /**
   * Its bytes from `start` (inclusive) to `end` (exclusive), streamed; the whole by default.
   * Closes the file at the end, on cancel and on error. To be called at most once.
   */
  stream(start?: number, end?: number): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The whole content. Closes the file. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  close(): void;
}

/** A read-only tree of files. Paths are `/`-rooted, with a missing first slash added. */
export interface ResourceSource extends AsyncDisposable {
  /** `NL_RESMODE`. */
  readonly kind: "embedded" | "bundle" | "directory";
  /** The path on disk of the folder or the archive. */
  readonly root: string;
  /** @returns `undefined` when nothing is there or the path would leave the root */
  stat(path: string): Promise<ResourceStat | undefined>;
  /** @returns `undefined` when there is no such regular file or the path would leave the root */
  open(path: string): Promise<ResourceFile | undefined>;
  /** Every file and directory below `path`, directories before their children, siblings in order. */
  list(path: string): Promise<string[]>;
  /** From now on nothing in these folders is there. Absent: the source has no such folders. */
  hide?(folders: SecretFolders): void;
}
