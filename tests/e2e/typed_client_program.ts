/**
 * An extension or backend with lib/client.ts, for Deno and Node: what every client of
 * `examples/clients/` is for its language.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import {
  type Client,
  connect,
  fromArguments,
  fromAuthInfo,
  fromStdin,
  type Json,
  OutriggerError,
} from "../../lib/client.ts";

type Members = Record<string, Json>;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function offer(client: Client): Promise<void> {
  const objection = (data: Json) => data === "unsaved" ? "unsaved changes" : undefined;
  await client.hook("close", objection).catch(({ message }) => console.error(message));
  client.on("ping", (data) => void client.call("app.broadcast", { event: "pong", data }));
  await client.provide({
    echo: (data) => data,
    odd: () => 1n, // which is no JSON
    who: (_, { caller }) => caller,
    add(data) {
      const { a, b } = data as { a: number; b: number };
      if (typeof a !== "number") throw new TypeError("two numbers, please");
      return a + b;
    },
    fail() {
      throw Object.assign(new Error("no paper"), { code: "NO_PAPER", data: { tray: 2 } });
    },
    async delay(data) {
      const { ms, value } = data as { ms: number; value: Json };
      await sleep(ms);
      return value;
    },
    async *count(data) {
      const { n, size } = data as { n: number; size: number };
      for (let i = 0; i < n; i++) yield { i, text: "x".repeat(size) };
      return "counted";
    },
    async progress(data, call) {
      for (let i = 0; i < (data as number); i++) await call.progress(i);
      return "done";
    },
    async slow(data, { progress, signal }) {
      const cancelled = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await progress("waiting");
      await cancelled;
      await client.call("app.broadcast", { event: "slowCancelled", data });
    },
    native(data) {
      const { method, data: parameters } = data as { method: string; data: Json };
      return client.call(method, parameters);
    },
    ask: (data) => ask(client, data as Members),
  });
}

async function ask(client: Client, data: Members): Promise<unknown> {
  const heard: Record<string, unknown> & { parts: Json[]; progress: Json[] } = {
    parts: [],
    progress: [],
  };
  const options = {
    onPart: (part: Json) => void heard.parts.push(part),
    onProgress: (progress: Json) => void heard.progress.push(progress),
    ...(data.timeoutMs === undefined ? {} : { timeoutMs: data.timeoutMs as number }),
    ...(data.cancelAfterMs === undefined
      ? {}
      : { signal: AbortSignal.timeout(data.cancelAfterMs as number) }),
  };
  try {
    const [id, method] = [String(data.extensionId), String(data.method)];
    heard.result = await client.callExtension(id, method, data.data ?? null, options);
  } catch (error) {
    const { code, message, data, fromExtension } = error as OutriggerError;
    heard.error = code === "OR_CA_CANCELD"
      ? { code: "cancelled" }
      : { code, message, data, fromExtension };
  }
  return heard;
}

const [first = "", method = "", data = "null"] = process.argv.slice(2);
if (first.startsWith("--auth-info=")) {
  const text = readFileSync(first.slice("--auth-info=".length), "utf8");
  const client = await connect(() => fromAuthInfo(text));
  console.log(JSON.stringify(await client.call(method, JSON.parse(data))));
  client.close();
} else {
  const credentials = fromArguments(process.argv) ?? fromStdin(readFileSync(0, "utf8"));
  const client = await connect(credentials);
  client.on("windowClose", () => client.close());
  await offer(client);
}
