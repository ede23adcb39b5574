/** Calls of `filesystem.*`. */

import { endpoint, request } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import { type CallsJob, type CallsResult, PAYLOAD, SLOT } from "../load/calls.ts";
import { startBaseline, startHost } from "../servers.ts";

const SMALL = 10_000;
const LARGE = 10_000_000;
const FOLDERS = 20;
const FILES_IN_EACH = 50;

export const files: Case = {
  name: "files",
  how:
    "One call of `filesystem.*` after the other (four in flight where they are small), against a " +
    "bare program that parses the same request, does the one thing with the file and sends the same " +
    "JSON. Those in flight write files of their own: the host does what one connection asks of one file " +
    "in order, the bare program does not. For orientation, the small ones also against a bare program that " +
    "sends at once (see pipelined). Calls per second.",
  async run({ program, app, rounds, seconds }: Bench): Promise<Finding[]> {
    await using plain = await startBaseline(program, "files");
    await using atOnce = await startBaseline(program, "files_at_once");
    await using host = await startHost(program, app);
    const path = (name: string) => `${app.path}/${name}`;
    const text = "0123456789abcde\n".repeat(LARGE / 16);
    await Deno.writeTextFile(path("small.txt"), text.slice(0, SMALL));
    await Deno.writeTextFile(path("large.txt"), text);
    for (let i = 0; i < FOLDERS; i++) {
      await Deno.mkdir(path(`tree/${i}`), { recursive: true });
      for (let j = 0; j < FILES_IN_EACH; j++) await Deno.writeTextFile(path(`tree/${i}/${j}`), "");
    }
    const writing = { path: path(`out${SLOT}`), data: PAYLOAD };
    const calls: [
      label: string,
      method: string,
      data: object,
      atLeast: number,
      payload?: number,
    ][] = [
      ["readFile, 10 KB", "readFile", { path: path("small.txt") }, 0.7],
      ["readFile, 10 MB", "readFile", { path: path("large.txt") }, 0.7],
      ["readBinaryFile, 10 MB", "readBinaryFile", { path: path("large.txt") }, 0.7],
      ["writeFile, 10 KB", "writeFile", writing, 0.7, SMALL],
      ["writeFile, 10 MB", "writeFile", writing, 0.7, LARGE],
      ["readDirectory, 1,000 files", "readDirectory", { path: path("tree"), recursive: true }, 0.6],
    ];
    const findings: Finding[] = [];
    const plan = calls.flatMap(([label, ...call]) => {
      const small = label.includes("10 KB");
      const row = { label, call, bare: plain, inFlight: small ? 4 : 1 };
      return small ? [row, { ...row, bare: atOnce, label: `${label}, at once` }] : [row];
    });
    for (const { label, call: [method, data, atLeast, payload = 0], bare, inFlight } of plan) {
      const common = {
        request: request(host.auth, `filesystem.${method}`, data),
        inFlight,
        payload,
      };
      const pairs = await interleaved(
        rounds,
        () =>
          measure({
            ...common,
            endpoint: { port: bare.port, target: "/" },
            serverPid: bare.pid,
            seconds,
          }),
        () =>
          measure({
            ...common,
            endpoint: endpoint(host.auth, "app"),
            serverPid: host.pid,
            seconds,
          }),
      );
      findings.push(compared(
        pairs.map(([a, b]) => [a.callsPerSecond, b.callsPerSecond] as const),
        {
          label,
          unit: "calls/s",
          by: "ratio",
          ...(bare === plain ? { target: { bound: "at least", value: atLeast } } : {}),
          note: busyNote(pairs),
        },
      ));
    }
    return findings;
  },
};

function measure(job: CallsJob): Promise<CallsResult> {
  return runGenerator("calls", job);
}
