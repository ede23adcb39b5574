/**
 * One request over and over, on connections that stay open.
 *
 * @module
 */

import { type Busy, runJob, sleep, soon, Watch } from "./job.ts";

const WARM_UP_MS = 400;

export interface RequestsJob {
  port: number;
  path: string;
  /** Further header fields, a line each. Default none. */
  headers?: string[];
  /** Length that the body must have. */
  bytes: number;
  /** What it must be, as a regular expression. */
  body: string;
  serverPid: number;
  connections: number;
  seconds: number;
}

export interface RequestsResult extends Busy {
  perSecond: number;
}

if (import.meta.main) await runJob<RequestsJob>(run);

async function run(job: RequestsJob): Promise<RequestsResult> {
  const request = new TextEncoder().encode(
    [`GET ${job.path} HTTP/1.1`, `Host: 127.0.0.1:${job.port}`, ...job.headers ?? [], "", ""]
      .join("\r\n"),
  );
  const connections: Deno.TcpConn[] = [];
  for (let i = 0; i < job.connections; i++) {
    connections.push(await Deno.connect({ hostname: "127.0.0.1", port: job.port }));
  }
  const length = await soon(verified(connections[0]!, request, job), "first answer");
  let answers = 0;
  let stopped = false;
  const work = connections.map(async (connection) => {
    const buffer = new Uint8Array(1 << 16);
    while (!stopped) {
      await connection.write(request);
      // The head has the same length each time: the date does, and nothing else in it varies.
      for (let got = 0; got < length;) {
        const read = await connection.read(buffer);
        if (read === null || got + read > length) throw new Error("an answer of another length");
        if (got === 0 && buffer[9] !== 0x32) throw new Error("a status other than 2xx");
        got += read;
      }
      answers++;
    }
  });
  const failed = Promise.all(work).then(() => {});
  await Promise.race([failed, sleep(WARM_UP_MS)]);
  const before = answers;
  const watch = new Watch(job.serverPid);
  await Promise.race([failed, sleep(job.seconds * 1000)]);
  const { ms, ...busy } = watch.stop();
  const perSecond = (answers - before) / ms * 1000;
  stopped = true;
  await failed;
  return { perSecond, ...busy };
}

/** Reads one answer as a whole; @returns its length with its head */
async function verified(
  connection: Deno.TcpConn,
  request: Uint8Array,
  { bytes, body: expected }: RequestsJob,
): Promise<number> {
  await connection.write(request);
  const buffer = new Uint8Array(1 << 16);
  let end = 0;
  for (;;) {
    const read = await connection.read(buffer.subarray(end));
    if (read === null) throw new Error("the server ended a connection");
    end += read;
    const text = new TextDecoder().decode(buffer.subarray(0, end));
    const body = text.indexOf("\r\n\r\n") + 4;
    if (body < 4 || end < body + bytes) continue;
    const stated = /\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1];
    if (!text.startsWith("HTTP/1.1 200 ") || Number(stated) !== bytes || end !== body + bytes) {
      throw new Error(`wrong answer: ${text.slice(0, 300)}`);
    }
    if (!new RegExp(expected).test(text.slice(body))) throw new Error("the body is another");
    return end;
  }
}
