/**
 * A second port for programs that Deno keeps within their scopes: Deno lets them reach ports, not paths,
 * and on the host's own one they could ask for the page's token as a browser does.
 *
 * @module
 */

import type { Log } from "../log.ts";
import { createGuard } from "../server/guard.ts";
import { type Listener, type Route, startListener } from "../server/listener.ts";
import type { Refusals } from "../server/refusals.ts";
import { ResponseHeaders } from "../server/response_headers.ts";

/** Settings of {@linkcode SandboxPort}. */
export interface SandboxPortOptions {
  /** None of which gives anything to somebody without a token. */
  routes: readonly Route[];
  log: Log;
  refusals: Refusals;
  /** As of the host. */
  ownProcess: boolean;
}

/** Listens on loopback from the first time that somebody needs it. */
export class SandboxPort {
  readonly #options: SandboxPortOptions;
  #listening: Promise<Listener> | undefined;
  #closed = false;

  constructor(options: SandboxPortOptions) {
    this.#options = options;
  }

  /**
   * The port, which stays the same, also when the host ends: what is started now is stopped in a moment.
   *
   * @returns 0 when the host ends and nobody has needed it
   * @throws {Error} when there is none to be had
   */
  async open(): Promise<number> {
    if (this.#closed && this.#listening === undefined) return 0;
    const listening = this.#listening ??= this.#listen();
    try {
      return (await listening).port;
    } catch (error) {
      if (this.#listening === listening) this.#listening = undefined;
      throw error;
    }
  }

  /** As of a listener. */
  async shutdown(deadlineMs: number): Promise<void> {
    this.#closed = true;
    const listener = await this.#listening?.catch(() => undefined);
    await listener?.shutdown(deadlineMs);
  }

  #listen(): Promise<Listener> {
    const { routes, log, refusals, ownProcess } = this.#options;
    let port = 0;
    const guard = createGuard({
      mode: "loopback",
      port: () => port,
      allowedHosts: [],
      allowedOrigins: [],
      log,
      refusals,
    });
    const listening = startListener({
      hostname: "127.0.0.1",
      port: 0,
      alsoIpv6: true,
      routes,
      guard,
      headers: new ResponseHeaders({ serverHeaders: {}, guard }),
      log,
      ownProcess,
    });
    return listening.then((listener) => {
      port = listener.port;
      return listener;
    });
  }
}
