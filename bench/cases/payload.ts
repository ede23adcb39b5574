/** Large and small messages from an app to an extension. */

import { endpoint, EXTENSION_ID, request } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { PayloadJob, PayloadResult } from "../load/payload.ts";
import { startBaseline, startHost } from "../servers.ts";

/** In flight: few enough that no queue is ever long. */
const SIZES = [
  { label: "100 B", bytes: 100, inFlight: 64 },
  { label: "10 KB", bytes: 10_000, inFlight: 16 },
  { label: "1 MB", bytes: 1_000_000, inFlight: 2 },
  { label: "16 MB", bytes: 16_000_000, inFlight: 1 },
];
/** Stands for the payload. */
const GAP = "<payload>";

export const payload: Case = {
  name: "payload",
  how: "`extensions.dispatch` with a text of that size as data, as many as fit a short queue in " +
    "flight (64, 16, 2 and 1), against the bare relay of the event's text. MB of payload per second.",
  async run({ program, app, rounds, seconds }: Bench): Promise<Finding[]> {
    await using relay = await startBaseline(program, "relay");
    await using host = await startHost(program, app);
    const arrives = around(JSON.stringify({ data: GAP, event: "load" }));
    const call = { extensionId: EXTENSION_ID, event: "load", data: GAP };
    const findings: Finding[] = [];
    for (const { label, bytes, inFlight } of SIZES) {
      const common = { bytes, inFlight, arrives, seconds };
      const pairs = await interleaved(
        Math.min(rounds, 3),
        () =>
          measure({
            ...common,
            app: { port: relay.port, target: "/app" },
            extension: { port: relay.port, target: "/extension" },
            serverPid: relay.pid,
            message: arrives,
          }),
        () =>
          measure({
            ...common,
            app: endpoint(host.auth, "app"),
            extension: endpoint(host.auth, "extension"),
            serverPid: host.pid,
            message: around(request(host.auth, "extensions.dispatch", call)),
          }),
      );
      findings.push(compared(
        pairs.map(([a, b]) => [a.mbPerSecond, b.mbPerSecond] as const),
        { label, unit: "MB/s", by: "ratio", note: busyNote(pairs) },
      ));
    }
    return findings;
  },
};

function around(text: string): { before: string; after: string } {
  const [before, after] = text.split(GAP);
  return { before: before!, after: after! };
}

function measure(job: PayloadJob): Promise<PayloadResult> {
  return runGenerator("payload", job);
}
