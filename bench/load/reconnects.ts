/**
 * Connects, calls, closes, over and over, and watches the server's memory.
 *
 * @module
 */

import { residentMB } from "../proc.ts";
import { textFrame } from "./frames.ts";
import { byteLength, runJob, sleep, soon } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

/** Clients that do so at the same time. */
const AT_ONCE = 16;
/** How long the server has to come to rest before its memory is read, milliseconds. */
const REST_MS = 100;

export interface ReconnectsJob {
  endpoint: Endpoint;
  serverPid: number;
  request: string;
  /** What the answer to the request contains. */
  answer: string;
  /** Memory is read after each so many. */
  step: number;
  steps: number;
}

export interface ReconnectsResult {
  /** Resident memory before the first and after each step. */
  curveMB: number[];
  ms: number;
}

if (import.meta.main) await runJob<ReconnectsJob>(run);

async function run(job: ReconnectsJob): Promise<ReconnectsResult> {
  const start = performance.now();
  const frame = textFrame(job.request);
  const curveMB = [residentMB(job.serverPid)];
  for (let step = 0; step < job.steps; step++) {
    let left = job.step;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await soon(once(job, frame), "end of a connection");
    }));
    await sleep(REST_MS);
    curveMB.push(residentMB(job.serverPid));
  }
  return { curveMB, ms: performance.now() - start };
}

async function once({ endpoint, answer }: ReconnectsJob, frame: Uint8Array): Promise<void> {
  const socket = await RawSocket.connect(endpoint, Math.max(8192, byteLength(answer)));
  await socket.write(frame);
  while (!(await socket.message()).includes(answer));
  await socket.leave();
}
