/** Calls with 64 in flight on each connection. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { PipelinedJob, PipelinedResult } from "../load/pipelined.ts";
import { startBaseline, startHost } from "../servers.ts";

export const pipelined: Case = {
  name: "pipelined",
  how: "`computer.getArch` with 64 calls in flight on each connection, against a bare echo of " +
    "the very same bytes. Messages per second. An echo at once has Nagle's algorithm off, as the " +
    "host has: `Deno.serve` of the executable's base leaves it on, which gathers what is in flight " +
    "into few packets and delays what is not (see round-trip).",
  async run({ program, app, rounds, seconds }: Bench): Promise<Finding[]> {
    await using echo = await startBaseline(program, "echo");
    await using echoAtOnce = await startBaseline(program, "echo_at_once");
    await using host = await startHost(program, app);
    const message = request(host.auth, "computer.getArch");
    const findings: Finding[] = [];
    const plan = [
      { connections: 1, bare: echo },
      { connections: 8, bare: echo },
      { connections: 32, bare: echo },
      { connections: 8, bare: echoAtOnce },
    ];
    for (const { connections, bare } of plan) {
      const common = { connections, request: message, seconds };
      const pairs = await interleaved(
        rounds,
        () =>
          measure({
            ...common,
            endpoint: { port: bare.port, target: "/" },
            serverPid: bare.pid,
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
          label: `${connections} connection${connections > 1 ? "s" : ""}` +
            (bare === echo ? "" : ", against an echo at once"),
          unit: "msgs/s",
          by: "ratio",
          ...(bare === echo ? { target: { bound: "at least", value: 0.75 } } : {}),
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
