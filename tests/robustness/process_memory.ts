/**
 * What the system says of another process.
 *
 * @module
 */

/** Resident memory in bytes. */
export function residentMemory(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** Open files and sockets. */
export function openFiles(pid: number): number {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
}

/** Looks again and again in the background; answers the most it saw. */
export function watchMemory(pid: number): { stop(): number } {
  let most = residentMemory(pid);
  const timer = setInterval(() => most = Math.max(most, residentMemory(pid)), 20);
  return {
    stop() {
      clearInterval(timer);
      return Math.max(most, residentMemory(pid));
    },
  };
}
