/** Packages: the API that they speak, and installing them. */

import { AppFolder } from "../app_folder.ts";
import { type Bench, busyNote, type Case, interleaved, named, runGenerator } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import type { RequestsJob, RequestsResult } from "../load/requests.ts";
import { packageName, writePackage } from "../package_files.ts";
import { peakMB, residentMB } from "../proc.ts";
import { type Listening, startBaseline, startHost } from "../servers.ts";
import { summarize } from "../stats.ts";

const CONNECTIONS = 16;
const RUNNING = 50;
const USER = { username: "bench", password: "only for this", permissions: ["admin"] };
const READY_MS = 60_000;
const IDLE_MS = 1000;
/** Of the package that is installed. */
const FILES = 5000;
const BYTES = 50_000_000;
/** File systems have moods. */
const INSTALL_ROUNDS = 7;

export const packageApi: Case = {
  name: "package-api",
  how:
    `\`GET /api/v1/system/system_info\` with a session's token on ${CONNECTIONS} connections that stay ` +
    `open, while ${RUNNING} packages run, against a bare \`Deno.serve\` that makes an object of the same ` +
    "members into JSON each time.",
  async run({ program, rounds, seconds }: Bench): Promise<Finding[]> {
    await using app = await AppFolder.create({ packages: { enabled: true, users: [USER] } });
    for (let number = 0; number < RUNNING; number++) await writePackage(app.path, number);
    await using bare = await startBaseline(program, "json");
    const began = performance.now();
    await using host = await startHost(program, app);
    const token = await logIn(host);
    const readyMs = await allReady(host, token, began);
    const path = "/api/v1/system/system_info";
    const headers = [`Authorization: Bearer ${token}`];
    const job = async ({ port, pid }: Listening): Promise<RequestsJob> => ({
      port,
      path,
      headers,
      bytes: await bodyLength(port, path, token),
      body: `^\\{"api_version":1,`,
      serverPid: pid,
      connections: CONNECTIONS,
      seconds,
    });
    const [ofBare, ofHost] = [await job(bare), await job(host)];
    const pairs = await interleaved(
      Math.min(rounds, 3),
      () => measure(ofBare),
      () => measure(ofHost),
    );
    return [
      compared(pairs.map(([a, b]) => [a.perSecond, b.perSecond] as const), {
        label: `with ${RUNNING} packages`,
        unit: "requests/s",
        by: "ratio",
        target: { bound: "at least", value: 0.4 },
        note: busyNote(pairs),
      }),
      {
        label: `${RUNNING} packages on Node, from the start of the host until all are ready`,
        unit: "ms",
        host: summarize([readyMs]),
      },
    ];
  },
};

export const packageInstall: Case = {
  name: "package-install",
  how:
    `Installing a package of ${FILES} files and ${
      BYTES / 1e6
    } MB that has been uploaded, against ` +
    "`tar -xzf` of the same archive into the same folder, what was written before being on the disk; and " +
    "by how much the memory of the host is above that of before at its most, for the first one.",
  async run({ program, rounds }: Bench): Promise<Finding[]> {
    await using app = await AppFolder.create({ packages: { enabled: true, users: [USER] } });
    const archive = `${app.path}/package.tgz`;
    await makeArchive(app.path, archive);
    await using host = await startHost(program, app);
    const token = await logIn(host);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const idleMB = residentMB(host.pid);
    await named("host", () => installed(host, token, archive));
    const grownMB = peakMB(host.pid) - idleMB;
    const pairs = await interleaved(
      Math.max(rounds, INSTALL_ROUNDS),
      () => unpacked(app.path, archive),
      () => named("host", () => installed(host, token, archive)),
    );
    return [
      compared(pairs, {
        label: "time",
        unit: "ms",
        by: "ratio",
        target: { bound: "at most", value: 2 },
      }),
      {
        label: "memory above idle at its most",
        unit: "MB",
        host: summarize([grownMB]),
        target: { bound: "at most", value: 64 },
      },
    ];
  },
};

function measure(job: RequestsJob): Promise<RequestsResult> {
  return runGenerator("requests", job);
}

async function logIn({ port }: Listening): Promise<string> {
  const { username, password } = USER;
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/sessions/authorize`, {
    method: "POST",
    body: JSON.stringify({ username, password, max_inactivity: 0 }),
  });
  return (await answer.json()).auth_token;
}

async function bodyLength(port: number, path: string, token: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (await answer.arrayBuffer()).byteLength;
}

/** @returns milliseconds since `began` */
async function allReady({ port }: Listening, token: string, began: number): Promise<number> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/events/0`, {
      headers: { authorization: `Bearer ${token}` },
    });
    // Each says so when it is.
    const events = (await answer.json()) as { text: string }[];
    const ms = performance.now() - began;
    if (events.filter(({ text }) => text === "ready").length === RUNNING) return ms;
    if (ms > READY_MS) throw new Error(`only ${events.length} of ${RUNNING} became ready`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function makeArchive(folder: string, archive: string): Promise<void> {
  const root = `${folder}/source/package`;
  await Deno.mkdir(root, { recursive: true });
  await Deno.writeTextFile(
    `${root}/package.json`,
    JSON.stringify({
      name: packageName(999),
      version: "1.0.0",
      description: "Large",
      author: "bench",
      main: "main.js",
      // Nothing is to run: it would be measured too.
      engines: { none: "*" },
      airdcpp: { apiVersion: 1 },
    }),
  );
  const size = Math.floor(BYTES / FILES);
  for (let number = 0; number < FILES; number++) {
    if (number % 100 === 0) await Deno.mkdir(`${root}/${number / 100}`);
    // Half of it compresses, as programs do.
    const content = new Uint8Array(size);
    crypto.getRandomValues(content.subarray(0, size / 2));
    await Deno.writeFile(`${root}/${Math.floor(number / 100)}/${number}.bin`, content);
  }
  await succeed("tar", ["-czf", archive, "-C", `${folder}/source`, "package"]);
  await Deno.remove(`${folder}/source`, { recursive: true });
}

async function unpacked(folder: string, archive: string): Promise<number> {
  const target = `${folder}/packages/.unpacked`;
  await Deno.mkdir(target, { recursive: true });
  await succeed("sync", []);
  const start = performance.now();
  await succeed("tar", ["-xzf", archive, "-C", target]);
  const ms = performance.now() - start;
  await Deno.remove(target, { recursive: true });
  return ms;
}

async function installed({ port }: Listening, token: string, archive: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const base = `http://127.0.0.1:${port}`;
  const file = await Deno.open(archive);
  const upload = await fetch(`${base}/temp`, { method: "POST", headers, body: file.readable });
  await upload.body?.cancel();
  const body = JSON.stringify({ upload: upload.headers.get("location"), wait: true });
  // Else the system's own writing would be measured.
  await succeed("sync", []);
  const start = performance.now();
  const answer = await fetch(`${base}/api/v1/outrigger/packages/install`, {
    method: "POST",
    headers,
    body,
  });
  const text = await answer.text();
  const ms = performance.now() - start;
  if (!answer.ok) throw new Error(`not installed: ${text}`);
  const removed = await fetch(`${base}/api/v1/extensions/${packageName(999)}`, {
    method: "DELETE",
    headers,
  });
  if (!removed.ok) throw new Error(`not removed: ${await removed.text()}`);
  return ms;
}

async function succeed(program: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
}
