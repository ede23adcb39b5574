/** Resident memory: idle, and over many reconnections. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, type Case, interleaved, named, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { ReconnectsJob, ReconnectsResult } from "../load/reconnects.ts";
import { residentMB } from "../proc.ts";
import { type Listening, startBare, startBaseline, startHost } from "../servers.ts";
import { summarize } from "../stats.ts";

const IDLE_MS = 1000;
const STEP = 1000;
const WARM_UP_STEPS = 2;
/** After so many a heap that leaks nothing has found its size; a bare program's has not always. */
const SETTLED_STEPS = 15;
const FURTHER_STEPS = 10;

export const idleMemory: Case = {
  name: "idle-memory",
  how: "Resident memory (`VmRSS`, in MB of 1,000,000 bytes) 1 s after the start, nobody having " +
    "connected, minus that of an empty compiled `Deno.serve`, as with first-call. For orientation, " +
    "minus that of one which is run in the same way as the host.",
  async run({ program, app, rounds }: Bench): Promise<Finding[]> {
    const of = (start: () => Promise<Listening>) =>
      interleaved(
        Math.min(rounds, 3),
        () => start().then(idle),
        () => startHost(program, app).then(idle),
      );
    const label = "1 s after the start";
    return [
      compared(await of(() => startBare(program.quickest)), {
        label,
        unit: "MB",
        by: "difference",
        target: { bound: "at most", value: 15 },
      }),
      compared(await of(() => startBaseline(program, "empty")), {
        label: `${label}, beyond one in the same form`,
        unit: "MB",
        by: "difference",
      }),
    ];
  },
};

export const reconnects: Case = {
  name: "reconnects",
  how:
    "Resident memory while sixteen clients at a time connect, make one call and close: what 10,000 of " +
    "them add when 15,000 have gone before. A leak goes on as well, a heap that has found its size does " +
    "not. For orientation, what the 13,000 behind the first 2,000 add, beside a bare echo under the same.",
  async run({ program, app }: Bench): Promise<Finding[]> {
    const common = { step: STEP };
    await using host = await startHost(program, app);
    await using echo = await startBaseline(program, "echo");
    const message = request(host.auth, "computer.getArch");
    const bare = await named("baseline", () =>
      measure({
        ...common,
        steps: SETTLED_STEPS,
        endpoint: { port: echo.port, target: "/" },
        serverPid: echo.pid,
        request: message,
        answer: message,
      }));
    const { curveMB, ms } = await named("host", () =>
      measure({
        ...common,
        steps: SETTLED_STEPS + FURTHER_STEPS,
        endpoint: endpoint(host.auth, "app"),
        serverPid: host.pid,
        request: message,
        answer: '"returnValue"',
      }));
    const curve = (values: number[]) => values.map((mb) => mb.toFixed(0)).join(" ");
    return [{
      label: "growth from 15,000 to 25,000",
      unit: "MB",
      host: summarize([curveMB.at(-1)! - curveMB[SETTLED_STEPS]!]),
      target: { bound: "at most", value: 5 },
      note: `after each 1,000, in MB: host ${curve(curveMB)}; bare ${curve(bare.curveMB)}; ` +
        `${(ms / STEP / (SETTLED_STEPS + FURTHER_STEPS)).toFixed(2)} and ${
          (bare.ms / STEP / SETTLED_STEPS).toFixed(2)
        } ms each`,
    }, {
      label: "growth from 2,000 to 15,000",
      unit: "MB",
      baseline: summarize([growth(bare.curveMB)]),
      host: summarize([growth(curveMB)]),
      compared: {
        by: "difference",
        summary: summarize([growth(curveMB) - growth(bare.curveMB)]),
      },
    }];
  },
};

function growth(curveMB: number[]): number {
  return curveMB[SETTLED_STEPS]! - curveMB[WARM_UP_STEPS]!;
}

async function idle(server: Listening): Promise<number> {
  await using _server = server;
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return residentMB(server.pid);
}

function measure(job: ReconnectsJob): Promise<ReconnectsResult> {
  return runGenerator("reconnects", job);
}
