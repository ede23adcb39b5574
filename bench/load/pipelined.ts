/**
 * Many requests in flight on each of some connections.
 *
 * @module
 */

import { joined, textFrame } from "./frames.ts";
import { type Busy, byteLength, runJob, sleep, soon, Watch } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

/** Requests of one connection that wait for their answers. */
const IN_FLIGHT = 64;
const WARM_UP_MS = 400;
/** Frames that are no answers, such as news of other clients. */
const MAX_OTHERS_PER_CONNECTION = 200;

export interface PipelinedJob {
  endpoint: Endpoint;
  serverPid: number;
  connections: number;
  request: string;
  /** A bare echo, or a host's answer to the request. */
  answer: "echo" | "host";
  seconds: number;
}

export interface PipelinedResult extends Busy {
  perSecond: number;
}

if (import.meta.main) await runJob<PipelinedJob>(run);

async function run(job: PipelinedJob): Promise<PipelinedResult> {
  const burst = joined(Array.from({ length: IN_FLIGHT }, () => textFrame(job.request)));
  const frameBytes = burst.length / IN_FLIGHT;
  const sockets: RawSocket[] = [];
  for (let i = 0; i < job.connections; i++) {
    sockets.push(await RawSocket.connect(job.endpoint, 1 << 18));
  }
  const length = await soon(verified(sockets[0]!, job), "first answer");
  let answers = 0;
  let others = 0;
  let stopped = false;
  const work = sockets.map(async (socket) => {
    await socket.write(burst);
    while (!stopped) {
      let got = 0;
      await socket.frames((each) => each === length ? got++ : others++);
      answers += got;
      if (got > 0) await socket.write(burst.subarray(0, got * frameBytes));
    }
  });
  const failed = Promise.all(work).then(() => {});
  await Promise.race([failed, sleep(WARM_UP_MS)]);
  const before = answers;
  const watch = new Watch(job.serverPid);
  await Promise.race([failed, sleep(job.seconds * 1000)]);
  const { ms, ...busy } = watch.stop();
  const perSecond = (answers - before) / ms * 1000;
  stopped = true;
  await failed;
  if (perSecond === 0) throw new Error("nothing was answered");
  if (others > job.connections * MAX_OTHERS_PER_CONNECTION) {
    throw new Error(`${others} frames were no answer`);
  }
  return { perSecond, ...busy };
}

/** Looks at one answer closely; from then on its length stands for it. */
async function verified(socket: RawSocket, { request, answer }: PipelinedJob): Promise<number> {
  await socket.write(textFrame(request));
  for (;;) {
    const text = await socket.message();
    if (answer === "echo") {
      if (text !== request) throw new Error(`no echo: ${text.slice(0, 100)}`);
      return byteLength(text);
    }
    const { id, method, data } = JSON.parse(text);
    const sent = JSON.parse(request);
    if (id !== sent.id) continue;
    if (method !== sent.method || typeof data?.returnValue !== "string") {
      throw new Error(`wrong answer: ${text.slice(0, 200)}`);
    }
    return byteLength(text);
  }
}
