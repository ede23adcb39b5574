/**
 * A client for pages, backends and extensions: calls, events, methods of its own, hooks. It
 * has no dependencies and is for Deno, Node 22 and newer, and browsers. It connects again when a
 * connection ends, and registers anew what it had registered.
 *
 * @example
 * ```ts ignore
 * import { connect, fromAuthInfo } from "@outrigger/host/client";
 *
 * const client = await connect(() => fromAuthInfo(Deno.readTextFileSync(".tmp/auth_info.json")));
 * const printed = await client.callExtension("org.example.printer", "print", { pages: 2 });
 * ```
 *
 * @module
 */

import type { Credentials } from "./client/credentials.ts";
import { type Handler, type HookHandler, Offers } from "./client/offers.ts";
import { type Json, OutriggerError, type WireError } from "./client/wire.ts";

export {
  type Credentials,
  fromArguments,
  fromAuthInfo,
  fromPage,
  fromStdin,
} from "./client/credentials.ts";
export type { CallContext, Handler, HookHandler } from "./client/offers.ts";
export { type Json, OutriggerError, type WireError } from "./client/wire.ts";

/** Settings of {@linkcode connect}. */
export interface ClientOptions {
  /** Connect again when a connection ends. Default true. */
  reconnect?: boolean;
  /** Longest wait between two attempts, milliseconds. They begin at 100. Default 10,000. */
  longestWaitMs?: number;
  /** Until a request is answered, milliseconds; `Infinity` for none. Default 30,000. */
  timeoutMs?: number;
  /** Told when a connection stands or has ended. */
  onState?: (state: "connected" | "disconnected") => void;
  /** Told of every event, whatever its name. */
  onEvent?: (event: string, data: Json) => void;
}

