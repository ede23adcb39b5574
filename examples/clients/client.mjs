/**
 * A client for Outrigger in plain JavaScript: calls, events, methods of its own, hooks. One file to
 * copy, for Node 22 and newer; older ones need `npm install ws`.
 *
 * As an extension, the host starts it:
 *   { "id": "org.example.js", "command": "node ${NL_PATH}/client.mjs" }
 * As a backend:
 *   node client.mjs --auth-info=.tmp/auth_info.json extensions.call '{"extensionId": ...}'
 *
 * The wire is described in lib/extensions/PROTOCOL.md. Integers above 2^53 lose digits, as in all
 * JavaScript. Below `offer` is an example of everything.
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const WebSocket = globalThis.WebSocket ?? (await import("ws")).default;

/** The credentials that the host gives an extension: in its arguments, or on its stdin. */
export function fromHost() {
  const argument = (name) => {
    const start = `--nl-${name}=`;
    return process.argv.find((word) => word.startsWith(start))?.slice(start.length);
  };
  if (argument("port") !== undefined) {
    const extensionId = argument("extension-id");
    return { port: argument("port"), token: argument("token"), extensionId };
  }
  const { nlPort, nlToken, nlExtensionId } = JSON.parse(readFileSync(0, "utf8"));
  return { port: nlPort, token: nlToken, extensionId: nlExtensionId };
}

/** The credentials of a backend; with an id, in the place of an extension without a command. */
export function fromAuthInfo(path, extensionId) {
  const { nlPort, nlToken } = JSON.parse(readFileSync(path, "utf8"));
  return { port: nlPort, token: nlToken, extensionId };
}

/** A call that failed. A method throws one to fail with a code and data of its own. */
export class Failure extends Error {
  constructor({ code, message, data, from }) {
    super(message);
    Object.assign(this, { code, data, fromExtension: from === "extension" });
  }
}

const disconnected = () =>
  new Failure({ code: "CLIENT_DISCONNECTED", message: "There is no connection to the host" });

/** A connection to the host that is made anew when it ends, with all that was registered. */
export class Client {
  #credentials;
  #giveUpAfterMs;
  #socket;
  #token;
  #closed = false;
  #lastId = 0;
  #registered = withResolvers();
  #pending = new Map(); // our requests
  #streams = new Map(); // our calls, by callId
  #answering = new Map(); // calls to us: an AbortController each
  #methods = new Map();
  #hooks = new Map();
  #listeners = new Map();

  /** @param credentials a function, asked anew for each attempt to connect */
  constructor(credentials, { giveUpAfterMs = 30_000 } = {}) {
    this.#credentials = credentials;
    this.#giveUpAfterMs = giveUpAfterMs;
  }

  /** Listens for an event. */
  on(event, listener) {
    this.#listeners.set(event, [...this.#listeners.get(event) ?? [], listener]);
  }

  /**
   * Offers methods, before `run` or with `await client.register()` behind it. A handler gets `data`
   * and `{ caller, signal, progress(data), part(data) }`; it returns the result or throws.
   */
  provide(methods) {
    for (const [name, handler] of Object.entries(methods)) this.#methods.set(name, handler);
  }

  /** Wants to be asked: the handler objects by returning `false` or a reason. */
  hook(name, handler) {
    this.#hooks.set(name, handler);
  }

