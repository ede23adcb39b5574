/** Resident memory: idle, and over many reconnections. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, type Case, interleaved, named, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { ReconnectsJob, ReconnectsResult } from "../load/reconnects.ts";
import { residentMB } from "../proc.ts";
import { type Listening, startBaseline, startHost } from "../servers.ts";
import { summarize } from "../stats.ts";

const IDLE_MS = 1000;
const STEP = 1000;
const WARM_UP_STEPS = 2;
const STEPS = 12;
/** The host goes on, to show whether it comes to rest at all. */
const FURTHER_STEPS = 8;

export const idleMemory: Case = {
  name: "idle-memory",
  how: "Resident memory (`VmRSS`, in MB of 1,000,000 bytes) 1 s after the start, nobody having " +
    "connected, minus that of an empty `Deno.serve`.",
  async run({ program, app, rounds }: Bench): Promise<Finding[]> {
    const pairs = await interleaved(
      Math.min(rounds, 3),
      () => startBaseline(program, "empty").then(idle),
      () => startHost(program, app).then(idle),
    );
    return [compared(pairs, {
      label: "1 s after the start",
      unit: "MB",
      by: "difference",
      target: { bound: "at most", value: 15 },
    })];
  },
};

export const reconnects: Case = {
  name: "reconnects",
  how:
    "Resident memory after 2,000 and after 12,000 times connecting, one call, closing; by sixteen " +
    "clients at a time, minus what the bare echo has grown by under the same: most of it is the " +
    "runtime's. The host then goes on: a leak goes on as well, a heap that has found its size " +
    "does not.",
  async run({ program, app }: Bench): Promise<Finding[]> {
    const common = { step: STEP };
    await using host = await startHost(program, app);
    await using echo = await startBaseline(program, "echo");
    const message = request(host.auth, "computer.getArch");
    const bare = await named("baseline", () =>
      measure({
        ...common,
        steps: STEPS,
        endpoint: { port: echo.port, target: "/" },
        serverPid: echo.pid,
        request: message,
        answer: message,
      }));
    const { curveMB, ms } = await named("host", () =>
      measure({
        ...common,
        steps: STEPS + FURTHER_STEPS,
        endpoint: endpoint(host.auth, "app"),
        serverPid: host.pid,
        request: message,
        answer: '"returnValue"',
      }));
    const curve = (values: number[]) => values.map((mb) => mb.toFixed(0)).join(" ");
    return [{
      label: "growth from 2,000 to 12,000",
      unit: "MB",
      baseline: summarize([growth(bare.curveMB)]),
      host: summarize([growth(curveMB)]),
      compared: {
        by: "difference",
        summary: summarize([growth(curveMB) - growth(bare.curveMB)]),
      },
      target: { bound: "at most", value: 5 },
      note: `after each 1,000, in MB: host ${curve(curveMB)}; bare ${curve(bare.curveMB)}; ` +
        `${(ms / STEP / (STEPS + FURTHER_STEPS)).toFixed(2)} and ${
          (bare.ms / STEP / STEPS).toFixed(2)
        } ms each`,
    }, {
      label: "growth from 12,000 to 20,000",
      unit: "MB",
      host: summarize([curveMB.at(-1)! - curveMB[STEPS]!]),
    }];
  },
};

function growth(curveMB: number[]): number {
  return curveMB[STEPS]! - curveMB[WARM_UP_STEPS]!;
}

async function idle(server: Listening): Promise<number> {
  await using _server = server;
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return residentMB(server.pid);
}

function measure(job: ReconnectsJob): Promise<ReconnectsResult> {
  return runGenerator("reconnects", job);
}
