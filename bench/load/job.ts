/**
 * What load generators have in common: they are processes of their own.
 *
 * @module
 */

import { type CpuTime, cpuTime } from "../proc.ts";

/** How busy processes were while something was measured; 1 is one processor. */
export interface Busy {
  /** The server's main thread, where its JavaScript runs. */
  server: number;
  /** Processor time of the whole server, milliseconds. */
  serverCpuMs: number;
  /** The load generator's main thread. Near 1 it may have been the limit. */
  generator: number;
}

/** Runs a generator: parameters come as JSON in the only argument, the result goes to stdout. */
export async function runJob<P>(job: (parameters: P) => Promise<object>): Promise<never> {
  const result = await job(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}

/** Watches who works between its making and `stop()`. */
export class Watch {
  readonly #pid: number;
  readonly #server: CpuTime;
  readonly #self: CpuTime;
  readonly #start = performance.now();

  constructor(serverPid: number) {
    this.#pid = serverPid;
    this.#server = cpuTime(serverPid);
    this.#self = cpuTime(Deno.pid);
  }

  stop(): Busy & { ms: number } {
    const ms = performance.now() - this.#start;
    const server = cpuTime(this.#pid);
    return {
      ms,
      server: (server.main - this.#server.main) / ms,
      serverCpuMs: server.all - this.#server.all,
      generator: (cpuTime(Deno.pid).main - this.#self.main) / ms,
    };
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Waits for something that should take moments.
 *
 * @throws {Error} after 10 s
 */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no ${what} in 10 s`)), 10_000);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Length in bytes as the wire has it. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Waits for an event of a name and returns its length on the wire. */
export async function eventLength(
  socket: { message(): Promise<string> },
  expected: { event: string; data: unknown },
): Promise<number> {
  for (;;) {
    const text = await socket.message();
    const message = JSON.parse(text);
    if (message.event !== expected.event) continue;
    if (JSON.stringify(message.data) !== JSON.stringify(expected.data)) {
      throw new Error(`the event came with other data: ${text.slice(0, 100)}`);
    }
    return byteLength(text);
  }
}
