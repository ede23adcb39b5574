/**
 * How long quick calls wait while one client has the host do something large or slow.
 *
 * @module
 */

import { textFrame } from "./frames.ts";
import { byteLength, runJob, soon } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

export interface WaitsJob {
  endpoint: Endpoint;
  /** What takes long. */
  slow: string;
  /** Bytes that the slow call's answer has at least. */
  slowBytes: number;
  quick: string;
}

export interface WaitsResult {
  /** Longest and median wait of a quick call while the slow one was under way, milliseconds. */
  longestMs: number;
  medianMs: number;
  /** How long the slow call took. */
  slowMs: number;
}

if (import.meta.main) await runJob<WaitsJob>(run);

async function run(job: WaitsJob): Promise<WaitsResult> {
  const busy = await RawSocket.connect(job.endpoint, 4 << 20);
  const other = await RawSocket.connect(job.endpoint);
  const quick = textFrame(job.quick);
  const { id } = JSON.parse(job.quick);
  await other.write(quick);
  let text = await soon(other.message(), "first answer");
  while (!text.includes(id)) text = await soon(other.message(), "first answer");
  const length = byteLength(text);
  for (let i = 0; i < 200; i++) {
    await other.write(quick);
    await other.frameOf(length);
  }

  const start = performance.now();
  let slowMs: number | undefined;
  const slow = (async () => {
    await busy.write(textFrame(job.slow));
    let done = false;
    while (!done) {
      await busy.frames((length) => {
        if (length >= job.slowBytes) done = true;
      });
    }
    slowMs = performance.now() - start;
  })();
  const waits: number[] = [];
  while (slowMs === undefined) {
    const since = performance.now();
    await other.write(quick);
    await other.frameOf(length);
    waits.push(performance.now() - since);
  }
  await slow;
  waits.sort((a, b) => a - b);
  return { longestMs: waits.at(-1)!, medianMs: waits[waits.length >> 1]!, slowMs };
}
