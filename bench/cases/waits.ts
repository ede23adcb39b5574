/** What others notice of a large or slow call. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { WaitsJob, WaitsResult } from "../load/waits.ts";
import { startBaseline, startHost } from "../servers.ts";
import { summarize } from "../stats.ts";

const BYTES = 64_000_000;

export const waits: Case = {
  name: "waits",
  how:
    "Longest wait of `computer.getArch`, called one at a time on one connection, while the host does " +
    "something else for another: answers 64 MB as text or as base64, or runs a command of a second. " +
    "For orientation, the same beside a bare program that has such a text ready and only sends it.",
  async run({ program, app, rounds }: Bench): Promise<Finding[]> {
    await using bare = await startBaseline(program, "large_texts");
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
      const common = {
        slow: request(host.auth, method, data),
        slowBytes,
        quick: request(host.auth, "computer.getArch"),
      };
      const ofHost = () => measure({ ...common, endpoint: endpoint(host.auth, "app") });
      const ofBare = () => measure({ ...common, endpoint: { port: bare.port, target: "/" } });
      if (method.startsWith("filesystem.")) {
        const pairs = await interleaved(Math.min(rounds, 3), ofBare, ofHost);
        findings.push(longest(label, pairs.map(([, ofHost]) => ofHost)));
        const waits = pairs.map(([a, b]) => [a.longestMs, b.longestMs] as const);
        const beyond = `${label}, beyond a bare program's`;
        findings.push(compared(waits, { label: beyond, unit: "ms", by: "difference" }));
        continue;
      }
      const results: WaitsResult[] = [];
      for (let round = 0; round < Math.min(rounds, 3); round++) results.push(await ofHost());
      findings.push(longest(label, results));
    }
    return findings;
  },
};

function longest(label: string, results: readonly WaitsResult[]): Finding {
  const took = summarize(results.map(({ slowMs }) => slowMs)).median;
  return {
    label,
    unit: "ms",
    host: summarize(results.map(({ longestMs }) => longestMs)),
    target: { bound: "at most", value: 50 },
    note: `the long call took ${Math.round(took)} ms`,
  };
}

function measure(job: WaitsJob): Promise<WaitsResult> {
  return runGenerator("waits", job);
}
