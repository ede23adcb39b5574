/**
 * How an operating system lets us signal a process with all its descendants, and ask whether any
 * is left.
 *
 * @module
 */

import { ProcessTable } from "./process_table.ts";
import type { CommandLine, OperatingSystem } from "./shell.ts";

/** Signals and questions to a whole process group; `pid` is the leader's. */
export interface GroupControl {
  /** Whether anybody got the signal. */
  signal(pid: number, signal: Deno.Signal): boolean;
  /** Cheap and at once; may count processes that have ended but were never reaped. */
  exists(pid: number): boolean;
  /** Whether a member is left that really runs. */
  living(pid: number): Promise<boolean>;
}

/** Starts a program nobody waits for; false if it cannot be started. */
export type Run = (line: CommandLine) => boolean;

/** The control for an operating system; `run` stands in for `taskkill` in tests. */
export function groupControl(
  os: OperatingSystem,
  { run = runAside, table = PROC }: { run?: Run; table?: ProcessTable } = {},
): GroupControl {
  return os === "windows" ? windowsControl(run) : posixControl(table);
}

// Holds nothing but the pass that is under way, which is true for everybody who asks.
const PROC = new ProcessTable();

function posixControl(table: ProcessTable): GroupControl {
  const exists = (pid: number): boolean => {
    try {
      // Signal 0 asks and does nothing. Deno takes the number; older type declarations do not.
      Deno.kill(-pid, 0 as unknown as Deno.Signal);
      return true;
    } catch (error) {
      // A member that runs as somebody else is a member.
      return error instanceof Deno.errors.PermissionDenied;
    }
  };
  return {
    signal(pid, signal) {
      try {
        Deno.kill(-pid, signal);
        return true;
      } catch (error) {
        if (
          error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied
        ) return false;
        throw error;
      }
    },
    exists,
    async living(pid) {
      if (!exists(pid)) return false;
      // Where process 1 reaps no orphans (small containers) a zombie answers signal 0 for ever.
      // Two passes, because a member that forks and exits during one can slip through it.
      for (let pass = 0; pass < 2; pass++) {
        const groups = await table.livingGroups();
        if (groups === undefined || groups.has(pid)) return true;
      }
      return false;
    },
  };
}

// Windows has no process groups in this sense: /T walks the tree of the leader while it is there.
// It has no polite signal for console programs either, so every signal ends the tree.
function windowsControl(run: Run): GroupControl {
  return {
    signal: (pid) => run({ program: "taskkill", args: ["/T", "/F", "/PID", String(pid)] }),
    exists: () => false,
    living: () => Promise.resolve(false),
  };
}

function runAside({ program, args }: CommandLine): boolean {
  try {
    const child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
    return true;
  } catch {
    return false;
  }
}
