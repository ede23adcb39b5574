/** Calls with 64 in flight on each connection. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { PipelinedJob, PipelinedResult } from "../load/pipelined.ts";
import { startBaseline, startHost } from "../servers.ts";

export const pipelined: Case = {
  name: "pipelined",
  how: "`computer.getArch` with 64 calls in flight on each connection, against a bare echo of " +
    "the very same bytes. Messages per second.",
  async run({ program, app, rounds, seconds }: Bench): Promise<Finding[]> {
    await using echo = await startBaseline(program, "echo");
    await using host = await startHost(program, app);
    const message = request(host.auth, "computer.getArch");
    const findings: Finding[] = [];
    for (const connections of [1, 8, 32]) {
      const common = { connections, request: message, seconds };
      const pairs = await interleaved(
        rounds,
        () =>
          measure({
            ...common,
            endpoint: { port: echo.port, target: "/" },
            serverPid: echo.pid,
            answer: "echo",
          }),
        () =>
          measure({
            ...common,
            endpoint: endpoint(host.auth, "app"),
            serverPid: host.pid,
            answer: "host",
          }),
      );
      findings.push(compared(
        pairs.map(([a, b]) => [a.perSecond, b.perSecond] as const),
        {
          label: `${connections} connection${connections > 1 ? "s" : ""}`,
          unit: "msgs/s",
          by: "ratio",
          target: { bound: "at least", value: 0.75 },
          note: busyNote(pairs),
        },
      ));
    }
    return findings;
  },
};

function measure(job: PipelinedJob): Promise<PipelinedResult> {
  return runGenerator("pipelined", job);
}
