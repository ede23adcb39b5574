/**
 * The one port everything listens on (contracts: Neutralino 2.1).
 *
 * @module
 */

import { StartError } from "../errors.ts";
import type { Log } from "../log.ts";
import { bind, type Bound, type Handler } from "./bind.ts";
import type { Guard } from "./guard.ts";
import { InFlight } from "./in_flight.ts";
import type { ResponseHeaders } from "./response_headers.ts";
import { SparseLog } from "./sparse_log.ts";
import { requestTarget } from "./target.ts";

export type { Handler };

/** A path prefix and who answers there. */
export interface Route {
  /** `/`, or a path without trailing slash; matches whole segments of the raw target. */
  prefix: string;
  handler: Handler;
  /**
   * The host's own and not the app's: `serverHeaders` does not concern it, its pages bring a policy
   * along, and what it answers at once is in memory. Default false.
   */
  own?: boolean;
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
  headers: Pick<ResponseHeaders, "complete" | "completeOwn">;
  log: Log;
  /** Whether the process ends with this. Default false. */
  ownProcess?: boolean;
  /** Told of what a handler threw; the client gets an empty 500. Default: logged as error. */
  onError?: (error: unknown) => void;
}

/** A port that is listened on. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
  /** Whether `::1` is listened on too. */
  readonly ipv6: boolean;
  /**
   * Answers new requests with 503, lets responses in progress end, and then closes every connection,
   * after the deadline also those still in use; sockets of upgrades at once.
   *
   * @param deadline milliseconds; default 1000
   */
  shutdown(deadline?: number): Promise<void>;
}

/** How often another port is tried when the one chosen is taken on `::1`. */
const PORT_TRIES = 5;

/** What closing may take after the deadline, milliseconds. */
const LAST_WAIT = 100;

/**
 * Starts listening.
 *
 * @throws {StartError} the port is in use, not allowed, or not available, or the environment says to
 * listen elsewhere
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const { hostname, port, alsoIpv6, log, ownProcess = false } = options;
  refuseOverride();
  const gate: Gate = { inFlight: new InFlight(), stopping: false };
  const handler = makeHandler(options, gate);
  const complaints = new SparseLog((line) => log.warning(line));
  const failed = ({ message }: Error) =>
    complaints.write(`Connections cannot be accepted for a moment: ${message}`);
  const common = { handler, failed, ownProcess };
  // Ports that turned out to be taken on ::1 are kept until the end, or they'd be chosen again.
  const discarded: Bound[] = [];
  const bound: Bound[] = [];
  try {
    for (let left = port === 0 && alsoIpv6 ? PORT_TRIES : 1; left > 0; left--) {
      const first = bindOrExplain(() => bind({ ...common, hostname, port }), port);
      bound[0] = first;
      if (!alsoIpv6) break;
      try {
        bound[1] = bind({ ...common, hostname: "::1", port: first.port });
        break;
      } catch (error) {
        const taken = error instanceof Deno.errors.AddrInUse;
        const problem = `Cannot also listen on [::1]:${first.port}`;
        if (!taken) log.debug(`${problem}: ${(error as Error).message}`);
        else if (left === 1) {
          log.warning(`${problem}: another program uses it, and gets what is sent to "localhost"`);
        }
        // Without IPv6 no other port helps, and nobody else can be there.
        if (!taken || left === 1) break;
        discarded.push(first);
      }
    }
  } finally {
    await Promise.all(discarded.map((bound) => bound.cut()));
  }

  async function stop(deadline: number): Promise<void> {
    gate.stopping = true;
    const by = performance.now() + deadline;
    // A response counts as answered when its last byte was handed over, which is before it was sent:
    // hence no cut after this wait, unless something is still being answered.
    const idle = await gate.inFlight.idle(deadline);
    const closed = Promise.all(bound.map((bound) => idle ? bound.end() : bound.cut()));
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, Math.max(by - performance.now(), LAST_WAIT));
    await Promise.race([closed, timeout.promise]);
    clearTimeout(timer);
  }
  let stopped: Promise<void> | undefined;
  const shutdown = (deadline = 1000) => stopped ??= stop(deadline);
  return {
    port: bound[0]!.port,
    ipv6: bound.length > 1,
    shutdown,
    [Symbol.asyncDispose]: () => shutdown(),
  };
}

/**
 * `DENO_SERVE_ADDRESS` makes the runtime listen where it says, also beside the address asked for,
 * which would open a loopback server to the network.
 */
function refuseOverride(): void {
  const address = Deno.env.get("DENO_SERVE_ADDRESS");
  if (address === undefined || address === "") return;
  throw new StartError(
    `Cannot listen while the environment variable DENO_SERVE_ADDRESS is "${address}": ` +
      `it overrides the app's address, expected it unset`,
  );
}

/** What the handler and the stop know of each other. */
interface Gate {
  inFlight: InFlight;
  stopping: boolean;
}

/** What stands before every handler. Nothing here waits unless the handler does. */
function makeHandler(options: ListenerOptions, gate: Gate): Handler {
  const { guard, headers, log } = options;
  const routes = options.routes.toSorted((a, b) => b.prefix.length - a.prefix.length);
  const onError = options.onError ??
    ((error) => log.error(`Cannot answer a request: ${describe(error)}`));

  /** `own`: see {@linkcode Route}. */
  function complete(request: Request, response: Response, own = false): Response {
    return own ? headers.completeOwn(request, response) : headers.complete(request, response);
  }

  function failed(request: Request, error: unknown): Response {
    onError(error);
    return headers.complete(request, new Response(null, { status: 500 }));
  }

  return (request, info) => {
    try {
      if (gate.stopping) {
        return headers.complete(
          request,
          new Response(null, { status: 503, headers: { connection: "close" } }),
        );
      }
      const refused = guard.refuse(request);
      if (refused !== undefined) return headers.complete(request, refused);
      const target = requestTarget(request.url);
      const route = routes.find(({ prefix }) => isBelow(target, prefix));
      if (route === undefined) {
        return headers.complete(request, new Response(null, { status: 404 }));
      }
      if (!route.own) gate.inFlight.track(info.completed);
      const response = route.handler(request, info);
      // An upgrade's response must go back as it is and at once: `complete` passes it on.
      if (response instanceof Response) return complete(request, response, route.own);
      if (route.own) gate.inFlight.track(info.completed);
      return response.then(
        (response) => complete(request, response, route.own),
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
function bindOrExplain(bind: () => Bound, port: number): Bound {
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
