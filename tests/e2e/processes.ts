/**
 * Which processes there are, from `/proc`.
 *
 * @module
 */

/** Whether a process runs; one that has ended and was not waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    // The name stands in parentheses and may hold any character; the state follows it.
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** Ids of running processes that have an argument. */
export function processesWith(argument: string): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      if (words.includes(argument) && isRunning(Number(name))) found.push(Number(name));
    } catch {
      // It has just ended.
    }
  }
  return found;
}
