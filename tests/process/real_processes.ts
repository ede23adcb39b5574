/**
 * Watching real processes from a test.
 *
 * @module
 */

import { assert } from "@std/assert";
import { livingGroupOf } from "../../lib/process/process_table.ts";
import { shellCommand } from "../../lib/process/shell.ts";
import { type ProcessGroup, spawnGroup } from "../../lib/process/process_group.ts";
import type { Log } from "../../lib/log.ts";

/** Polls until `condition` holds; fails with `what` after `ms` milliseconds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = 10_000,
): Promise<void> {
  const deadline = performance.now() + ms;
  while (!await condition()) {
    assert(performance.now() < deadline, `waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    return livingGroupOf(Deno.readTextFileSync(`/proc/${pid}/stat`)) !== undefined;
  } catch {
    return false;
  }
}

/** The members of a group that run. */
export function runningMembers(group: number): number[] {
  const members: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (livingGroupOf(Deno.readTextFileSync(`/proc/${name}/stat`)) === group) {
        members.push(Number(name));
      }
    } catch {
      // Ended meanwhile.
    }
  }
  return members;
}

/** Starts shell text in a group. */
export function spawnShell(
  command: string,
  stdin: "piped" | "null" = "null",
): ProcessGroup {
  return spawnGroup({ ...shellCommand(command), stdin });
}

/** Writes `text` and closes stdin. */
export async function feed(group: ProcessGroup, text: string): Promise<void> {
  const writer = group.stdin!.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
}

/** All of a stream as text. */
export function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text();
}

/** Bytes this test file holds. Not the process's: others run beside it. */
export function heldMemory(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** A log that remembers. */
export class RecordingLog implements Log {
  readonly records: string[] = [];
  debug = (message: string): void => void this.records.push(`DEBUG ${message}`);
  info = (message: string): void => void this.records.push(`INFO ${message}`);
  warning = (message: string): void => void this.records.push(`WARNING ${message}`);
  error = (message: string): void => void this.records.push(`ERROR ${message}`);
}

/** Runs `use` with a new folder that is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger test " });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
