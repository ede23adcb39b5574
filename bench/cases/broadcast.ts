/** One event to a hundred clients. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { BroadcastJob, BroadcastResult } from "../load/broadcast.ts";
import { startBaseline, startHost } from "../servers.ts";

const RECEIVERS = 100;
const EVENT = { event: "price", data: { symbol: "OUTR", value: 1234.5, note: "x".repeat(60) } };

export const broadcast: Case = {
  name: "broadcast",
  how: "`app.broadcast` by an extension to 100 app clients, against a bare loop that sends the " +
    "same text to 100 sockets: from before the sender writes until the last receiver has it, " +
    "one broadcast at a time, p50. The host also answers the call.",
  async run({ program, app, rounds, seconds }: Bench): Promise<Finding[]> {
    await using fanout = await startBaseline(program, "fanout");
    await using host = await startHost(program, app);
    const common = { receivers: RECEIVERS, event: EVENT, seconds };
    const pairs = await interleaved(
      rounds,
      () =>
        measure({
          ...common,
          sender: { port: fanout.port, target: "/sender" },
          receiver: { port: fanout.port, target: "/receiver" },
          serverPid: fanout.pid,
          // What the host makes of the call below.
          message: JSON.stringify({ data: EVENT.data, event: EVENT.event }),
        }),
      () =>
        measure({
          ...common,
          sender: endpoint(host.auth, "extension"),
          receiver: endpoint(host.auth, "app"),
          serverPid: host.pid,
          message: request(host.auth, "app.broadcast", EVENT),
        }),
    );
    return [compared(
      pairs.map(([a, b]) => [a.p50Ms, b.p50Ms] as const),
      {
        label: `to ${RECEIVERS} clients`,
        unit: "ms",
        by: "ratio",
        target: { bound: "at most", value: 1.3 },
        note: busyNote(pairs),
      },
    )];
  },
};

function measure(job: BroadcastJob): Promise<BroadcastResult> {
  return runGenerator("broadcast", job);
}
