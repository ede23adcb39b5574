/**
 * How much memory a process group holds.
 *
 * @module
 */

import type { CommandLine, OperatingSystem } from "./shell.ts";

/** Runs a program and gives what it printed; `undefined` when that fails. */
export type ReadOutput = (line: CommandLine) => Promise<string | undefined>;

/**
 * Resident memory of all members of a process group, in bytes.
 *
 * @param leader the group's leader
 * @returns `undefined` where the system does not tell
 */
export async function residentBytes(
  leader: number,
  { os = Deno.build.os, read = readOutput }: { os?: OperatingSystem; read?: ReadOutput } = {},
): Promise<number | undefined> {
  if (os === "windows") {
    const args = ["/fi", `PID eq ${leader}`, "/fo", "csv", "/nh"];
    return tasklistBytes(await read({ program: "tasklist", args }) ?? "");
  }
  const args = ["-A", "-o", "pgid=", "-o", "rss="];
  return groupBytes(await read({ program: "ps", args }) ?? "", leader);
}

/**
 * Sums up what `ps -A -o pgid= -o rss=` says of a group; it counts in units of 1024 bytes.
 *
 * @example
 * ```ts
 * import { groupBytes } from "./memory.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(groupBytes("    7  100\n   70    1\n    7   20\n", 7), 122_880);
 * ```
 */
export function groupBytes(text: string, group: number): number | undefined {
  const sizes = [...text.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)]
    .filter(([, id]) => Number(id) === group).map(([, , size]) => Number(size));
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0) * 1024;
}

/** The working set in a line of `tasklist`: `"node.exe","42","Console","1","12,345 K"`. */
export function tasklistBytes(text: string): number | undefined {
  const [, size] = /,"([\d.,\u00a0 ]+) K"\s*$/m.exec(text) ?? [];
  return size === undefined ? undefined : Number(size.replace(/\D/g, "")) * 1024;
}

async function readOutput({ program, args }: CommandLine): Promise<string | undefined> {
  try {
    const output = await new Deno.Command(program, { args, stdin: "null", stderr: "null" })
      .output();
    return output.success ? new TextDecoder().decode(output.stdout) : undefined;
  } catch {
    return undefined;
  }
}
