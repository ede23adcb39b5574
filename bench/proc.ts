/**
 * What Linux says of a process: memory and processor time.
 *
 * @module
 */

/** Length of the kernel's clock tick for user space, milliseconds. */
const TICK_MS = 10;

/** Processor time used so far, milliseconds. */
export interface CpuTime {
  main: number;
  all: number;
}

/** Processor time of a process and of its main thread alone; zeros where there is no `/proc`. */
export function cpuTime(pid: number): CpuTime {
  return {
    main: ticks(`/proc/${pid}/task/${pid}/stat`) * TICK_MS,
    all: ticks(`/proc/${pid}/stat`) * TICK_MS,
  };
}

/**
 * Resident memory in MB of 1,000,000 bytes.
 *
 * @throws {Error} where the system does not tell
 */
export function residentMB(pid: number): number {
  return memoryMB(pid, "VmRSS");
}

/** The most that it has ever been. */
export function peakMB(pid: number): number {
  return memoryMB(pid, "VmHWM");
}

function memoryMB(pid: number, key: string): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(new RegExp(`^${key}:\\s*(\\d+) kB`, "m").exec(status)![1]) * 1024 / 1e6;
}

function ticks(path: string): number {
  try {
    // The name in parentheses may hold anything; user and system time are the 12th and 13th behind it.
    const stat = Deno.readTextFileSync(path);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
