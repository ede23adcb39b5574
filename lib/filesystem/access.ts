/**
 * Who may use a file, and whose it is (contracts: Neutralino 6.7).
 *
 * @module
 */

import type { OperatingSystem } from "../process/shell.ts";
import { absolutePath } from "./paths.ts";
import { combinedMode } from "./permissions.ts";

/** What differs between operating systems. */
export interface AccessOptions {
  os?: OperatingSystem;
  /** Whether a program with these arguments ends well. */
  succeeds?: (program: string, args: string[]) => Promise<boolean>;
}

/** Bits of access(2) and how test(1) calls them. */
const QUESTIONS: readonly (readonly [bit: number, flag: string])[] = [[4, "-r"], [2, "-w"], [
  1,
  "-x",
]];
const ALL_QUESTIONS = 7;
const LARGEST_ID = 0xffff_fffe;

/**
 * access(2): whether this process may use a path, links followed.
 *
 * The runtime has no such call, and the permission bits alone do not tell: the superuser, access
 * lists and file systems without writing have rules of their own. So test(1) is asked, but for mere
 * existence. On Windows a file can be written that can be opened for writing; everything that
 * exists can be read and executed.
 *
 * @param mode 0 exists, 1 execute, 2 write, 4 read, or several of them
 */
export async function mayAccess(
  path: string,
  mode: number,
  { os = Deno.build.os, succeeds = endsWell }: AccessOptions = {},
): Promise<boolean> {
  if (mode < 0 || mode > ALL_QUESTIONS) return false;
  try {
    const { isDirectory } = await Deno.stat(path);
    if (os === "windows") {
      if ((mode & 2) !== 0 && !isDirectory) (await Deno.open(path, { write: true })).close();
      return true;
    }
  } catch {
    return false;
  }
  for (const [bit, flag] of QUESTIONS) {
    if ((mode & bit) !== 0 && !await succeeds("test", [flag, absolutePath(path)])) return false;
  }
  return true;
}

async function endsWell(program: string, args: string[]): Promise<boolean> {
  const command = new Deno.Command(program, {
    args,
    // That of the host may be gone.
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  return (await command.output()).success;
}

/** Sets the permission bits of a path to `mask`, or adds or removes them. */
export async function changePermissions(path: string, mask: number, how: string): Promise<void> {
  const { mode } = await Deno.stat(path);
  await Deno.chmod(path, combinedMode(mode ?? 0, mask, how));
}

/**
 * chown(2). Windows has no such owners; there it does nothing.
 *
 * @param uid user id; -1 leaves it as it is
 * @param gid group id; likewise
 * @throws {RangeError} for a number that is no id
 */
export async function changeOwner(
  path: string,
  { uid, gid, os = Deno.build.os }: { uid: number; gid: number; os?: OperatingSystem },
): Promise<void> {
  if (os === "windows") return;
  await Deno.chown(path, idOrSame(uid), idOrSame(gid));
}

function idOrSame(id: number): number | null {
  if (id === -1) return null;
  // The runtime would take the rest of a division for it: 2^32 would be the superuser.
  if (!Number.isInteger(id) || id < 0 || id > LARGEST_ID) throw new RangeError(`${id} is no id`);
  return id;
}
