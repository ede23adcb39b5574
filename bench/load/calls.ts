/**
 * One call again and again, some in flight.
 *
 * @module
 */

import { textFrame } from "./frames.ts";
import { type Busy, byteLength, runJob, sleep, soon, Watch } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

const WARM_UP_MS = 300;

/** Stands for the payload in a request. */
export const PAYLOAD = "<payload>";
/** Stands for a number from 0 that is another one for every request in flight. */
export const SLOT = "<slot>";

export interface CallsJob {
  endpoint: Endpoint;
  serverPid: number;
  request: string;
  /** Letters that stand where the request has {@linkcode PAYLOAD}. Default none. */
  payload?: number;
  inFlight: number;
  seconds: number;
}

export interface CallsResult extends Busy {
  callsPerSecond: number;
}

if (import.meta.main) await runJob<CallsJob>(run);

async function run(job: CallsJob): Promise<CallsResult> {
  const socket = await RawSocket.connect(job.endpoint, 1 << 20);
  const text = job.request.replace(PAYLOAD, "x".repeat(job.payload ?? 0));
  const frames = Array.from(
    { length: job.inFlight },
    (_, slot) => textFrame(text.replaceAll(SLOT, `${slot}`)),
  );
  const { id } = JSON.parse(job.request);
  await socket.write(frames[0]!);
  const length = await soon(answerTo(id), "first answer");
  let answered = 0;
  const answering = (async () => {
    for (;;) {
      await socket.frameOf(length);
      // Which of them it was does not matter: each is sent as often as any other.
      await socket.write(frames[answered++ % frames.length]!);
    }
  })();
  for (const frame of frames) await socket.write(frame);
  await Promise.race([answering, sleep(WARM_UP_MS)]);
  // From one answer to another, or a few large ones would be counted with an error of one.
  await next();
  const before = answered;
  const watch = new Watch(job.serverPid);
  await Promise.race([answering, sleep(job.seconds * 1000)]);
  await next();
  const { ms, ...busy } = watch.stop();
  return { callsPerSecond: (answered - before) / ms * 1000, ...busy };

  /** Length of the answer, events before it apart. */
  async function answerTo(id: string): Promise<number> {
    for (;;) {
      const text = await socket.message();
      if (text.includes('"event":"clientConnect"') || !text.includes(id)) continue;
      if (text.includes('"error":{')) throw new Error(`the call failed: ${text.slice(0, 200)}`);
      return byteLength(text);
    }
  }

  async function next(): Promise<void> {
    const now = answered;
    while (answered === now) await Promise.race([answering, sleep(0)]);
  }
}
