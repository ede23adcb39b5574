/**
 * An extension that speaks the AirDC++ protocol, as the hub knows it.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import type { HubEvent } from "../hub/event.ts";
import type { Client, Traffic } from "../hub/hub.ts";
import { formatEvent } from "./frames.ts";
import type { Subscriptions } from "./listeners.ts";
import type { Session } from "./session.ts";
import type { ApiSocket } from "./socket.ts";

/** Listens to every event of the hub. */
export const EVERY_EVENT = "extension_event";

/** What a client is made of. */
export interface AirDcppClientOptions {
  session: Session;
  caller: Caller;
  subscriptions: Subscriptions;
  /** Absent: it only makes calls, over HTTP. */
  socket?: ApiSocket;
  /** Told of an event that is too large for its socket. */
  complain(message: string): void;
}

/** In the hub while its socket is attached. Hears of those events that it listens to. */
export class AirDcppClient implements Client {
  readonly extensionId: string;
  readonly traffic: Traffic;
  readonly #options: AirDcppClientOptions;
  /** What comes while it joins: it waited for an extension that could not listen yet. */
  #kept: HubEvent[] = [];
  #joining = false;

  constructor(options: AirDcppClientOptions) {
    this.#options = options;
    this.extensionId = options.caller.extensionId ?? options.session.user.username;
    this.traffic = options.socket?.traffic ??
      { framesIn: 0, framesOut: 0, sizeIn: 0, sizeOut: 0 };
  }

  get queuedBytes(): number {
    return this.#options.socket?.queuedBytes ?? 0;
  }

  allows(method: string): boolean {
    return this.#options.caller.grant.allows(method);
  }

  hears(method: string, id: number): boolean {
    return this.#options.caller.grant.mayHearOf({ method, id });
  }

  deliver(event: HubEvent): void {
    if (this.#joining) {
      this.#kept.push(event);
      return;
    }
    if (this.#listens(event.name)) this.#send(event.name, event.data);
    if (this.#listens(EVERY_EVENT)) {
      this.#send(EVERY_EVENT, { event: event.name, data: event.data });
    }
  }

  /** While `join` runs, events are kept until somebody listens to them; see `listening`. */
  keepingEvents(join: () => void): void {
    this.#joining = true;
    join();
    this.#joining = false;
  }

  /** Hands over what has been kept and is listened to now. */
  listening(): void {
    if (this.#kept.length === 0) return;
    const all = this.#listens(EVERY_EVENT);
    const wanted = this.#kept.filter(({ name }) => all || this.#listens(name));
    this.#kept = this.#kept.filter((event) => !wanted.includes(event));
    for (const event of wanted) this.deliver(event);
  }

  close(code: number, reason: string): void {
    this.#options.socket?.close(code, reason);
  }

  #listens(event: string): boolean {
    return this.#options.subscriptions.listens(this.#options.session, "outrigger", event);
  }

  #send(event: string, data: unknown): void {
    const { socket, complain } = this.#options;
    if (socket?.send(formatEvent(event, data)) === false) {
      complain(`Event ${event} is too large for extension "${this.extensionId}"`);
    }
  }
}
