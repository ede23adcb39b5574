/**
 * A raw client of the AirDC++ API: HTTP and WebSocket, nothing hidden.
 *
 * @module
 */

import { within } from "../../lib/testing.ts";

/** What came of a request, on either transport. */
export interface Answer {
  status: number;
  /** `data` of a frame or the body of a response; of an error the error object. */
  data: unknown;
}

/** An answer's error, or members of its data. */
export function membersOf(answer: Answer): Record<string, unknown> {
  return answer.data as Record<string, unknown>;
}

/** What is sent over HTTP. */
export interface HttpOptions {
  body?: unknown;
  /** In the place of `body`: as it is. */
  raw?: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string | undefined;
  headers?: Record<string, string>;
}

/** One request over HTTP. @param path from `/api` on, or relative to `/api/v1/` */
export async function http(
  port: number,
  request: string,
  options: HttpOptions = {},
): Promise<Answer & { headers: Headers }> {
  const [method = "GET", path = ""] = request.split(" ");
  const target = path.startsWith("/") ? path : `/api/v1/${path}`;
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token}`);
  const body = options.raw ?? (options.body === undefined ? null : JSON.stringify(options.body));
  const response = await fetch(`http://127.0.0.1:${port}${target}`, { method, headers, body });
  const text = await response.text();
  const data = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, data, headers: response.headers };
}

/** An event as it came. */
export interface EventFrame {
  event: string;
  data: unknown;
  id?: string | number;
  completion_id?: number;
}

/** A connection over WebSocket. */
export class ApiConnection implements AsyncDisposable {
  /** Events in the order of their coming that nobody has asked for yet. */
  readonly events: EventFrame[] = [];
  /** Frames that are neither an event with a name nor answer a request. */
  readonly others: Record<string, unknown>[] = [];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, PromiseWithResolvers<Answer>>();
  #arrived = Promise.withResolvers<void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.closed = promise;
    socket.onclose = ({ code }) => {
      resolve(code);
      for (const { reject } of this.#answers.values()) {
        reject(new Error("The connection has ended"));
      }
      this.#wake();
    };
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
  }

  /** Connects. @param target path of the upgrade */
  static open(port: number, target = "/api/v1/"): Promise<ApiConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<ApiConnection>();
    const socket = new WebSocket(`ws://127.0.0.1:${port}${target}`);
    const connection = new ApiConnection(socket);
    socket.onopen = () => resolve(connection);
    socket.onerror = () => reject(new Error("refused"));
    return within(promise, 5000, "WebSocket connection");
  }

  /** Connects and attaches to the session of a token. */
  static async attach(port: number, token: string): Promise<ApiConnection> {
    const connection = await ApiConnection.open(port);
    const { status, data } = await connection.ask("POST sessions/socket", { auth_token: token });
    if (status !== 200) throw new Error(`Not attached: ${JSON.stringify(data)}`);
    return connection;
  }

  /** Sends a request and waits for its answer. */
  ask(request: string, data?: unknown): Promise<Answer> {
    const [method, path] = request.split(" ");
    const callback_id = ++this.#lastId;
    const answer = Promise.withResolvers<Answer>();
    this.#answers.set(callback_id, answer);
    this.send(JSON.stringify({ path, method, data, callback_id }));
    return within(answer.promise, 10_000, `answer to ${request}`);
  }

  /** Sends a text or bytes as they are. */
  send(text: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(text);
  }

  /** The next event of a name. */
  event(name: string): Promise<EventFrame> {
    return within(this.#next(this.events, ({ event }) => event === name), 5000, `event ${name}`);
  }

  /** The next event, whatever its name. */
  anyEvent(): Promise<EventFrame> {
    return within(this.#next(this.events, () => true), 15_000, "event");
  }

  /** The next frame that is neither an event nor an answer. */
  other(): Promise<Record<string, unknown>> {
    return within(this.#next(this.others, () => true), 5000, "frame");
  }

  /** Closes and waits for the end. */
  async close(code = 1000): Promise<void> {
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close(code);
    await within(this.closed, 5000, "end of the connection");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #next<T>(list: T[], matches: (item: T) => boolean): Promise<T> {
    for (;;) {
      const at = list.findIndex(matches);
      if (at >= 0) return list.splice(at, 1)[0]!;
      if (this.#socket.readyState > WebSocket.OPEN) throw new Error("The connection has ended");
      await this.#arrived.promise;
    }
  }

  #take(frame: Record<string, unknown>): void {
    const { callback_id: id, code, data, error } = frame;
    const answer = typeof id === "number" ? this.#answers.get(id) : undefined;
    if (answer !== undefined) {
      this.#answers.delete(id as number);
      answer.resolve({ status: code as number, data: error ?? data });
      return;
    }
    if (typeof frame.event === "string" && id === undefined) {
      this.events.push(frame as unknown as EventFrame);
    } else {
      this.others.push(frame);
    }
    this.#wake();
  }

  #wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }
}
