/**
 * A client for pages, backends and extensions: calls, events, methods of its own, hooks. One file
 * without dependencies, for Deno, Node 22 and newer, and browsers. It connects again when a
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

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Where to connect, and as whom. */
export interface Credentials {
  port: number;
  /** Sent with every request. */
  accessToken: string;
  /** Sent with the handshake. Default: what stands behind the dot of `accessToken`. */
  connectToken?: string;
  /** Connects as this extension, or in its place. */
  extensionId?: string;
  /** Default `127.0.0.1`. */
  hostname?: string;
}

/** Settings of {@linkcode connect}. */
export interface ClientOptions {
  /** Connect again when a connection ends. Default true. */
  reconnect?: boolean;
  /** Longest wait between two attempts, milliseconds. They begin at 100. Default 10,000. */
  longestWaitMs?: number;
  /** Until a request is answered, milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** Told when a connection stands or has ended. */
  onState?: (state: "connected" | "disconnected") => void;
  /** Told of every event, whatever its name. */
  onEvent?: (event: string, data: Json) => void;
}

/** A request that was answered with an error, or not at all. */
export class OutriggerError extends Error {
  override readonly name = "OutriggerError";
  /** The host's, the extension's, or `CLIENT_TIMEOUT`, `CLIENT_DISCONNECTED`, `CLIENT_CLOSED`. */
  readonly code: string;
  /** Of an extension's own error. */
  readonly data: unknown;
  /** Whether the extension itself said so. */
  readonly fromExtension: boolean;

  constructor({ code, message, data, from }: WireError) {
    super(message);
    this.code = code;
    this.data = data;
    this.fromExtension = from === "extension";
  }
}

interface WireError {
  code: string;
  message: string;
  data?: unknown;
  from?: string;
}

/** How one call may go on. */
export interface CallOptions {
  /** Milliseconds. */
  timeoutMs?: number;
  /** Cancels the call. */
  signal?: AbortSignal;
  /** Told how far the extension is. */
  onProgress?: (data: Json) => void;
  /** Given each part of a streamed result. */
  onPart?: (data: Json) => void;
}

/** Who calls, and what may be said before the answer. */
export interface CallContext {
  caller: { kind: "page" | "backend" | "extension"; extensionId?: string };
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Tells the caller how far it is. */
  progress(data: Json): Promise<void>;
  /** Sends one part of the result; settles when the caller can take the next. */
  part(data: Json): Promise<void>;
}

/**
 * A method that an extension offers. What it returns is the answer; what an async generator yields
 * before are parts. What it throws is the error: `code` and `data` of it are passed on.
 */
export type Handler = (
  data: Json,
  context: CallContext,
) => unknown | Promise<unknown> | AsyncGenerator<Json, unknown, void>;

/** Objects by returning `false` or a reason. */
export type HookHandler = (
  data: Json,
) => boolean | string | void | Promise<boolean | string | void>;

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * Connects.
 *
 * @param credentials asked anew for each attempt: after a restart of the host they are others
 * @throws {OutriggerError} `CLIENT_DISCONNECTED` when the first attempt fails
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

/** From the text of `auth_info.json`. */
export function fromAuthInfo(text: string, extensionId?: string): Credentials {
  const { nlPort, nlToken, port, accessToken } = JSON.parse(text);
  const as = extensionId === undefined ? {} : { extensionId };
  return { port: Number(nlPort ?? port), accessToken: nlToken ?? accessToken, ...as };
}

/** From what an extension reads on its stdin. */
export function fromStdin(text: string): Credentials {
  const { nlPort, nlToken, nlConnectToken, nlExtensionId } = JSON.parse(text);
  return {
    port: Number(nlPort),
    accessToken: nlToken,
    connectToken: nlConnectToken,
    extensionId: nlExtensionId,
  };
}

