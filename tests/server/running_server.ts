/**
 * A real listener with a real guard on a port of the operating system's choice.
 *
 * @module
 */

import type { Log } from "../../lib/log.ts";
import { createGuard, type Guard } from "../../lib/server/guard.ts";
import { type Listener, type Route, startListener } from "../../lib/server/listener.ts";
import { ResponseHeaders } from "../../lib/server/response_headers.ts";

/** A log whose lines can be looked at. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(`DEBUG ${message}`);
  }
  info(message: string): void {
    this.lines.push(`INFO ${message}`);
  }
  warning(message: string): void {
    this.lines.push(`WARNING ${message}`);
  }
  error(message: string): void {
    this.lines.push(`ERROR ${message}`);
  }
}

/** What may differ from the usual server of a test. */
export interface RunningServerOptions {
  mode?: "loopback" | "cloud";
  allowedHosts?: string[];
  allowedOrigins?: string[];
  serverHeaders?: Record<string, string>;
  alsoIpv6?: boolean;
  port?: number;
  onError?: (error: unknown) => void;
}

/** The running server and its parts. */
export interface RunningServer extends AsyncDisposable {
  listener: Listener;
  port: number;
  guard: Guard;
  log: MemoryLog;
}

/** Starts a server; `routes` may use the guard. */
export async function startServer(
  routes: Route[] | ((guard: Guard) => Route[]),
  options: RunningServerOptions = {},
): Promise<RunningServer> {
  const log = new MemoryLog();
  let port = 0;
  const guard = createGuard({
    mode: options.mode ?? "loopback",
    port: () => port,
    allowedHosts: options.allowedHosts ?? [],
    allowedOrigins: options.allowedOrigins ?? [],
    log,
  });
  const listener = await startListener({
    hostname: "127.0.0.1",
    port: options.port ?? 0,
    alsoIpv6: options.alsoIpv6 ?? false,
    routes: Array.isArray(routes) ? routes : routes(guard),
    guard,
    headers: new ResponseHeaders({ serverHeaders: options.serverHeaders ?? {}, guard }),
    log,
    ...(options.onError === undefined ? {} : { onError: options.onError }),
  });
  port = listener.port;
  return { listener, port, guard, log, [Symbol.asyncDispose]: () => listener.shutdown() };
}
