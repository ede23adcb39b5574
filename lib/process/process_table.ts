/**
 * Which process groups have a living member, from Linux's `/proc`.
 *
 * @module
 */

/**
 * Reads `/proc`. Calls that overlap share one pass, so that two hundred groups being stopped at
 * once cost one pass a poll and not two hundred.
 */
export class ProcessTable {
  #pass: Promise<ReadonlySet<number> | undefined> | undefined;

  /** The group ids with a member that is not a zombie; undefined where there is no `/proc`. */
  livingGroups(): Promise<ReadonlySet<number> | undefined> {
    this.#pass ??= readGroups().finally(() => this.#pass = undefined);
    return this.#pass;
  }
}

async function readGroups(): Promise<ReadonlySet<number> | undefined> {
  const pids: string[] = [];
  try {
    for await (const entry of Deno.readDir("/proc")) {
      if (/^\d+$/.test(entry.name)) pids.push(entry.name);
    }
  } catch {
    return undefined;
  }
  if (pids.length === 0) return undefined;
  const stats = await Promise.all(
    // A process that ends while we read is simply not there.
    pids.map((pid) => Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "")),
  );
  const groups = new Set<number>();
  for (const stat of stats) {
    const group = livingGroupOf(stat);
    if (group !== undefined) groups.add(group);
  }
  return groups;
}

/**
 * The group id in one `/proc/<pid>/stat`, undefined for a process that is a zombie or dead.
 * The name of the program stands in parentheses and may itself hold spaces and parentheses.
 */
export function livingGroupOf(stat: string): number | undefined {
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ", 3);
  if (state === undefined || group === undefined || state === "Z" || state === "X") {
    return undefined;
  }
  return Number(group);
}
