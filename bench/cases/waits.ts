/** What others notice of a large or slow call. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, type Case, runGenerator } from "../bench.ts";
import type { Finding } from "../findings.ts";
import type { WaitsJob, WaitsResult } from "../load/waits.ts";
import { startHost } from "../servers.ts";
import { summarize } from "../stats.ts";

const BYTES = 64_000_000;

export const waits: Case = {
  name: "waits",
  how:
    "Longest wait of `computer.getArch`, called one at a time on one connection, while the host does " +
    "something else for another: answers 64 MB as text or as base64, or runs a command of a second.",
  async run({ program, app, rounds }: Bench): Promise<Finding[]> {
    await using host = await startHost(program, app);
    const path = `${app.path}/huge.txt`;
    await Deno.writeTextFile(path, "0123456789abcdé\n".repeat(BYTES / 17));
    const slow: [label: string, method: string, data: object, bytes: number][] = [
      ["readFile, 64 MB", "filesystem.readFile", { path }, BYTES - 17],
      ["readBinaryFile, 64 MB", "filesystem.readBinaryFile", { path, size: 48e6 }, BYTES],
      ["execCommand, 1 s", "os.execCommand", { command: "sleep 1" }, 100],
    ];
    const findings: Finding[] = [];
    for (const [label, method, data, slowBytes] of slow) {
      const results: WaitsResult[] = [];
      for (let round = 0; round < Math.min(rounds, 3); round++) {
        results.push(
          await measure({
            endpoint: endpoint(host.auth, "app"),
            slow: request(host.auth, method, data),
            slowBytes,
            quick: request(host.auth, "computer.getArch"),
          }),
        );
      }
      const took = summarize(results.map(({ slowMs }) => slowMs)).median;
      findings.push({
        label,
        unit: "ms",
        host: summarize(results.map(({ longestMs }) => longestMs)),
        target: { bound: "at most", value: 50 },
        note: `the long call took ${Math.round(took)} ms`,
      });
    }
    return findings;
  },
};

function measure(job: WaitsJob): Promise<WaitsResult> {
  return runGenerator("waits", job);
}
