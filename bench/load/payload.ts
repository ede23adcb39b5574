/**
 * Messages of one size from an app to an extension, some in flight.
 *
 * @module
 */

import { textFrame } from "./frames.ts";
import { type Busy, byteLength, runJob, sleep, soon, Watch } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

const WARM_UP_MS = 300;

export interface PayloadJob {
  app: Endpoint;
  extension: Endpoint;
  serverPid: number;
  /** The message around its payload of `bytes` letters. */
  message: { before: string; after: string };
  /** What arrives, around the same payload. */
  arrives: { before: string; after: string };
  bytes: number;
  inFlight: number;
  seconds: number;
}

export interface PayloadResult extends Busy {
  mbPerSecond: number;
}

if (import.meta.main) await runJob<PayloadJob>(run);

async function run(job: PayloadJob): Promise<PayloadResult> {
  const payload = "x".repeat(job.bytes);
  const frame = textFrame(job.message.before + payload + job.message.after);
  const expected = job.arrives.before + payload + job.arrives.after;
  const app = await RawSocket.connect(job.app);
  const extension = await RawSocket.connect(job.extension, 1 << 20);
  await app.write(frame);
  await soon(
    (async () => {
      while (await extension.message() !== expected);
    })(),
    "first message",
  );
  const length = byteLength(expected);

  let arrived = 0;
  let stopped = false;
  let allowed = job.inFlight;
  let wake = () => {};
  // The answers to the app's calls.
  void (async () => {
    for (;;) await app.frames(() => {});
  })().catch(() => {});
  const sending = (async () => {
    while (!stopped) {
      if (allowed === 0) await new Promise<void>((resolve) => wake = resolve);
      allowed--;
      await app.write(frame);
    }
  })();
  const receiving = (async () => {
    for (;;) {
      await extension.frames((each) => {
        if (each !== length) return;
        arrived++;
        allowed++;
        wake();
      });
    }
  })();
  const failed = Promise.race([sending, receiving]);
  await Promise.race([failed, sleep(WARM_UP_MS)]);
  // From one arrival to another, or a few large messages would be counted with an error of one.
  await arrival();
  const before = arrived;
  const watch = new Watch(job.serverPid);
  await Promise.race([failed, sleep(job.seconds * 1000)]);
  await arrival();
  const { ms, ...busy } = watch.stop();
  stopped = true;
  return { mbPerSecond: (arrived - before) * job.bytes / 1e6 / ms * 1000, ...busy };

  async function arrival(): Promise<void> {
    const now = arrived;
    while (arrived === now) await Promise.race([failed, sleep(1)]);
  }
}
