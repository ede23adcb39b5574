/**
 * Who listens to which event (contracts: AirDC++ 11.1).
 *
 * @module
 */

import { ApiError } from "./api_error.ts";
import { formatEvent } from "./frames.ts";
import type { ApiModule, EventTable } from "./route.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** Subscriptions of one session: more than any client has reason for. */
const MOST = 2000;

/** Settings of {@linkcode Subscriptions}. */
export interface SubscriptionsOptions {
  sessions: Sessions;
  /** Told of events that cannot be sent: too large, or without JSON. */
  complain(message: string): void;
}

/** The subscriptions of all sessions. They end with the socket. */
export class Subscriptions {
  readonly #modules = new Map<string, EventTable>();
  /** By module, event and, for those of one entity, its id. */
  readonly #listeners = new Map<string, Set<Session>>();
  readonly #ofSession = new Map<Session, Set<string>>();
  readonly #observers = new Set<(session: Session, module: string) => void>();
  readonly #complain: (message: string) => void;

  constructor({ sessions, complain }: SubscriptionsOptions) {
    this.#complain = complain;
    sessions.observe({ detached: (session) => this.#drop(session) });
  }

  /** Adds somebody who is told when a session begins to listen. */
  observe(observer: (session: Session, module: string) => void): void {
    this.#observers.add(observer);
  }

  /** Makes the events of a module known. */
  register({ name, events }: ApiModule): void {
    if (events !== undefined) this.#modules.set(name, events);
  }

  /**
   * From now on a session hears of an event. Adding twice is adding once.
   *
   * @param id only of this entity
   * @throws {ApiError} 428 without socket, 404 for an unknown event; in this order
   */
  add(session: Session, { module, event, id }: Subscription): void {
    this.#check(session, { module, event, id });
    const key = keyOf(module, event, id);
    const own = this.#ofSession.get(session) ?? new Set();
    if (own.size >= MOST && !own.has(key)) throw new ApiError(400, "There are too many listeners");
    this.#ofSession.set(session, own.add(key));
    this.#listeners.set(key, (this.#listeners.get(key) ?? new Set()).add(session));
    for (const observer of this.#observers) observer(session, module);
  }

  /** The opposite; no error when it did not listen. @throws {ApiError} as for `add` */
  remove(session: Session, { module, event, id }: Subscription): void {
    this.#check(session, { module, event, id });
    const key = keyOf(module, event, id);
    this.#ofSession.get(session)?.delete(key);
    this.#forget(key, session);
  }

  /** Whether a session listens to a module event. */
  listens(session: Session, module: string, event: string): boolean {
    return this.#listeners.get(keyOf(module, event))?.has(session) ?? false;
  }

  /**
   * Sends an event to everybody who listens, once each. It is encoded once.
   *
   * @param what.id of an entity event: those who listen to that entity hear of it too
   */
  publish(module: string, event: string, { data, id, to = anybody }: Published): void {
    const all = this.#listeners.get(keyOf(module, event));
    const ofEntity = id === undefined
      ? undefined
      : this.#listeners.get(keyOf(module, event, String(id)));
    if (all === undefined && ofEntity === undefined) return;
    const permission = this.#modules.get(module)?.permission ?? "admin";
    const text = this.#format(event, data, id);
    if (text === undefined) return;
    const send = (session: Session) => {
      // Permissions may have been taken away since it began to listen.
      if (!session.allows(permission) || session.socket === undefined || !to(session)) return;
      if (!session.socket.send(text)) this.#complain(`Event ${event} is too large to be sent`);
    };
    if (all !== undefined) { for (const session of all) send(session); }
    if (ofEntity !== undefined) {
      for (const session of ofEntity) if (all?.has(session) !== true) send(session);
    }
  }

  #format(event: string, data: unknown, id: string | number | undefined): string | undefined {
    try {
      return formatEvent(event, data, { id });
    } catch {
      this.#complain(`Event ${event} has data that is no JSON`);
      return undefined;
    }
  }

  #check(session: Session, { module, event, id }: Subscription): void {
    if (session.socket === undefined) {
      throw new ApiError(428, "Events need a WebSocket that is attached to the session");
    }
    const table = this.#modules.get(module);
    const kind = table?.names.get(event) ?? (table?.anyName ? "module" : undefined);
    if (kind === undefined || (id !== undefined && kind !== "entity")) {
      throw new ApiError(404, `There is no event ${JSON.stringify(event)} here`);
    }
  }

  #drop(session: Session): void {
    for (const key of this.#ofSession.get(session) ?? []) this.#forget(key, session);
    this.#ofSession.delete(session);
  }

  #forget(key: string, session: Session): void {
    const listeners = this.#listeners.get(key);
    if (listeners === undefined) return;
    listeners.delete(session);
    if (listeners.size === 0) this.#listeners.delete(key);
  }
}

/** What an event tells. */
export interface Published {
  data: unknown;
  /** Of an entity event. */
  id?: string | number | undefined;
  /** Who of those who listen hears of it. Default: all. */
  to?: (session: Session) => boolean;
}

function anybody(): boolean {
  return true;
}

/** What is listened to. */
export interface Subscription {
  module: string;
  event: string;
  /** Of an entity; absent: of all. */
  id?: string | undefined;
}

function keyOf(module: string, event: string, id?: string): string {
  // Segments of a path hold no slash.
  return id === undefined ? `${module}/${event}` : `${module}/${event}/${id}`;
}
