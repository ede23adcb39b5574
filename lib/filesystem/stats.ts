/**
 * What `filesystem.getStats` tells (contracts: Neutralino 6.6).
 *
 * @module
 */

import type { OperatingSystem } from "../process/shell.ts";

/** Size in bytes; times in Unix milliseconds, whole seconds. */
export interface FileStats {
  size: number;
  isFile: boolean;
  isDirectory: boolean;
  /** When the file was changed in any way; on Windows when it was made. */
  createdAt: number;
  modifiedAt: number;
}

/** A file's answer. */
export function fileStats(
  { size, isFile, isDirectory, mtime, ctime, birthtime }: Pick<
    Deno.FileInfo,
    "size" | "isFile" | "isDirectory" | "mtime" | "ctime" | "birthtime"
  >,
  os: OperatingSystem = Deno.build.os,
): FileStats {
  const createdAt = wholeSeconds(os === "windows" ? birthtime : ctime);
  return { size, isFile, isDirectory, createdAt, modifiedAt: wholeSeconds(mtime) };
}

function wholeSeconds(time: Date | null): number {
  return Math.floor((time?.getTime() ?? 0) / 1000) * 1000;
}
