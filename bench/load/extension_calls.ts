/**
 * Calls to extensions, some in flight to each; or, at a bare relay, the same texts passed on.
 *
 * @module
 */

import { quantile } from "../stats.ts";
import { textFrame } from "./frames.ts";
import { type Busy, runJob, sleep, soon, Watch } from "./job.ts";
import { type Endpoint, RawSocket } from "./raw_socket.ts";

const WARM_UP_MS = 400;
/** Stands for the id of a call in {@linkcode ExtensionCallsJob.answer}. */
export const CALL_ID = "<call id>";

export interface ExtensionCallsJob {
  serverPid: number;
  pairs: { app: Endpoint; extension: Endpoint; call: string }[];
  /** Sent once by every extension: what it offers. Absent at a relay. */
  provide?: string;
  answer: string;
  /** Calls of each app client that wait for their answers. */
  inFlight: number;
  seconds: number;
}

export interface ExtensionCallsResult extends Busy {
  callsPerSecond: number;
  p50Us: number;
}

if (import.meta.main) await runJob<ExtensionCallsJob>(run);

async function run(job: ExtensionCallsJob): Promise<ExtensionCallsResult> {
  const samples: number[] = [];
  let answered = 0;
  let measuring = false;

  /** Answers every call, as an extension does. */
  async function serve(socket: RawSocket): Promise<void> {
    for (;;) {
      const text = await socket.message();
      if (!text.includes('"extensionCall"')) continue;
      const [, callId] = /"callId":"([^"]+)"/.exec(text)!;
      await socket.write(textFrame(job.answer.replace(CALL_ID, callId!)));
    }
  }

  async function call(socket: RawSocket, text: string): Promise<void> {
    const frame = textFrame(text);
    const starts: number[] = [];
    const send = async () => {
      starts.push(performance.now());
      await socket.write(frame);
    };
    for (let i = 0; i < job.inFlight; i++) await send();
    for (;;) {
      const text = await socket.message();
      if (!text.includes('"echo"')) continue;
      if (text.includes('"error":{')) throw new Error(`a call failed: ${text.slice(0, 200)}`);
      answered++;
      const start = starts.shift()!;
      if (measuring) samples.push(performance.now() - start);
      await send();
    }
  }

  const apps: RawSocket[] = [];
  const work: Promise<void>[] = [];
  for (const { app, extension } of job.pairs) {
    apps.push(await RawSocket.connect(app, 1 << 17));
    const socket = await RawSocket.connect(extension, 1 << 17);
    if (job.provide !== undefined) {
      await socket.write(textFrame(job.provide));
      await soon(
        (async () => {
          while (!(await socket.message()).includes('"extensions.provide"'));
        })(),
        "answer to extensions.provide",
      );
    }
    work.push(serve(socket));
  }
  for (const [i, app] of apps.entries()) work.push(call(app, job.pairs[i]!.call));
  const failed = Promise.race(work);
  await Promise.race([failed, sleep(WARM_UP_MS)]);
  const before = answered;
  measuring = true;
  const watch = new Watch(job.serverPid);
  await Promise.race([failed, sleep(job.seconds * 1000)]);
  const { ms, ...busy } = watch.stop();
  const callsPerSecond = (answered - before) / ms * 1000;
  if (callsPerSecond === 0) throw new Error("nothing was answered");
  return { callsPerSecond, p50Us: quantile(samples, 0.5) * 1000, ...busy };
}
