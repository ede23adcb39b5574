/**
 * The Neutralino door: pages over HTTP, calls and events over WebSocket.
 *
 * @module
 */

import { isLoopbackAddress } from "../server/authority.ts";
import { acceptWebSocket, endFailedOpenings } from "../server/connection.ts";
import { Assets, type AssetsOptions } from "../server/assets.ts";
import type { Handler } from "../server/listener.ts";
import type { RefusalCause, Refusals } from "../server/refusals.ts";
import { SparseLog } from "../server/sparse_log.ts";
import { requestTarget } from "../server/target.ts";
import { isUpgrade, isWellFormed } from "../server/upgrade.ts";
import { type HandshakeContext, resolveHandshake } from "./handshake.ts";
import { type ScriptOptions, serveScript } from "./scripts.ts";
import { Session, type SessionContext } from "./session.ts";

/** What the door is made of. */
export interface DoorOptions
  extends
    ScriptOptions,
    Omit<AssetsOptions, "specials">,
    Omit<SessionContext, "complain" | "malformed">,
    Omit<HandshakeContext, "isConnected"> {
  /** Where refused connections are noted. */
  refusals: Refusals;
}

/** Serves one app over the protocol of sections 2 and 3. */
export class NeutralinoDoor {
  readonly #options: DoorOptions;
  readonly #assets: Assets;
  readonly #session: SessionContext;
  readonly #complaints: SparseLog;
  /** Extensions whose handshake is accepted but whose socket does not stand yet. */
  readonly #opening = new Set<string>();
  #sockets = 0;
  #closed = false;
  #onDrained: (() => void) | undefined;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#complaints = new SparseLog((line) => options.log.warning(line));
    const malformed = new SparseLog((line) => options.log.error(line));
    this.#session = {
      ...options,
      complain: (message) => this.#complaints.write(message),
      malformed: (message) => malformed.write(message),
    };
    this.#assets = new Assets({
      ...options,
      specials: (path, request) =>
        serveScript(path, request, { ...options, open: (path) => this.#assets.open(path) }),
    });
  }

  /** Answers every request below the door's prefix. */
  readonly handle: Handler = (request, info) =>
    isUpgrade(request) ? this.#upgrade(request, info.remoteAddr) : this.#assets.serve(request);

  /** Answers those who have a token of their own, and serves nothing. */
  readonly handleSockets: Handler = (request, info) =>
    isUpgrade(request)
      ? this.#upgrade(request, info.remoteAddr, { allowTokenless: false })
      : new Response("Nothing but WebSockets is served here.\n", {
        status: 426,
        headers: { upgrade: "websocket" },
      });

  /** From now on nobody connects. */
  refuseAll(): void {
    this.#closed = true;
  }

  /** Resolves when all sockets have ended, or after `deadlineMs`: a peer need not answer a close. */
  async drained(deadlineMs: number): Promise<void> {
    if (this.#sockets === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onDrained = resolve;
    const timer = setTimeout(resolve, deadlineMs);
    await promise;
    clearTimeout(timer);
  }

  #upgrade(
    request: Request,
    remote: Deno.NetAddr,
    { allowTokenless = this.#options.allowTokenless } = {},
  ): Response {
    if (!isWellFormed(request)) {
      const reason = "the WebSocket handshake is malformed";
      return this.#refuse(request, { status: 400, code: "malformed", reason });
    }
    endFailedOpenings();
    const accepted = resolveHandshake({
      target: requestTarget(request.url),
      fromBrowser: request.headers.has("origin"),
      fromLoopback: isLoopbackAddress(remote.hostname),
    }, this.#handshakeContext(allowTokenless));
    if ("reason" in accepted) return this.#refuse(request, accepted);
    const { limits } = this.#options;
    const full = this.#sockets >= limits.maxConnections;
    if (this.#closed || full) {
      const reason = this.#closed
        ? "the host ends"
        : `there are ${limits.maxConnections} connections already`;
      return this.#refuse(request, { status: 503, code: "no-room", reason });
    }
    const id = accepted.caller.extensionId;
    if (id !== undefined) this.#opening.add(id);
    this.#sockets++;
    let opened = false;
    const settle = () => {
      if (!opened && id !== undefined) this.#opening.delete(id);
      opened = true;
    };
    const heartbeatMs = id === undefined ? 0 : this.#options.entry(id)?.heartbeatMs ?? 0;
    return acceptWebSocket(request, {
      heartbeatMs,
      maxMessageBytes: limits.maxMessageBytes,
      onEnd: () => {
        settle();
        if (--this.#sockets === 0) this.#onDrained?.();
      },
    }, (connection) => {
      settle();
      const session = new Session(connection, accepted, this.#session);
      // Let in before the host began to end, and missed by its farewell.
      if (this.#closed) connection.close(1001, "the host ends");
      return session;
    });
  }

  #handshakeContext(allowTokenless: boolean): HandshakeContext {
    const { credentials, entry, grant, hub } = this.#options;
    const isConnected = (id: string) => hub.isConnected(id) || this.#opening.has(id);
    return { credentials, entry, grant, allowTokenless, isConnected };
  }

  /** Every refusal has an empty body (section 3.1); the reason stands in the log. */
  #refuse(request: Request, { status, ...cause }: RefusalCause & { status: number }): Response {
    this.#complaints.write(`Refused a connection: ${cause.reason}`);
    this.#options.refusals.add(request, cause);
    return new Response(null, { status });
  }
}
