/**
 * Who is connected, and who gets which event.
 *
 * @module
 */

import { HubEvent } from "./event.ts";
import { Pace } from "./pace.ts";
import { PendingEvents, type PendingLimits } from "./pending.ts";

/** Somebody connected through a door. */
export interface Client {
  /** Absent for app clients (pages and backends). */
  readonly extensionId: string | undefined;
  /** Whether it is a page of the app. Default: no. */
  readonly isPage?: boolean;
  /** Whether it may use a method, and so hear of what others do with it. */
  allows(method: string): boolean;
  /** Whether it may hear of what a method did with one stream, watcher or process. Default: yes. */
  hears?(method: string, id: number): boolean;
  /** Takes an event; never throws and never waits. */
  deliver(event: HubEvent): void;
  /** Bytes of events and answers that its peer has not taken yet. */
  readonly queuedBytes: number;
  /** What went over its connection so far. */
  readonly traffic: Traffic;
  /** Ends the connection with a WebSocket close code (RFC 6455 7.4). */
  close(code: number, reason: string): void;
}

/** Who receives a broadcast. */
export type Audience = "apps" | "extensions" | "all";

/** Messages and their size on one connection, since it was opened. */
export interface Traffic {
  framesIn: number;
  framesOut: number;
  /** UTF-16 units: the bytes of plain ASCII, fewer than those of other text. */
  sizeIn: number;
  sizeOut: number;
}

/** How a client left. */
export type Departure = "closed" | "unresponsive";

/** Told of arrivals and departures, after the clients themselves have been. */
export interface HubObserver {
  joined?(client: Client): void;
  /** `unresponsive`: it was closed because it had given no sign of life for too long. */
  left?(client: Client, how: Departure): void;
}

/** The clients of one host, and delivery to them (contracts: Neutralino 3.2, 3.6). */
export class Hub {
  readonly #apps = new Set<Client>();
  readonly #extensions = new Map<string, Client>();
  readonly #pending: PendingEvents;
  readonly #observers = new Set<HubObserver>();
  readonly #pace = new Pace();

  constructor(limits: PendingLimits) {
    this.#pending = new PendingEvents(limits);
  }

  /** Clients without an extension id. */
  get appCount(): number {
    return this.#apps.size;
  }

  /** Ids of connected extensions, sorted (section 6.4). */
  get connectedExtensions(): string[] {
    return [...this.#extensions.keys()].sort();
  }

  /** Whether an extension has a live connection. */
  isConnected(extensionId: string): boolean {
    return this.#extensions.has(extensionId);
  }

  /** Whether a client is in, and so hears of events and is told of when it leaves. */
  has(client: Client): boolean {
    const id = client.extensionId;
    return id === undefined ? this.#apps.has(client) : this.#extensions.get(id) === client;
  }

  /** The live connection of an extension. */
  extension(id: string): Client | undefined {
    return this.#extensions.get(id);
  }

  /** Adds somebody who is told of arrivals and departures. */
  observe(observer: HubObserver): void {
    this.#observers.add(observer);
  }

  /**
   * Takes a client in and tells everybody, the newcomer too; then hands over what waited for it.
   *
   * @throws {Error} when the extension has a live connection already; doors refuse it before
   */
  join(client: Client): void {
    const id = client.extensionId;
    if (id === undefined) {
      this.#apps.add(client);
      this.#announce("appClientConnect", this.#apps.size, "clientConnect");
    } else {
      if (this.#extensions.has(id)) throw new Error(`extension ${id} is connected already`);
      this.#extensions.set(id, client);
      this.#announce("extClientConnect", id, "clientConnect");
      for (const event of this.#pending.take(id)) client.deliver(event);
    }
    for (const observer of this.#observers) observer.joined?.(client);
  }

  /** Takes a client out and tells the others. Does nothing for one that is out already. */
  leave(client: Client, how: Departure = "closed"): void {
    const id = client.extensionId;
    if (id === undefined) {
      if (!this.#apps.delete(client)) return;
      this.#announce("appClientDisconnect", this.#apps.size, "clientDisconnect");
    } else {
      if (this.#extensions.get(id) !== client) return;
      this.#extensions.delete(id);
      this.#announce("extClientDisconnect", id, "clientDisconnect");
    }
    for (const observer of this.#observers) observer.left?.(client, how);
  }

  /**
   * Sends an event to everybody of an audience, apps first. It is encoded once.
   *
   * @throws {RangeError} before anything is sent, when `data` cannot be encoded
   */
  broadcast(name: string, data: unknown, audience: Audience): void {
    const event = new HubEvent(name, data);
    event.text;
    if (audience !== "extensions") { for (const client of this.#apps) client.deliver(event); }
    if (audience !== "apps") {
      for (const client of this.#extensions.values()) client.deliver(event);
    }
  }

  /**
   * Sends an event that a native method causes to every app client, and to those extensions that
   * may use the method themselves. A client whose scopes bound what the method opens hears of what
   * it has opened itself: `data.id` tells.
   *
   * @param method whose event it is, such as `os.spawnProcess`
   */
  publish(name: string, data: { id: number }, method: string): void {
    const event = new HubEvent(name, data);
    for (const client of this.#audienceOf(method)) {
      if (client.hears?.(method, data.id) ?? true) client.deliver(event);
    }
  }

  /**
   * Settles when those whom `publish` reaches have taken most of what they were sent, so that a
   * source that is faster than they are can go on. Somebody who takes nothing for a second is not
   * waited for; its outbox has its own bound.
   */
  caughtUp(method: string): Promise<void> | undefined {
    return this.#pace.wait(() => this.#audienceOf(method));
  }

  /** @returns false when the extension is not connected */
  send(extensionId: string, name: string, data: unknown): boolean {
    const client = this.#extensions.get(extensionId);
    if (client === undefined) return false;
    client.deliver(new HubEvent(name, data));
    return true;
  }

  /**
   * Keeps an event until the extension connects.
   *
   * @returns false when too many wait already
   */
  queue(extensionId: string, name: string, data: unknown): boolean {
    return this.#pending.add(extensionId, new HubEvent(name, data));
  }

  /** Events that wait for an extension to connect. */
  queuedCount(extensionId: string): number {
    return this.#pending.count(extensionId);
  }

  /**
   * Closes the connection of one extension.
   *
   * @returns false when it has none
   */
  disconnect(extensionId: string, code: number, reason: string): boolean {
    const client = this.#extensions.get(extensionId);
    client?.close(code, reason);
    return client !== undefined;
  }

  /** Closes everybody. Nobody is told of the others' leaving: all leave at once. */
  closeAll(code: number, reason: string): void {
    const clients = [...this.#apps, ...this.#extensions.values()];
    this.#apps.clear();
    this.#extensions.clear();
    for (const client of clients) client.close(code, reason);
  }

  *#audienceOf(method: string): Generator<Client> {
    yield* this.#apps;
    for (const client of this.#extensions.values()) if (client.allows(method)) yield client;
  }

  #announce(specific: string, data: unknown, general: string): void {
    this.broadcast(specific, data, "all");
    this.broadcast(general, this.#apps.size + this.#extensions.size, "all");
  }
}
