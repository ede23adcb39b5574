/**
 * One sender, many receivers: time from the call until everybody has it.
 *
 * @module
 */

import { quantile } from "../stats.ts";
import { textFrame } from "./frames.ts";
import { type Busy, eventLength, runJob, soon, Watch } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

const WARM_UP_MS = 400;

export interface BroadcastJob {
  sender: Endpoint;
  receiver: Endpoint;
  receivers: number;
  serverPid: number;
  /** What the sender sends. */
  message: string;
  /** What every receiver gets. */
  event: { event: string; data: unknown };
  seconds: number;
}

export interface BroadcastResult extends Busy {
  p50Ms: number;
  count: number;
}

if (import.meta.main) await runJob<BroadcastJob>(run);

async function run(job: BroadcastJob): Promise<BroadcastResult> {
  const sockets: RawSocket[] = [];
  for (let i = 0; i < job.receivers; i++) sockets.push(await RawSocket.connect(job.receiver, 8192));
  const sender = await RawSocket.connect(job.sender);
  const frame = textFrame(job.message);
  await sender.write(frame);
  const lengths = await soon(
    Promise.all(sockets.map((socket) => eventLength(socket, job.event))),
    "first broadcast",
  );

  let missing = 0;
  let done = () => {};
  const failure = Promise.withResolvers<never>();
  for (const socket of sockets) void receive(socket).catch(failure.reject);
  // The answers to the sender's calls.
  void drain(sender).catch(failure.reject);

  async function receive(socket: RawSocket): Promise<never> {
    for (;;) {
      await socket.frames((length) => {
        if (length === lengths[0] && --missing === 0) done();
      });
    }
  }

  async function once(): Promise<number> {
    const all = Promise.withResolvers<void>();
    missing = job.receivers;
    done = all.resolve;
    const start = performance.now();
    void sender.write(frame).catch(failure.reject);
    await Promise.race([all.promise, failure.promise]);
    return performance.now() - start;
  }

  const warm = performance.now() + WARM_UP_MS;
  while (performance.now() < warm) await once();
  const samples: number[] = [];
  const watch = new Watch(job.serverPid);
  const end = performance.now() + job.seconds * 1000;
  while (performance.now() < end) samples.push(await once());
  const { ms: _, ...busy } = watch.stop();
  return { p50Ms: quantile(samples, 0.5), count: samples.length, ...busy };
}

async function drain(socket: RawSocket): Promise<never> {
  for (;;) await socket.frames(() => {});
}
