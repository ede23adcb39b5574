/**
 * Binding one address, with sockets that send at once.
 *
 * @module
 */

/** Answers requests. Upgrading must be the last thing it does. */
export type Handler = (
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
) => Response | Promise<Response>;

/** One bound address. */
export interface Bound {
  readonly port: number;
  /** Closes it once what was written to its connections has been sent. May wait for peers. */
  end(): Promise<void>;
  /** Closes it and its connections at once. Not possible any more after `end()`. */
  cut(): Promise<void>;
}

/** What {@linkcode bind} needs. */
export interface BindOptions {
  hostname: string;
  /** 0: chosen by the operating system. */
  port: number;
  handler: Handler;
  /** Told why nothing could be accepted for a moment. */
  failed?: (error: Error) => void;
  /** Whether the process ends with what listens, and so with what is still connected. Default false. */
  ownProcess?: boolean;
}

/**
 * Listens on an address.
 *
 * @throws {Deno.errors.AddrInUse} and what else the system says against it
 */
export function bind({ failed = () => {}, ownProcess = false, ...options }: BindOptions): Bound {
  // Such connections end with the process: what runs in a process of somebody else's must not.
  const concerned = ownProcess && Deno.build.standalone && delaysSmallWrites(Deno.version.deno);
  const serveConnection = concerned ? serverOfConnections() : undefined;
  const { hostname, port, handler } = options;
  return serveConnection !== undefined
    ? new AcceptedConnections(Deno.listen({ hostname, port }), serveConnection, handler)
    : new LastingServer({ ...options, failed });
}

/**
 * Whether `Deno.serve` of a version leaves Nagle's algorithm on (RFC 896): the second of two small
 * messages then waits some 40 ms for the peer's delayed acknowledgement.
 *
 * @example
 * ```ts
 * import { delaysSmallWrites } from "./bind.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(delaysSmallWrites("2.6.10"));
 * assertFalse(delaysSmallWrites("2.8.3"));
 * ```
 */
export function delaysSmallWrites(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map((part) => parseInt(part));
  return major === 2 && (minor < 8 || (minor === 8 && patch < 3));
}

/** How long accepting rests when the system has no socket to give, milliseconds. */
const REST_MS = 20;
/** Servers that accept nothing any more and whose connections may go on; then the oldest one ends. */
const MOST_FORMER = 100;

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}

type ServerOptions = Required<Omit<BindOptions, "ownProcess">>;

/**
 * A server of the runtime. That one accepts nobody any more after the first connection that it could
 * not accept, such as for too many open files; then another one takes its place.
 */
class LastingServer implements Bound {
  readonly port: number;
  readonly #options: ServerOptions;
  #abort = new AbortController();
  #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #former: Deno.HttpServer[] = [];
  #restarting: Promise<void> | undefined;
  #closed = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#server = this.#start(options.port);
    this.port = this.#server.addr.port;
  }

  async end(): Promise<void> {
    this.#closed = true;
    await this.#restarting;
    await Promise.all([...this.#former, this.#server].map((server) => server.shutdown()));
  }

  async cut(): Promise<void> {
    this.#closed = true;
    this.#abort.abort();
    await this.#restarting;
    await this.#server.finished.catch(() => {});
    await Promise.all(this.#former.map((server) => server.shutdown()));
  }

  #start(port: number): Deno.HttpServer<Deno.NetAddr> {
    const { hostname, handler } = this.#options;
    const { signal } = this.#abort;
    const server = Deno.serve({ hostname, port, signal, onListen() {} }, handler);
    server.finished.catch((error) => this.#restarting = this.#startAnew(error));
    return server;
  }

  async #startAnew(error: Error): Promise<void> {
    if (this.#closed) return;
    this.#options.failed(error);
    while (true) {
      await rest();
      if (this.#closed) return;
      try {
        const former = this.#server;
        this.#abort = new AbortController();
        this.#server = this.#start(this.port);
        this.#former.push(former);
        if (this.#former.length > MOST_FORMER) this.#former.shift()!.shutdown().catch(() => {});
        return;
      } catch (error) {
        this.#options.failed(error as Error);
      }
    }
  }
}

/** What `Deno.serve` does with each connection that it accepts. */
type ServeConnection = (
  connection: Deno.Conn,
  signal: undefined,
  handler: Handler,
  onError: () => Response,
  onListen: () => void,
) => { finished: Promise<void> };

/** The runtime has it for its own `node:http`; where it is gone, `Deno.serve` is used as it is. */
function serverOfConnections(): ServeConnection | undefined {
  const { internal } = Deno as unknown as { internal?: symbol };
  if (typeof internal !== "symbol") return undefined;
  const internals = (Deno as unknown as Record<symbol, unknown>)[internal];
  const found = (internals as { serveHttpOnConnection?: unknown } | undefined)
    ?.serveHttpOnConnection;
  return typeof found === "function" ? found as ServeConnection : undefined;
}

/** Accepts connections itself, to switch the delay off before the runtime's server gets them. */
class AcceptedConnections implements Bound {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #serveConnection: ServeConnection;
  readonly #handler: Handler;
  readonly #finished = new Set<Promise<void>>();
  #closed = false;

  constructor(listener: Deno.TcpListener, serveConnection: ServeConnection, handler: Handler) {
    this.port = listener.addr.port;
    this.#listener = listener;
    this.#serveConnection = serveConnection;
    this.#handler = handler;
    void this.#accept();
  }

  /**
   * Settles when all connections are closed. Nothing closes those here: in the runtimes concerned,
   * ending a connection that its peer is just leaving ends the process (an `unwrap` of theirs).
   */
  async end(): Promise<void> {
    if (!this.#closed) this.#listener.close();
    this.#closed = true;
    await Promise.all(this.#finished);
  }

  cut(): Promise<void> {
    return this.end();
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const connection = await this.#listener.accept();
        connection.setNoDelay(true);
        this.#serve(connection);
      } catch {
        // Closed; or gone already; or too many open files, which may pass.
        if (!this.#closed) await rest();
      }
    }
  }

  #serve(connection: Deno.TcpConn): void {
    const failed = () => new Response(null, { status: 500 });
    const server = this.#serveConnection(connection, undefined, this.#handler, failed, () => {});
    // It rejects when the peer leaves in the middle of a request.
    const finished = server.finished.catch(() => {}).finally(() => this.#finished.delete(finished));
    this.#finished.add(finished);
  }
}
