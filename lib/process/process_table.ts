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
  let stats: readonly string[];
  try {
    stats = await readStats();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) return undefined;
    stats = await readStatsAside();
  }
  const groups = new Set<number>();
  for (const stat of stats) {
    const group = livingGroupOf(stat);
    if (group !== undefined) groups.add(group);
  }
  // There is always one group: ours.
  return groups.size === 0 ? undefined : groups;
}

/** `/proc/<pid>/stat` of every process; empty for one that has ended meanwhile. */
export async function readStats(): Promise<string[]> {
  const pids: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (/^\d+$/.test(name)) pids.push(name);
  }
  return await Promise.all(
    pids.map((pid) =>
      Deno.readTextFile(`/proc/${pid}/stat`).catch((error) => {
        if (error instanceof Deno.errors.NotCapable) throw error;
        // A process that ends while we read is simply not there.
        return "";
      })
    ),
  );
}

/**
 * For the executable, which has the permissions it needs and not all: without `--allow-all` the
 * runtime refuses `/proc`, and 2.6 refuses the files only, as if no process were there. A shell
 * may read them. Names of programs hold no line feed there, the kernel escapes it.
 */
async function readStatsAside(): Promise<string[]> {
  try {
    const { stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", "cat /proc/[0-9]*/stat"],
      stdin: "null",
      stderr: "null",
    }).output();
    return new TextDecoder().decode(stdout).split("\n");
  } catch {
    return [];
  }
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