  async register() {
    if (this.#methods.size > 0) {
      await this.#request("extensions.provide", { methods: [...this.#methods.keys()] });
    }
    for (const hook of this.#hooks.keys()) await this.#request("hooks.add", { hook });
    this.#registered.resolve();
  }

  /** Calls a native method: `client.call("filesystem.readFile", { path })`. */
  async call(method, data = null, timeoutMs = 30_000) {
    await this.#registered.promise;
    return await this.#request(method, data, timeoutMs);
  }

  /** Calls a method of an extension. Abort `signal`, and the call is cancelled. */
  async callExtension(extensionId, method, data = null, options = {}) {
    const { timeoutMs = 30_000, signal } = options;
    signal?.throwIfAborted();
    const callId = `call ${++this.#lastId}`;
    const cancel = () => void this.call("extensions.cancel", { callId }).catch(() => {});
    this.#streams.set(callId, options);
    signal?.addEventListener("abort", cancel);
    try {
      const request = { extensionId, method, data, timeoutMs, callId };
      // The host has the deadline; parts and progress begin it anew.
      return await this.call("extensions.call", request, null);
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#streams.delete(callId);
    }
  }

  /** Connects, and again when the connection ends. Returns when closed, or if the host is gone. */
  async run() {
    let waitMs = 100;
    let last = Date.now();
    while (!this.#closed && Date.now() - last < this.#giveUpAfterMs) {
      if (await this.#connection()) {
        last = Date.now();
        waitMs = 100;
      }
      if (this.#closed) break;
      await sleep(waitMs * (0.75 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, 5000);
    }
    this.#registered.reject(disconnected()); // whoever still waits for a connection
  }

  /** Ends the connection for good. */
  close() {
    this.#closed = true;
    this.#socket?.close();
  }

  /** One connection from its beginning to its end. Whether it stood at all. */
  async #connection() {
    let credentials;
    try {
      credentials = this.#credentials();
    } catch {
      return false; // a host that has ended takes its file away
    }
    const { port, token, extensionId } = credentials;
    // The connect token is what stands behind the dot of the access token.
    const query = new URLSearchParams({ connectToken: token.split(".")[1] });
    if (extensionId !== undefined) query.set("extensionId", extensionId);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?${query}`);
    socket.onerror = () => {}; // its end follows
    return await new Promise((resolve) => {
      socket.onopen = () => {
        this.#socket = socket;
        this.#token = token;
        this.register().catch((error) => {
          if (this.#socket !== socket) return; // it was lost meanwhile
          console.error("register:", error.message);
          this.#registered.resolve();
        });
      };
      socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
      socket.onclose = () => {
        resolve(this.#socket === socket);
        if (this.#socket === socket) this.#lost();
      };
    });
  }

  #lost() {
    this.#socket = undefined;
    // Who waits for the first registration waits for the next one.
    if (this.#registered.settled) this.#registered = withResolvers();
    for (const controller of this.#answering.values()) controller.abort();
    for (const { reject } of this.#pending.values()) reject(disconnected());
  }

  async #request(method, data, timeoutMs = 30_000) {
    if (this.#socket === undefined) throw disconnected();
    const id = String(++this.#lastId);
    const { promise, resolve, reject } = withResolvers();
    const late = () =>
      reject(new Failure({ code: "CLIENT_TIMEOUT", message: `No answer to ${method} in time` }));
    const timer = timeoutMs === null ? undefined : setTimeout(late, timeoutMs);
    this.#pending.set(id, { resolve, reject });
    try {
      this.#socket.send(JSON.stringify({ id, method, accessToken: this.#token, data }));
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  #receive({ id, event, data }) {
    if (id === undefined) return this.#onEvent(event, data);
    if (data?.error) this.#pending.get(id)?.reject(new Failure(data.error));
    else this.#pending.get(id)?.resolve(data?.returnValue ?? null);
  }

  #onEvent(event, data) {
    if (event === "extensionCall") this.#answer(data);
    else if (event === "extensionCallCancel") this.#answering.get(data.callId)?.abort(data.reason);
    else if (event === "extensionCallPart") this.#streams.get(data.callId)?.onPart?.(data.data);
    else if (event === "extensionCallProgress") {
      this.#streams.get(data.callId)?.onProgress?.(data.data);
    } else if (event === "hookRun") this.#answerHook(data);
    for (const listener of this.#listeners.get(event) ?? []) {
      Promise.resolve(data).then(listener).catch((error) => console.error(`${event}:`, error));
    }
  }

  async #answer({ callId, method, data, caller }) {
    const controller = new AbortController();
    const { signal } = controller;
    this.#answering.set(callId, controller);
    const call = {
      caller,
      signal,
      /** Tells the caller how far it is. */
      progress: async (data) => {
        signal.throwIfAborted();
        await this.#request("extensions.answerProgress", { callId, data });
      },
      /** Sends a part of the result; settles when the caller can take the next. */
      part: async (data) => {
        signal.throwIfAborted();
        await this.#request("extensions.answerPart", { callId, data }, null);
      },
    };
    let outcome;
    try {
      outcome = { result: await this.#methods.get(method)(data, call) ?? null };
    } catch (error) {
      const { code = "ERROR", message = String(error), data } = error ?? {};
      outcome = { error: { code: String(code), message, data } };
    } finally {
      if (this.#answering.get(callId) === controller) this.#answering.delete(callId);
    }
    if (signal.aborted) return; // nobody waits for it
    const say = (outcome) => this.#request("extensions.answer", { callId, ...outcome });
    await say(outcome).catch((error) => {
      // What is no JSON cannot be said.
      if (!(error instanceof Failure)) {
        return say({ error: { code: "ERROR", message: `${error}` } });
      }
    }).catch(() => {});
  }

  async #answerHook({ runId, hook, data }) {
    const socket = this.#socket;
    const verdict = await Promise.resolve(data).then(this.#hooks.get(hook)).catch(String);
    if (this.#socket !== socket) return; // another host may ask something else under this id
    const answer = { runId, allow: verdict === undefined || verdict === true };
    if (typeof verdict === "string") answer.reason = verdict;
    await this.#request("hooks.answer", answer).catch(() => {});
  }
}

/** `Promise.withResolvers` of Node 22, and whether it is settled. */
function withResolvers() {
  const parts = { settled: false };
  const promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  const settle = () => parts.settled = true;
  promise.then(settle, settle); // perhaps nobody else waits for it
  return Object.assign(parts, { promise });
}

// An example: what the tests call.

function offer(client) {
  client.provide({
    echo: (data) => data,
    add({ a, b }) {
      if (typeof a !== "number" || typeof b !== "number") {
        throw new TypeError("two numbers, please");
      }
      return a + b;
    },
    fail() {
      throw new Failure({ code: "NO_PAPER", message: "no paper", data: { tray: 2 } });
    },
    odd: () => 1n, // which is no JSON
    who: (_, { caller }) => caller,
    delay: ({ ms, value }) => sleep(ms, value),
    async count({ n, size }, call) {
      for (let i = 0; i < n; i++) await call.part({ i, text: "x".repeat(size) });
      return "counted";
    },
    async progress(n, call) {
      for (let i = 0; i < n; i++) await call.progress(i);
      return "done";
    },
    async slow(data, { progress, signal }) {
      const cancelled = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await progress("waiting");
      await cancelled;
      await client.call("app.broadcast", { event: "slowCancelled", data });
    },
    native: ({ method, data }) => client.call(method, data),

    /** Calls another extension, and returns everything that it heard of it. */
    async ask({ extensionId, method, data, timeoutMs, cancelAfterMs }) {
      const heard = { parts: [], progress: [] };
      const options = {
        timeoutMs,
        onPart: (part) => heard.parts.push(part),
        onProgress: (progress) => heard.progress.push(progress),
        signal: cancelAfterMs === undefined ? undefined : AbortSignal.timeout(cancelAfterMs),
      };
      try {
        heard.result = await client.callExtension(extensionId, method, data, options);
      } catch ({ code, message, data, fromExtension }) {
        heard.error = code === "OR_CA_CANCELD"
          ? { code: "cancelled" }
          : { code, message, data, fromExtension };
      }
      return heard;
    },
  });
  client.hook("close", (data) => data === "unsaved" ? "unsaved changes" : undefined);
  client.on("ping", (data) => client.call("app.broadcast", { event: "pong", data }));
}

async function main([option, method, data = "null"]) {
  if (option?.startsWith("--auth-info=")) {
    const path = option.slice("--auth-info=".length);
    const client = new Client(() => fromAuthInfo(path));
    const running = client.run();
    console.log(JSON.stringify(await client.call(method, JSON.parse(data))));
    client.close();
    return await running;
  }
  const credentials = fromHost();
  const client = new Client(() => credentials);
  offer(client);
  // The host is about to end, or to end us: then there is nothing to connect to again.
  client.on("windowClose", () => client.close());
  await client.run();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(process.argv.slice(2));
}
