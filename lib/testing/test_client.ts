/**
 * A client for tests: calls and events, each with a deadline.
 *
 * @module
 */

import { generate } from "@std/uuid/v7";

/** An event as it came. */
export interface ReceivedEvent {
  event: string;
  data: unknown;
}

/** A native method that answered with an error. */
export class CallError extends Error {
  override readonly name = "CallError";
  /** The wire code, such as `NE_RT_NATNTIM`. */
  readonly code: string;
  /** The error as it came; those of extensions have `from` and perhaps `data`. */
  readonly wire: { code: string; message: string; data?: unknown; from?: "extension" };

  constructor(method: string, error: CallError["wire"]) {
    super(`${method}: ${error.code}: ${error.message}`);
    this.code = error.code;
    this.wire = error;
  }
}

/** How long a wait may take. */
export interface Deadline {
  /** Milliseconds. Default 5000. */
  timeoutMs?: number;
}

interface Waiter {
  matches: (event: ReceivedEvent) => boolean;
  resolve: (event: ReceivedEvent) => void;
  reject: () => void;
}

/** One WebSocket connection to a host. */
export class TestClient implements AsyncDisposable {
  /** Everything received and not yet taken by {@linkcode TestClient.event}, oldest first. */
  readonly events: ReceivedEvent[] = [];
  /** Resolves with code and reason when the connection has ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #accessToken: string;
  readonly #calls = new Map<string, PromiseWithResolvers<unknown>>();
  readonly #waiters = new Set<Waiter>();

  private constructor(socket: WebSocket, accessToken: string) {
    this.#socket = socket;
    this.#accessToken = accessToken;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        resolve({ code, reason });
        const error = new Error(`The connection was closed (${code} ${reason}) before the answer`);
        for (const { reject } of this.#calls.values()) reject(error);
        for (const { reject } of this.#waiters) reject();
      });
    });
  }

  /**
   * Connects.
   *
   * @param url with the query of section 3.1
   * @param accessToken sent with every call
   * @throws {Error} when the handshake is refused
   */
  static async open(url: string, accessToken: string): Promise<TestClient> {
    const socket = new WebSocket(url);
    const client = new TestClient(socket, accessToken);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", (event) => {
        reject(
          new Error(`Cannot connect to ${url.split("?")[0]}: ${(event as ErrorEvent).message}`),
        );
      });
    });
    return client;
  }

  /**
   * Calls a native method.
   *
   * @returns its `returnValue`, or the whole answer where it has none
   * @throws {CallError} when the method answers with an error; {Error} when the connection ends before,
   * or has ended
   */
  async call(
    method: string,
    data?: unknown,
    { timeoutMs = 5000 }: Deadline = {},
  ): Promise<unknown> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      throw new Error(`Cannot call ${method}: the connection was closed`);
    }
    const id = generate();
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(id, answer);
    this.send(JSON.stringify({ id, method, data, accessToken: this.#accessToken }));
    try {
      const result = await within(answer.promise, timeoutMs, `an answer to ${method}`) as {
        error?: { code: string; message: string };
        returnValue?: unknown;
      } | null;
      if (result?.error !== undefined) throw new CallError(method, result.error);
      return result !== null && "returnValue" in result ? result.returnValue : result;
    } finally {
      this.#calls.delete(id);
    }
  }

  /** Sends a frame as it is. */
  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(frame);
  }

  /**
   * The data of the next event of a name, which may have come already. It is taken: the next call
   * waits for the next one.
   *
   * @param where further condition on its data
   * @throws {Error} when it has not come in time, or the connection ends before
   */
  async event(
    name: string,
    options: Deadline & { where?: (data: unknown) => boolean } = {},
  ): Promise<unknown> {
    const matches = ({ event, data }: ReceivedEvent) =>
      event === name && (options.where?.(data) ?? true);
    const index = this.events.findIndex(matches);
    if (index >= 0) return this.events.splice(index, 1)[0]!.data;
    let waiter: Waiter | undefined;
    const came = new Promise<ReceivedEvent>((resolve, reject) => {
      const closed = () => reject(new Error(`No event "${name}": the connection was closed`));
      if (this.#socket.readyState === WebSocket.CLOSED) return closed();
      waiter = { matches, resolve, reject: closed };
      this.#waiters.add(waiter);
    });
    try {
      return (await within(came, options.timeoutMs ?? 5000, `event "${name}"`)).data;
    } finally {
      if (waiter !== undefined) this.#waiters.delete(waiter);
    }
  }

  /** Closes the connection and waits until that has happened, one second at most. */
  async close(): Promise<void> {
    this.#socket.close(1000);
    await within(this.closed, 1000, "the closing handshake").catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(data: string | ArrayBuffer): void {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    const message = JSON.parse(text) as ReceivedEvent & { id?: string };
    if (message.id !== undefined) {
      this.#calls.get(message.id)?.resolve(message.data);
      return;
    }
    for (const waiter of this.#waiters) {
      if (!waiter.matches(message)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(message);
      return;
    }
    this.events.push(message);
  }
}

/**
 * Waits for a promise.
 *
 * @param what names it in the error
 * @throws {Error} when it has not settled within `ms` milliseconds
 */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`No ${what.replace(/^an? /, "")} within ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