/** How one call may go on. */
export interface CallOptions {
  /** Milliseconds, at most a day. */
  timeoutMs?: number;
  /** Cancels the call. */
  signal?: AbortSignal;
  /** Told how far the extension is. */
  onProgress?: (data: Json) => void;
  /** Given each part of a streamed result. */
  onPart?: (data: Json) => void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * Connects.
 *
 * @param credentials asked anew for each attempt: after a restart of the host they are others
 * @throws {OutriggerError} `CLIENT_DISCONNECTED` when the first attempt fails, `CLIENT_TIMEOUT` when
 * nothing has answered it within 10 s (or `timeoutMs`, if that is less)
 */
export async function connect(
  credentials: Credentials | (() => Credentials | Promise<Credentials>),
  options: ClientOptions = {},
): Promise<Client> {
  const ask = typeof credentials === "function" ? credentials : () => credentials;
  const client = new Client(async () => await ask(), options);
  await client.open();
  return client;
}

/** A connection to a host that is made anew when it ends. Use {@linkcode connect}. */
export class Client {
  readonly #credentials: () => Promise<Credentials>;
  readonly #options: ClientOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Map<string, Set<(data: Json) => void>>();
  readonly #offers = new Offers({
    request: (method, data) => this.#request(method, data, null),
    tell: (method, data) => this.connected && this.#send(`${++this.#lastId}`, method, data),
  });
  /** Calls of ours to extensions, by their `callId`. */
  readonly #calls = new Map<string, CallOptions>();
  #socket: WebSocket | undefined;
  #accessToken = "";
  #opening: Promise<void> | undefined;
  #closed = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor(credentials: () => Promise<Credentials>, options: ClientOptions) {
    this.#credentials = credentials;
    this.#options = options;
  }

  /** Whether a connection stands now. */
  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Connects now, unless it is or does already. */
  open(): Promise<void> {
    if (this.#opening === undefined && this.connected) return Promise.resolve();
    return this.#opening ??= this.#open().finally(() => this.#opening = undefined);
  }

  /** Calls a native method: `client.call("filesystem.readFile", { path })`. */
  async call(method: string, data?: unknown, options: { timeoutMs?: number } = {}): Promise<Json> {
    if (!this.connected) await this.#reopened();
    return await this.#request(method, data, options.timeoutMs) as Json;
  }

  /** Calls a method that an extension offers, with any JSON value. */
  async callExtension(
    extensionId: string,
    method: string,
    data: unknown = null,
    options: CallOptions = {},
  ): Promise<Json> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    signal?.throwIfAborted();
    const callId = `call ${++this.#lastId}`;
    this.#calls.set(callId, options);
    const cancel = () => void this.call("extensions.cancel", { callId }).catch(() => {});
    signal?.addEventListener("abort", cancel);
    try {
      const longest = Math.min(timeoutMs, LONGEST_CALL_MS);
      const request = { extensionId, method, data, timeoutMs: longest, callId };
      if (!this.connected) await this.#reopened();
      signal?.throwIfAborted();
      // The host has its own deadline for the answer, which parts and progress move on.
      return await this.#request("extensions.call", request, null) as Json;
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#calls.delete(callId);
    }
  }

  /** Listens for an event. @returns what stops it */
  on(event: string, listener: (data: Json) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Offers methods, beside those offered before. Only extensions may. */
  async provide(methods: Record<string, Handler>): Promise<void> {
    this.#offers.addMethods(methods);
    if (this.connected) await this.#offers.announceMethods();
  }

  /** Wants to be asked. One handler a hook. */
  async hook(name: string, handler: HookHandler): Promise<void> {
    this.#offers.addHook(name, handler);
    await this.call("hooks.add", { hook: name });
  }

  /** Ends the connection for good; what waits is rejected. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.close(1000);
    this.#fail("CLIENT_CLOSED", "The client was closed");
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? 30_000;
  }

  async #open(): Promise<void> {
    if (this.#closed) throw new OutriggerError(CLOSED);
    const { port, accessToken, connectToken, extensionId, hostname } = await this.#credentials();
    this.#accessToken = accessToken;
    const query = new URLSearchParams({
      ...(extensionId === undefined ? {} : { extensionId }),
      connectToken: connectToken ?? accessToken.split(".")[1] ?? "",
    });
    const socket = new WebSocket(`ws://${hostname ?? "127.0.0.1"}:${port}/?${query}`);
    await this.#opened(socket);
    if (this.#closed) {
      socket.close(1000);
      throw new OutriggerError(CLOSED);
    }
    this.#socket = socket;
    this.#failures = 0;
    socket.onmessage = ({ data }) => this.#receive(String(data));
    socket.onclose = () => this.#lost();
    await this.#offers.announceAll();
    if (!this.connected) throw new OutriggerError(DISCONNECTED);
    this.#options.onState?.("connected");
  }

  /** What listens may be stopped, or no host at all: it is not waited for without end. */
  async #opened(socket: WebSocket): Promise<void> {
    const wait = Math.min(this.#timeoutMs, LONGEST_HANDSHAKE_MS);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => {
          reject(timedOut(`No answer to the handshake within ${wait} ms`));
          socket.close();
        }, wait);
        socket.onopen = () => resolve();
        socket.onclose = () => reject(new OutriggerError(DISCONNECTED));
        socket.onerror = () => {};
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(): void {
    this.#socket = undefined;
    this.#offers.abandon();
    this.#fail("CLIENT_DISCONNECTED", DISCONNECTED.message);
    if (this.#closed) return;
    this.#options.onState?.("disconnected");
    if (this.#options.reconnect ?? true) this.#reconnectLater();
  }

  #reconnectLater(): void {
    const longest = this.#options.longestWaitMs ?? 10_000;
    // Many that lost one host must not all come back at the same moment.
    const wait = Math.min(100 * 2 ** this.#failures++, longest) * (0.75 + Math.random() / 2);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (!this.#closed) void this.open().catch(() => this.#closed || this.#reconnectLater());
    }, wait);
  }

  /** Waits for a connection, as long as a request may take. */
  async #reopened(): Promise<void> {
    const end = Date.now() + this.#timeoutMs;
    while (!this.connected) {
      if (this.#closed) throw new OutriggerError(CLOSED);
      const lasting = this.#options.reconnect ?? true;
      if (!lasting || Date.now() > end) throw new OutriggerError(DISCONNECTED);
      await (this.#opening?.catch(() => {}) ?? new Promise((resolve) => setTimeout(resolve, 20)));
    }
  }

  /** @param timeoutMs `null`: none but the connection's end */
  #request(
    method: string,
    data: unknown,
    timeoutMs: number | null = this.#timeoutMs,
  ): Promise<unknown> {
    if (!this.connected) return Promise.reject(new OutriggerError(DISCONNECTED));
    const id = `${++this.#lastId}`;
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#pending.delete(id);
        reject(timedOut(`No answer to ${method} within ${timeoutMs} ms`));
      };
      const isBound = timeoutMs !== null && timeoutMs <= LONGEST_TIMER_MS;
      const timer = isBound ? setTimeout(late, timeoutMs) : undefined;
      this.#pending.set(id, { resolve, reject, timer: timer! });
      this.#send(id, method, data);
    });
  }

  #fail(code: string, message: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of pending) {
      clearTimeout(timer);
      reject(new OutriggerError({ code, message }));
    }
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as {
      id?: string;
      event?: string;
      data: { error?: WireError; returnValue?: unknown; success?: boolean } | null;
    };
    if (message.id === undefined) return this.#onEvent(message.event!, message.data as Json);
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    const { data } = message;
    if (data?.error !== undefined) pending.reject(new OutriggerError(data.error));
    else pending.resolve(data !== null && "returnValue" in data ? data.returnValue : null);
  }

  #onEvent(event: string, data: Json): void {
    const about = data as Record<string, Json>;
    this.#offers.onEvent(event, about);
    if (event === "extensionCallPart") this.#calls.get(String(about.callId))?.onPart?.(about.data!);
    else if (event === "extensionCallProgress") {
      this.#calls.get(String(about.callId))?.onProgress?.(about.data!);
    }
    for (const listener of this.#listeners.get(event) ?? []) listener(data);
    this.#options.onEvent?.(event, data);
  }

  #send(id: string, method: string, data: unknown): void {
    this.#socket!.send(JSON.stringify({ id, method, accessToken: this.#accessToken, data }));
  }
}

const LONGEST_HANDSHAKE_MS = 10_000;
/** What the host takes: a day. */
const LONGEST_CALL_MS = 86_400_000;
/** What timers take; with more they end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const CLOSED = { code: "CLIENT_CLOSED", message: "The client was closed" };
const DISCONNECTED = {
  code: "CLIENT_DISCONNECTED",
  message: "There is no connection to the host",
};

function timedOut(message: string): OutriggerError {
  return new OutriggerError({ code: "CLIENT_TIMEOUT", message });
}
