/** From start to first answer. */

import { type AppFolder, endpoint, request } from "../app_folder.ts";
import { type Bench, type Case, interleaved } from "../bench.ts";
import { compared, type Finding } from "../findings.ts";
import { textFrame } from "../load/frames.ts";
import { RawSocket } from "../load/raw_socket.ts";
import type { Program, StartCommand } from "../programs.ts";
import { Server } from "../servers.ts";

/** Starts of each for one round of the other cases. */
const STARTS_PER_ROUND = 4;
const DEADLINE_MS = 10_000;
/** Between two looks. Blocks this thread, so that nothing but the sleep takes time. */
const LOOK_EVERY_MS = 0.2;

export const firstCall: Case = {
  name: "first-call",
  how: "From spawn to the first answered call of a backend, minus the time from spawn to the " +
    "first answer of an empty compiled `Deno.serve`. Both get a port that was free before and are tried " +
    "by connecting every 0.2 ms; at the host the auth info is then read, the connection upgraded " +
    "and `computer.getArch` called. Over HTTP, the first answer to a request for the globals.",
  async run({ program, app, rounds }: Bench): Promise<Finding[]> {
    // The first start of each reads from the disk.
    await startEmpty(program);
    await startHost(program, app);
    const pairs = await interleaved(
      rounds * STARTS_PER_ROUND,
      () => startEmpty(program),
      () => startHost(program, app),
    );
    const overHttp = await interleaved(
      rounds * STARTS_PER_ROUND,
      () => startEmpty(program),
      () =>
        firstAnswer(
          { ...program.host, args: [...program.host.args, `--path=${app.path}`] },
          (port) => `--port=${port}`,
          "/__neutralino_globals.js",
        ),
    );
    return [
      compared(pairs, {
        label: "spawn to answer",
        unit: "ms",
        by: "difference",
        target: { bound: "at most", value: 25 },
      }),
      compared(overHttp, { label: "spawn to answer over HTTP", unit: "ms", by: "difference" }),
    ];
  },
};

function startEmpty(program: Program): Promise<number> {
  return firstAnswer(program.quickest, String, "/");
}

/** From spawn to the first answer to a GET. */
async function firstAnswer(
  { program, args }: StartCommand,
  portArgument: (port: number) => string,
  target: string,
): Promise<number> {
  const port = freePort();
  const start = performance.now();
  await using _server = new Server({ program, args: [...args, portArgument(port)] });
  const connection = await connected(port, start);
  await connection.write(
    new TextEncoder().encode(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
  );
  const buffer = new Uint8Array(1024);
  const length = await connection.read(buffer) ?? 0;
  const ms = performance.now() - start;
  connection.close();
  const answer = new TextDecoder().decode(buffer.subarray(0, length));
  if (!answer.startsWith("HTTP/1.1 200 ")) throw new Error(`${program}: ${answer}`);
  return ms;
}

async function startHost(program: Program, app: AppFolder): Promise<number> {
  const port = freePort();
  await app.forget();
  const { program: path, args } = program.host;
  const start = performance.now();
  await using _server = new Server({
    program: path,
    args: [...args, `--path=${app.path}`, `--port=${port}`],
  });
  const connection = await connected(port, start);
  let auth = app.auth();
  while (auth === undefined) {
    pause(start);
    auth = app.auth();
  }
  using socket = RawSocket.over(connection);
  await socket.upgrade(port, endpoint(auth, "app").target);
  const call = request(auth, "computer.getArch");
  await socket.write(textFrame(call));
  const { id } = JSON.parse(call);
  for (;;) {
    const answer = JSON.parse(await socket.message());
    if (answer.id !== id) continue;
    if (typeof answer.data?.returnValue !== "string") throw new Error("the call failed");
    return performance.now() - start;
  }
}

async function connected(port: number, start: number): Promise<Deno.TcpConn> {
  for (;;) {
    try {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      connection.setNoDelay(true);
      return connection;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      pause(start);
    }
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));

function pause(start: number): void {
  if (performance.now() - start > DEADLINE_MS) throw new Error("a server did not start");
  Atomics.wait(never, 0, 0, LOOK_EVERY_MS);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
