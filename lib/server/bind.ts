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

/** How long accepting rests when the system has no socket to give, milliseconds. */
const REST_MS = 20;

/**
 * Listens on an address.
 *
 * @param port 0: chosen by the operating system
 * @throws {Deno.errors.AddrInUse} and what else the system says against it
 */
export function bind(hostname: string, port: number, handler: Handler): Bound {
  // Such connections end with the process: what runs in a process of somebody else's must not.
  const concerned = Deno.build.standalone && delaysSmallWrites(Deno.version.deno);
  const serveConnection = concerned ? serverOfConnections() : undefined;
  return serveConnection !== undefined
    ? new AcceptedConnections(Deno.listen({ hostname, port }), serveConnection, handler)
    : serve(hostname, port, handler);
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

function serve(hostname: string, port: number, handler: Handler): Bound {
  const abort = new AbortController();
  const { signal } = abort;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = (port: number) => {
    const server = Deno.serve({ hostname, port, signal, onListen() {} }, handler);
    server.finished.catch(again);
    return server;
  };
  let server = listen(port);
  const own = server.addr.port;

  /**
   * With too many open files the runtime stops to listen, while connections go on. At once, so that
   * nobody else gets the port.
   */
  function again(): void {
    if (ended) return;
    try {
      server = listen(own);
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) throw error;
      timer = setTimeout(again, REST_MS);
    }
  }

  function stop(): void {
    ended = true;
    clearTimeout(timer);
  }

  return {
    port: own,
    end() {
      stop();
      return server.shutdown();
    },
    cut() {
      stop();
      abort.abort();
      return server.finished;
    },
  };
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
        if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, REST_MS));
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
