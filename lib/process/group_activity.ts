/**
 * What the members of a process group are doing right now, from Linux's `/proc`.
 *
 * @module
 */

import { livingGroupOf, readStats } from "./process_table.ts";

/** What can be seen of a group; everything empty where there is no `/proc`. */
export interface GroupActivity {
  /** Names of members that wait for something on their stdin. */
  waitingForInput: string[];
  /** Ports of this machine that members are connected or connecting to. */
  localPorts: number[];
}

/** `read` in the kernel's table of system calls. */
const READ = new Map([["x86_64", "0"], ["aarch64", "63"]]);

/**
 * Looks at the members of a group.
 *
 * @param leader the group's leader
 */
export async function groupActivity(leader: number): Promise<GroupActivity> {
  const activity: GroupActivity = { waitingForInput: [], localPorts: [] };
  if (Deno.build.os !== "linux") return activity;
  const sockets = new Set<string>();
  for (const stat of await readStats()) {
    if (livingGroupOf(stat) !== leader) continue;
    const pid = stat.slice(0, stat.indexOf(" "));
    const files = await openFiles(pid);
    if (await waits(pid, files)) {
      activity.waitingForInput.push(stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")));
    }
    for (const target of files.values()) {
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode !== undefined) sockets.add(inode);
    }
  }
  if (sockets.size > 0) {
    const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(read));
    activity.localPorts = loopbackTargets(tables.join("\n"), sockets);
  }
  return activity;
}

/**
 * The remote ports of loopback connections that stand or are being made.
 *
 * @param table `/proc/net/tcp` and its like
 * @param inodes whose sockets
 *
 * @example
 * ```ts
 * import { loopbackTargets } from "./group_activity.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const row = "0: 0100007F:A1B2 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 0 0 77 1";
 * assertEquals(loopbackTargets(row, new Set(["77"])), [8080]);
 * assertEquals(loopbackTargets(row, new Set(["78"])), []);
 * ```
 */
export function loopbackTargets(table: string, inodes: ReadonlySet<string>): number[] {
  const ports = new Set<number>();
  for (const line of table.split("\n")) {
    const [, , remote = "", state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const [address = "", port = ""] = remote.split(":");
    const standing = state === "01" || state === "02";
    if (standing && inodes.has(inode) && isLoopback(address)) ports.add(parseInt(port, 16));
  }
  return [...ports];
}

/** As the kernel writes addresses: words of four bytes, the lowest byte first. */
function isLoopback(address: string): boolean {
  return /^(?:0{16}(?:FFFF0000|0000FFFF))?[0-9A-F]{6}7F$/i.test(address) ||
    /^0{24}01000000$/.test(address);
}

/** Blocked in a read from stdin, or asking for news of it by epoll; perhaps under another number. */
async function waits(pid: string, files: ReadonlyMap<string, string>): Promise<boolean> {
  const stdin = files.get("0");
  if (stdin === undefined || stdin === "/dev/null") return false;
  const isStdin = (fd: number) => files.get(String(fd)) === stdin;
  for (const [fd, target] of files) {
    if (target !== "anon_inode:[eventpoll]") continue;
    const watched = (await read(`/proc/${pid}/fdinfo/${fd}`)).matchAll(/^tfd:\s+(\d+)\s/gm);
    for (const [, number] of watched) if (isStdin(Number(number))) return true;
  }
  const number = READ.get(Deno.build.arch);
  for (const thread of await names(`/proc/${pid}/task`)) {
    const [call, first] = (await read(`/proc/${pid}/task/${thread}/syscall`)).split(" ");
    if (call === number && isStdin(Number(first))) return true;
  }
  return false;
}

async function openFiles(pid: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const fd of await names(`/proc/${pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${pid}/fd/${fd}`).catch(() => undefined);
    if (target !== undefined) files.set(fd, target);
  }
  return files;
}

async function names(folder: string): Promise<string[]> {
  try {
    const found: string[] = [];
    for await (const { name } of Deno.readDir(folder)) found.push(name);
    return found;
  } catch {
    return [];
  }
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(path).catch(() => "");
}
