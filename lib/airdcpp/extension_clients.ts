/**
 * Keeps the hub's clients in step with the sessions of extensions.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import type { Hub } from "../hub/hub.ts";
import { Lanes } from "../router/lanes.ts";
import { AirDcppClient } from "./client.ts";
import type { Subscriptions } from "./listeners.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { ApiSocket } from "./socket.ts";

/** What {@linkcode ExtensionClients} is made of. */
export interface ExtensionClientsOptions {
  hub: Hub;
  sessions: Sessions;
  subscriptions: Subscriptions;
  /** Who calls by the session of an extension: `{kind: "extension", extensionId, grant}`. */
  callerOf(session: Session): Caller | undefined;
  /** Told of what cannot be delivered. */
  complain(message: string): void;
}

/** The way of an extension's calls into the router. */
export interface CallOrigin {
  caller: Caller;
  client: AirDcppClient;
  lanes: Lanes;
}

/**
 * A client joins the hub when a socket is attached to the session of an extension and leaves when it
 * goes. Sessions without a socket call as a client that the hub does not know.
 */
export class ExtensionClients {
  readonly #options: ExtensionClientsOptions;
  readonly #joined = new Map<ApiSocket, CallOrigin>();
  readonly #silent = new Map<Session, CallOrigin>();

  constructor(options: ExtensionClientsOptions) {
    this.#options = options;
    options.sessions.observe({
      attached: (session, socket) => this.#attached(session, socket),
      detached: (_session, socket) => this.#detached(socket),
      removed: (session) => this.#silent.delete(session),
    });
    options.subscriptions.observe((session, module) => {
      if (module !== "outrigger" || session.socket === undefined) return;
      this.#joined.get(session.socket)?.client.listening();
    });
  }

  /** Who calls by a session; `undefined` unless it is that of an extension. */
  of(session: Session): CallOrigin | undefined {
    if (session.type !== "extension") return undefined;
    const joined = session.socket && this.#joined.get(session.socket);
    if (joined !== undefined) return joined;
    const silent = this.#silent.get(session) ?? this.#originOf(session);
    if (silent !== undefined && !session.ended) this.#silent.set(session, silent);
    return silent;
  }

  #originOf(session: Session, socket?: ApiSocket): CallOrigin | undefined {
    const { callerOf, subscriptions, complain } = this.#options;
    const caller = callerOf(session);
    if (caller === undefined) return undefined;
    const client = new AirDcppClient({
      session,
      caller,
      subscriptions,
      complain,
      ...(socket === undefined ? {} : { socket }),
    });
    return { caller, client, lanes: new Lanes() };
  }

  #attached(session: Session, socket: ApiSocket): void {
    if (session.type !== "extension") return;
    const { hub, complain } = this.#options;
    const origin = this.#originOf(session, socket);
    if (origin === undefined) return;
    const { client } = origin;
    if (hub.isConnected(client.extensionId)) {
      complain(`Extension "${client.extensionId}" is connected by another protocol already`);
      return;
    }
    this.#joined.set(socket, origin);
    client.keepingEvents(() => hub.join(client));
  }

  #detached(socket: ApiSocket): void {
    const origin = this.#joined.get(socket);
    if (origin === undefined) return;
    this.#joined.delete(socket);
    this.#options.hub.leave(origin.client);
  }
}
