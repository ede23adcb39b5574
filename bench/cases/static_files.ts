/** Files over HTTP. */

import { STATIC_FILE } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { RequestsJob, RequestsResult } from "../load/requests.ts";
import { type Listening, startBaseline, startHost } from "../servers.ts";

const CONNECTIONS = 16;

export const staticFiles: Case = {
  name: "static-files",
  how: "A file of 10 KB on 16 connections that stay open, one request at a time on each, against " +
    "a bare `Deno.serve` that answers with the same bytes from memory and looks at nothing.",
  async run({ program, app, rounds, seconds }: Bench): Promise<Finding[]> {
    await using file = await startBaseline(program, "file");
    await using host = await startHost(program, app);
    const job = ({ port, pid }: Listening): RequestsJob => ({
      ...STATIC_FILE,
      body: "^a+$",
      port,
      serverPid: pid,
      connections: CONNECTIONS,
      seconds,
    });
    const pairs = await interleaved(
      Math.min(rounds, 3),
      () => measure(job(file)),
      () => measure(job(host)),
    );
    return [compared(
      pairs.map(([a, b]) => [a.perSecond, b.perSecond] as const),
      { label: "10 KB", unit: "requests/s", by: "ratio", note: busyNote(pairs) },
    )];
  },
};

function measure(job: RequestsJob): Promise<RequestsResult> {
  return runGenerator("requests", job);
}
