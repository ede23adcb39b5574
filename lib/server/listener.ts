/**
 * The one port everything listens on (contracts: Neutralino 2.1).
 *
 * @module
 */

import { StartError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Guard } from "./guard.ts";
import type { ResponseHeaders } from "./response_headers.ts";
import { requestTarget } from "./target.ts";

/** Answers the requests below one prefix. Upgrading must be the last thing it does. */
export type Handler = (
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
) => Response | Promise<Response>;

/** A path prefix and who answers there. */
export interface Route {
  /** `/`, or a path without trailing slash; matches whole segments of the raw target. */
  prefix: string;
  handler: Handler;
}

/** What a listener is made of. */
export interface ListenerOptions {
  hostname: "127.0.0.1" | "0.0.0.0";
  /** 0: chosen by the operating system. */
  port: number;
  /** Also listen on `::1`, where `localhost` may resolve to; best effort. */
  alsoIpv6: boolean;
  routes: readonly Route[];
  guard: Pick<Guard, "refuse">;
  headers: Pick<ResponseHeaders, "complete">;
  log: Log;
  /** Told of what a handler threw; the client gets an empty 500. Default: logged as error. */
  onError?: (error: unknown) => void;
}

/** A port that is listened on. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
  /** Whether `::1` is listened on too. */
  readonly ipv6: boolean;
  /**
   * Stops listening, lets responses in progress end, and cuts what is left after the deadline.
   *
   * @param deadline milliseconds; default 1000
   */
  shutdown(deadline?: number): Promise<void>;
}

type Server = Deno.HttpServer<Deno.NetAddr>;

/** How often another port is tried when the one chosen is taken on `::1`. */
const PORT_TRIES = 5;

/**
 * Starts listening.
 *
 * @throws {StartError} the port is in use, not allowed, or not available
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const { hostname, port, alsoIpv6, log } = options;
  const abort = new AbortController();
  const handler = makeHandler(options);
  const bind = (hostname: string, port: number): Server =>
    Deno.serve({ hostname, port, signal: abort.signal, onListen() {} }, handler);

  // Ports that turned out to be taken on ::1 are kept until the end, or they'd be chosen again.
  const discarded: Server[] = [];
  let servers: Server[] = [];
  try {
    for (let left = port === 0 && alsoIpv6 ? PORT_TRIES : 1; left > 0; left--) {
      const first = bindOrExplain(() => bind(hostname, port), port);
      servers = [first];
      if (!alsoIpv6) break;
      try {
        servers.push(bind("::1", first.addr.port));
        break;
      } catch (error) {
        log.debug(`Cannot also listen on [::1]:${first.addr.port}: ${(error as Error).message}`);
        // Without IPv6 no other port helps, and nobody else can be there.
        if (!(error instanceof Deno.errors.AddrInUse) || left === 1) break;
        discarded.push(first);
      }
    }
  } finally {
    await Promise.all(discarded.map((server) => server.shutdown()));
  }
  return makeListener(servers, abort);
}

function makeListener(servers: Server[], abort: AbortController): Listener {
  let stopped: Promise<void> | undefined;
  async function stop(deadline: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        abort.abort();
        resolve();
      }, deadline);
    });
    await Promise.race([Promise.all(servers.map((server) => server.shutdown())), late]);
    clearTimeout(timer);
  }
  const shutdown = (deadline = 1000) => stopped ??= stop(deadline);
  return {
    port: servers[0]!.addr.port,
    ipv6: servers.length > 1,
    shutdown,
    [Symbol.asyncDispose]: () => shutdown(),
  };
}

/** What stands before every handler. Nothing here waits unless the handler does. */
function makeHandler(options: ListenerOptions): Handler {
  const { guard, headers, log } = options;
  const routes = options.routes.toSorted((a, b) => b.prefix.length - a.prefix.length);
  const onError = options.onError ??
    ((error) => log.error(`Cannot answer a request: ${describe(error)}`));

  function failed(request: Request, error: unknown): Response {
    onError(error);
    return headers.complete(request, new Response(null, { status: 500 }));
  }

  return (request, info) => {
    try {
      const refused = guard.refuse(request);
      if (refused !== undefined) return headers.complete(request, refused);
      const target = requestTarget(request.url);
      const route = routes.find(({ prefix }) => isBelow(target, prefix));
      if (route === undefined) {
        return headers.complete(request, new Response(null, { status: 404 }));
      }
      const response = route.handler(request, info);
      // An upgrade's response must go back as it is and at once: `complete` passes it on.
      if (response instanceof Response) return headers.complete(request, response);
      return response.then(
        (response) => headers.complete(request, response),
        (error) => failed(request, error),
      );
    } catch (error) {
      return failed(request, error);
    }
  };
}

/** Whether a raw target lies below a prefix, on a segment's boundary. */
function isBelow(target: string, prefix: string): boolean {
  if (prefix === "/") return true;
  if (!target.startsWith(prefix)) return false;
  const next = target[prefix.length];
  return next === undefined || next === "/" || next === "?" || next === "#";
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Turns what a busy, forbidden or missing port throws into a line for the user. */
function bindOrExplain(bind: () => Server, port: number): Server {
  try {
    return bind();
  } catch (error) {
    const problem = `Cannot listen on port ${port} ("port")`;
    if (error instanceof Deno.errors.AddrInUse) {
      throw new StartError(
        `${problem}: another program uses it, expected a free port or 0`,
        { cause: error },
      );
    }
    if (
      error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable
    ) {
      throw new StartError(
        `${problem}: not permitted, expected a port from 1024 to 65535 or 0`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new StartError(
        `${problem}: this machine has no such address, expected a loopback network`,
        { cause: error },
      );
    }
    throw error;
  }
}
