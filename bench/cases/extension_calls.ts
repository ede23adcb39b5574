/** Calls to extensions, and what it costs to watch over many. */

import { AppFolder, endpoint, request } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import {
  CALL_ID,
  type ExtensionCallsJob,
  type ExtensionCallsResult,
} from "../load/extension_calls.ts";
import { cpuTime, residentMB } from "../proc.ts";
import type { Program } from "../programs.ts";
import { type Listening, type ListeningHost, startBaseline, startHost } from "../servers.ts";
import { summarize } from "../stats.ts";

const MANY = 20;
const IN_FLIGHT = 64;
const DATA = { n: 1, note: "echo" };

export const extensionCalls: Case = {
  name: "extension-calls",
  how:
    "`extensions.call` to an extension that answers with what it got, against a bare relay of the " +
    "event's and the answer's texts: one at a time (p50), and 64 in flight from each of 20 app " +
    "clients to an extension each (calls per second).",
  async run({ program, rounds, seconds }: Bench): Promise<Finding[]> {
    const extensions = Array.from({ length: MANY }, (_, i) => ({ id: `ext.${i}` }));
    await using app = await AppFolder.create({ extensions });
    await using relay = await startBaseline(program, "relay");
    await using host = await startHost(program, app);
    const alone = await interleaved(
      rounds,
      () => measure({ ...bareJob(relay, 1), inFlight: 1, seconds }),
      () => measure({ ...hostJob(host, 1), inFlight: 1, seconds }),
    );
    const many = await interleaved(
      rounds,
      () => measure({ ...bareJob(relay, MANY), inFlight: IN_FLIGHT, seconds }),
      () => measure({ ...hostJob(host, MANY), inFlight: IN_FLIGHT, seconds }),
    );
    return [
      compared(alone.map(([a, b]) => [a.p50Us, b.p50Us] as const), {
        label: "one at a time",
        unit: "µs",
        by: "ratio",
        target: { bound: "at most", value: 1.3 },
        note: busyNote(alone),
      }),
      compared(many.map(([a, b]) => [a.callsPerSecond, b.callsPerSecond] as const), {
        label: "20 extensions, 64 in flight",
        unit: "calls/s",
        by: "ratio",
        target: { bound: "at least", value: 0.6 },
        note: busyNote(many),
      }),
    ];
  },
};

const IDLE = 200;
const SETTLE_MS = 3000;
const WATCHED_MS = 10_000;

export const supervision: Case = {
  name: "supervision",
  how:
    `A host with ${IDLE} extensions that do nothing (\`sleep\`) against one with none: memory, and ` +
    "processor time over 10 s, from 3 s after the start on. For orientation, the growth of memory against " +
    `that of a bare program which starts ${IDLE} such processes, reads what they print and waits for their end.`,
  async run({ program }: Bench): Promise<Finding[]> {
    const extensions = Array.from({ length: IDLE }, (_, i) => ({
      id: `idle.${i}`,
      command: "sleep 1000; true",
      restart: "on-failure",
      startTimeoutMs: 600_000,
    }));
    await using without = await AppFolder.create();
    await using withThem = await AppFolder.create({ extensions });
    // The first start after a change of the source fills a cache, and has more memory than later ones.
    await (await startHost(program, without))[Symbol.asyncDispose]();
    const none = await idle(await startHost(program, without));
    const all = await idle(await startHost(program, withThem));
    return [
      compared([[none.mb, all.mb]], {
        label: `${IDLE} idle extensions, memory`,
        unit: "MB",
        by: "difference",
        target: { bound: "at most", value: 10 },
      }),
      compared([[await grownBy(program, IDLE), all.mb - none.mb]], {
        label: `${IDLE} idle extensions, growth beyond a bare program's`,
        unit: "MB",
        by: "difference",
      }),
      {
        label: `${IDLE} idle extensions, share of a core`,
        unit: "%",
        host: summarize([all.percent]),
        target: { bound: "at most", value: 1 },
      },
    ];
  },
};

/** By how much the memory of a bare program grows with so many processes, MB. */
async function grownBy(program: Program, processes: number): Promise<number> {
  await using bare = await startBaseline(program, "processes");
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const before = residentMB(bare.pid);
  await (await fetch(`http://127.0.0.1:${bare.port}/${processes}`)).text();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return residentMB(bare.pid) - before;
}

async function idle(host: ListeningHost): Promise<{ mb: number; percent: number }> {
  await using _host = host;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const before = cpuTime(host.pid).all;
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  const percent = (cpuTime(host.pid).all - before) / WATCHED_MS * 100;
  return { mb: residentMB(host.pid), percent };
}

function hostJob({ auth, pid }: ListeningHost, count: number) {
  const answer = request(auth, "extensions.answer", { callId: CALL_ID, result: DATA, quiet: true });
  return {
    serverPid: pid,
    provide: request(auth, "extensions.provide", { methods: ["echo"] }),
    answer,
    pairs: Array.from({ length: count }, (_, i) => ({
      app: endpoint(auth, "app"),
      extension: endpoint(auth, `ext.${i}`),
      call: request(auth, "extensions.call", {
        extensionId: `ext.${i}`,
        method: "echo",
        data: DATA,
      }),
    })),
  };
}

function bareJob({ port, pid }: Listening, count: number) {
  const event = {
    data: { callId: "1234", method: "echo", data: DATA, caller: { kind: "backend" } },
    event: "extensionCall",
  };
  const answer = {
    data: { success: true, returnValue: DATA },
    id: crypto.randomUUID(),
    method: "extensions.call",
  };
  return {
    serverPid: pid,
    answer: JSON.stringify(answer),
    pairs: Array.from({ length: count }, (_, i) => ({
      app: { port, target: `/app/${i}` },
      extension: { port, target: `/extension/${i}` },
      call: JSON.stringify(event),
    })),
  };
}

function measure(job: ExtensionCallsJob): Promise<ExtensionCallsResult> {
  return runGenerator("extension_calls", job);
}
