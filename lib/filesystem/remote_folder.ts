/**
 * Whether a folder lies on another machine, whose changes nobody here is told of.
 *
 * @module
 */

import type { OperatingSystem } from "../process/shell.ts";

/** Linux's numbers for file systems of other machines (statfs(2), linux/magic.h). */
const REMOTE_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x564c, // NCP
  0x5346414f, // AFS
  0x6b414653, // kAFS
  0x73757245, // Coda
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
]);

/**
 * Whether a folder is remote. Known for Linux, and on Windows for paths that name a server;
 * elsewhere every folder counts as local.
 *
 * @param options.typeOf the number of the file system at a path; default asks the kernel
 */
export async function isRemoteFolder(
  path: string,
  { os = Deno.build.os, typeOf = fileSystemType }: {
    os?: OperatingSystem;
    typeOf?: (path: string) => Promise<number>;
  } = {},
): Promise<boolean> {
  if (os === "windows") return /^[\\/]{2}[^\\/?.]/.test(path);
  if (os !== "linux") return false;
  try {
    // A number of 32 bits, which some report as negative.
    return REMOTE_TYPES.has(await typeOf(path) >>> 0);
  } catch {
    return false;
  }
}

async function fileSystemType(path: string): Promise<number> {
  // Loaded here: it costs more than all the rest of a first watcher.
  const { statfs } = await import("node:fs/promises");
  return (await statfs(path)).type;
}