/** From the `--nl-...` arguments of an extension; `undefined` when there are none. */
export function fromArguments(args: readonly string[]): Credentials | undefined {
  const value = (name: string) => {
    const start = `--nl-${name}=`;
    return args.find((word) => word.startsWith(start))?.slice(start.length);
  };
  const [port, accessToken] = [value("port"), value("token")];
  const extensionId = value("extension-id");
  if (port === undefined || accessToken === undefined) return undefined;
  return { port: Number(port), accessToken, ...(extensionId === undefined ? {} : { extensionId }) };
}

/** From the globals of a page. */
export function fromPage(): Credentials {
  const page = globalThis as unknown as {
    NL_PORT: number;
    NL_TOKEN: string;
    sessionStorage?: { getItem(key: string): string | null };
    location?: { hostname: string };
  };
  const accessToken = page.NL_TOKEN || (page.sessionStorage?.getItem("NL_TOKEN") ?? "");
  const hostname = page.location?.hostname;
  return { port: page.NL_PORT, accessToken, ...(hostname ? { hostname } : {}) };
}

/** A connection to a host that is made anew when it ends. Use {@linkcode connect}. */
export class Client {
  readonly #credentials: () => Promise<Credentials>;
  readonly #options: ClientOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Map<string, Set<(data: Json) => void>>();
  readonly #methods = new Map<string, Handler>();
  readonly #hooks = new Map<string, HookHandler>();
  /** Calls of others to methods of ours that are being answered. */
  readonly #answering = new Map<string, AbortController>();
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
    return this.#opening ??= this.#open().finally(() => this.#opening = undefined);
  }

  /** Calls a native method: `client.call("filesystem.readFile", { path })`. */
  async call(method: string, data?: unknown, options: { timeoutMs?: number } = {}): Promise<Json> {
    if (!this.connected) await this.#reopened();
    return await this.#request(method, data, options.timeoutMs) as Json;
  }

  /** Calls a method that an extension offers. */
  async callExtension(
    extensionId: string,
    method: string,
    data: Json = null,
    options: CallOptions = {},
  ): Promise<Json> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    signal?.throwIfAborted();
    const callId = `call ${++this.#lastId}`;
    this.#calls.set(callId, options);
    const cancel = () => void this.call("extensions.cancel", { callId }).catch(() => {});
    signal?.addEventListener("abort", cancel);
    try {
      const request = { extensionId, method, data, timeoutMs, callId };
      if (!this.connected) await this.#reopened();
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
    for (const [name, handler] of Object.entries(methods)) this.#methods.set(name, handler);
    await this.#announceMethods();
  }

  /** Wants to be asked. One handler a hook. */
  async hook(name: string, handler: HookHandler): Promise<void> {
    this.#hooks.set(name, handler);
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
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onclose = () => reject(new OutriggerError(DISCONNECTED));
      socket.onerror = () => {};
    });
    if (this.#closed) {
      socket.close(1000);
      throw new OutriggerError(CLOSED);
    }
    this.#socket = socket;
    this.#failures = 0;
    socket.onmessage = ({ data }) => this.#receive(String(data));
    socket.onclose = () => this.#lost();
    if (this.#methods.size > 0) await this.#announceMethods();
    for (const hook of this.#hooks.keys()) await this.#request("hooks.add", { hook });
    this.#options.onState?.("connected");
  }

  #lost(): void {
    this.#socket = undefined;
    for (const controller of this.#answering.values()) controller.abort();
    this.#fail("CLIENT_DISCONNECTED", DISCONNECTED.message);
    if (this.#closed) return;
    this.#options.onState?.("disconnected");
    if (this.#options.reconnect ?? true) this.#reconnectLater();
  }

  #reconnectLater(): void {
    const longest = this.#options.longestWaitMs ?? 10_000;
    // Many that lost one host must not all come back at the same moment.
    const wait = Math.min(100 * 2 ** this.#failures++, longest) * (0.75 + Math.random() / 2);
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

  async #announceMethods(): Promise<void> {
    if (!this.connected) return;
    await this.#request("extensions.provide", { methods: [...this.#methods.keys()] });
  }

  /** @param timeoutMs `null`: none but the connection's end */
  #request(
    method: string,
    data: unknown,
    timeoutMs: number | null = this.#timeoutMs,
  ): Promise<unknown> {
    const id = `${++this.#lastId}`;
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#pending.delete(id);
        reject(
          new OutriggerError({
            code: "CLIENT_TIMEOUT",
            message: `No answer to ${method} within ${timeoutMs} ms`,
          }),
        );
      };
      const timer = timeoutMs === null ? undefined : setTimeout(late, timeoutMs);
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
    if (event === "extensionCall") void this.#answer(about);
    else if (event === "extensionCallCancel") this.#answering.get(String(about.callId))?.abort();
    else if (event === "extensionCallPart") {
      this.#calls.get(String(about.callId))?.onPart?.(about.data!);
    } else if (event === "extensionCallProgress") {
      this.#calls.get(String(about.callId))?.onProgress?.(about.data!);
    } else if (event === "hookRun") void this.#answerHook(about);
    for (const listener of this.#listeners.get(event) ?? []) listener(data);
    this.#options.onEvent?.(event, data);
  }

  async #answer({ callId, method, data, caller }: Record<string, Json>): Promise<void> {
    const controller = new AbortController();
    const id = String(callId);
    this.#answering.set(id, controller);
    const say = async (verb: string, more: object) => {
      await this.#request(`extensions.${verb}`, { callId: id, ...more }, null);
    };
    const part = (data: Json) => say("answerPart", { data });
    try {
      const handler = this.#methods.get(String(method));
      if (handler === undefined) throw new Error(`There is no method ${method}`);
      const context = {
        caller: caller as unknown as CallContext["caller"],
        signal: controller.signal,
        progress: (data: Json) => say("answerProgress", { data }),
        part,
      };
      const result = await handler(data!, context);
      const value = isGenerator(result) ? await drain(result, controller.signal, part) : result;
      if (!controller.signal.aborted) await say("answer", { result: value ?? null });
    } catch (error) {
      if (!controller.signal.aborted) {
        await say("answer", { error: describe(error) }).catch(() => {});
      }
    } finally {
      this.#answering.delete(id);
    }
  }

  /** Nobody waits for the response to an answer: none is asked for. */
  #answerWith(callId: string, outcome: { result: unknown } | { error: WireError }): void {
    if (!this.connected) return;
    this.#send(`${++this.#lastId}`, "extensions.answer", { callId, ...outcome, quiet: true });
  }

  #send(id: string, method: string, data: unknown): void {
    this.#socket!.send(JSON.stringify({ id, method, accessToken: this.#accessToken, data }));
  }

  async #answerHook({ runId, hook, data }: Record<string, Json>): Promise<void> {
    const handler = this.#hooks.get(String(hook));
    if (handler === undefined) return;
    let verdict: boolean | string | void;
    try {
      verdict = await handler(data!);
    } catch (error) {
      verdict = (error as Error).message;
    }
    const allow = verdict === undefined || verdict === true;
    const reason = typeof verdict === "string" ? { reason: verdict } : {};
    await this.#request("hooks.answer", { runId, allow, ...reason }).catch(() => {});
  }
}

const CLOSED = { code: "CLIENT_CLOSED", message: "The client was closed" };
const DISCONNECTED = {
  code: "CLIENT_DISCONNECTED",
  message: "There is no connection to the host",
};

function isGenerator(value: unknown): value is AsyncGenerator<Json, unknown, void> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value &&
    "next" in value;
}

async function drain(
  generator: AsyncGenerator<Json, unknown, void>,
  signal: AbortSignal,
  part: (data: Json) => Promise<void>,
): Promise<unknown> {
  for (;;) {
    const { value, done } = await generator.next();
    if (done) return value;
    if (signal.aborted) {
      await generator.return(undefined);
      return undefined;
    }
    await part(value);
  }
}

function describe(error: unknown): WireError {
  const { code, message, data } = error as Partial<WireError>;
  return {
    code: typeof code === "string" ? code : "ERROR",
    message: String(message ?? error),
    ...(data === undefined ? {} : { data }),
  };
}
