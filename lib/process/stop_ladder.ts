/**
 * Stopping a process group: by itself, by SIGTERM, by SIGKILL
 * (contracts: Neutralino 4.3, the fix of "left running"; security row 16).
 *
 * @module
 */

import { type Clock, settlesWithin, systemClock } from "./clock.ts";
import type { ProcessGroup } from "./process_group.ts";

/** How a group came to its end. */
export type GroupEnd = "exited" | "terminated" | "killed";

/** How patient `stopGroup` is, in milliseconds. */
export interface StopOptions {
  /** Time to end by itself, after its stdin or socket was closed. Default 2000. */
  graceMs?: number;
  /** Time after SIGTERM. Default 3000. */
  termMs?: number;
  /** Time after SIGKILL; only a process stuck in the kernel needs it. Default 1000. */
  killMs?: number;
  clock?: Clock;
}

const FIRST_POLL_MS = 5;
const LONGEST_POLL_MS = 100;

/**
 * Sees to it that every member of the group ends. Takes at most the sum of the three times, and
 * does not wait for pipes: a process that has left the group may hold them for ever.
 *
 * @returns which step it took
 */
export async function stopGroup(
  group: Pick<ProcessGroup, "status" | "signal" | "alive" | "kill">,
  { graceMs = 2000, termMs = 3000, killMs = 1000, clock = systemClock }: StopOptions = {},
): Promise<GroupEnd> {
  if (await endsWithin(group, graceMs, clock)) return "exited";
  group.signal("SIGTERM");
  if (await endsWithin(group, termMs, clock)) return "terminated";
  group.kill();
  await endsWithin(group, killMs, clock);
  return "killed";
}

async function endsWithin(
  group: Pick<ProcessGroup, "status" | "alive">,
  ms: number,
  clock: Clock,
): Promise<boolean> {
  const deadline = clock.now() + ms;
  if (!await settlesWithin(group.status, ms, clock)) return false;
  // The leader is reported to us; its descendants can only be asked for.
  for (let wait = FIRST_POLL_MS; await group.alive(); wait = Math.min(wait * 2, LONGEST_POLL_MS)) {
    const left = deadline - clock.now();
    if (left <= 0) return false;
    await new Promise<void>((resolve) => clock.after(Math.min(wait, left), resolve));
  }
  return true;
}
