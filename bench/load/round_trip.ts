/**
 * An app speaks to an extension, which speaks back; one message at a time.
 *
 * @module
 */

import { quantile } from "../stats.ts";
import { textFrame } from "./frames.ts";
import { type Busy, eventLength, runJob, soon, Watch } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

const WARM_UP_MS = 400;

export interface RoundTripJob {
  app: Endpoint;
  extension: Endpoint;
  serverPid: number;
  /** What the app sends and the extension gets. */
  there: { message: string; event: { event: string; data: unknown } };
  /** What the extension sends and the app gets. */
  back: { message: string; event: { event: string; data: unknown } };
  seconds: number;
}

export interface RoundTripResult extends Busy {
  p50Us: number;
  p99Us: number;
  count: number;
}

if (import.meta.main) await runJob<RoundTripJob>(run);

async function run(job: RoundTripJob): Promise<RoundTripResult> {
  const app = await RawSocket.connect(job.app);
  const extension = await RawSocket.connect(job.extension);
  const there = textFrame(job.there.message);
  const back = textFrame(job.back.message);
  await app.write(there);
  const thereLength = await soon(eventLength(extension, job.there.event), "event there");
  await extension.write(back);
  const backLength = await soon(eventLength(app, job.back.event), "event back");
  const answers = (async () => {
    for (;;) {
      await extension.frameOf(thereLength);
      await extension.write(back);
    }
  })();

  async function once(): Promise<number> {
    const start = performance.now();
    await app.write(there);
    await app.frameOf(backLength);
    return performance.now() - start;
  }

  async function measured(): Promise<RoundTripResult> {
    const warm = performance.now() + WARM_UP_MS;
    while (performance.now() < warm) await once();
    const samples: number[] = [];
    const watch = new Watch(job.serverPid);
    const end = performance.now() + job.seconds * 1000;
    while (performance.now() < end) samples.push(await once());
    const { ms: _, ...busy } = watch.stop();
    return {
      p50Us: quantile(samples, 0.5) * 1000,
      p99Us: quantile(samples, 0.99) * 1000,
      count: samples.length,
      ...busy,
    };
  }
  return await Promise.race([answers, measured()]);
}
