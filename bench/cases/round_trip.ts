/** From an app to an extension and back. */

import { endpoint, EXTENSION_ID, request } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { RoundTripJob, RoundTripResult } from "../load/round_trip.ts";
import type { BaselineName } from "../programs.ts";
import { type Listening, startBaseline, startHost } from "../servers.ts";

const PING = { event: "ping", data: { n: 1, note: "x".repeat(40) } };
const PONG = { event: "pong", data: { n: 1, note: "x".repeat(30) } };

export const roundTrip: Case = {
  name: "round-trip",
  how: "`extensions.dispatch`, then `app.broadcast` by the extension that received it, against " +
    "a bare relay of the two event texts, one at a time, p50. The host reads two calls and sends " +
    "two events and two answers (4 frames out), the bare relay two texts; the relay with replies " +
    "sends two short answers as well, as the protocol demands.",
  async run(bench: Bench): Promise<Finding[]> {
    return [
      await against(bench, "relay", { bound: "at most", value: 1.3 }),
      await against(bench, "relay_with_replies"),
    ];
  },
};

async function against(
  { program, app, rounds, seconds }: Bench,
  baseline: BaselineName & `relay${string}`,
  target?: { bound: "at most"; value: number },
): Promise<Finding> {
  await using relay = await startBaseline(program, baseline);
  await using host = await startHost(program, app);
  const call = { extensionId: EXTENSION_ID, ...PING };
  const pairs = await interleaved(
    target === undefined ? Math.min(rounds, 3) : rounds,
    () => measure(bareJob(relay, seconds)),
    () =>
      measure({
        app: endpoint(host.auth, "app"),
        extension: endpoint(host.auth, "extension"),
        serverPid: host.pid,
        there: { message: request(host.auth, "extensions.dispatch", call), event: PING },
        back: { message: request(host.auth, "app.broadcast", PONG), event: PONG },
        seconds,
      }),
  );
  return compared(
    pairs.map(([a, b]) => [a.p50Us, b.p50Us] as const),
    {
      label: baseline === "relay" ? "against a bare relay" : "against a relay with replies",
      unit: "µs",
      by: "ratio",
      ...(target === undefined ? {} : { target }),
      note: busyNote(pairs),
    },
  );
}

function bareJob({ port, pid }: Listening, seconds: number): RoundTripJob {
  const text = ({ event, data }: typeof PING) => JSON.stringify({ data, event });
  return {
    app: { port, target: "/app" },
    extension: { port, target: "/extension" },
    serverPid: pid,
    there: { message: text(PING), event: PING },
    back: { message: text(PONG), event: PONG },
    seconds,
  };
}

function measure(job: RoundTripJob): Promise<RoundTripResult> {
  return runGenerator("round_trip", job);
}
