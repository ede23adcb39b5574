/**
 * One WebSocket of the API and the session on it, if it has one.
 *
 * @module
 */

import type { Traffic } from "../hub/hub.ts";
import { Outbox } from "../hub/outbox.ts";
import { type Connection, exceeds } from "../server/connection.ts";
import type { Session } from "./session.ts";

/**
 * Largest frame sent: above, a common client library closes the connection (contracts: AirDC++ 10.1).
 * The runtime sends every message as one frame and has no way to divide it.
 */
export const MAX_FRAME_BYTES = 1 << 20;

/** How long answers may hold up a close, milliseconds. */
const LINGER_MS = 1000;

/** Settings of an {@linkcode ApiSocket}. */
export interface ApiSocketOptions {
  /** Path of the upgrade, to stand before that of every frame (10.1). */
  prefix: string;
  /** The peer's. */
  address: string;
  /** Most bytes that may wait for it. */
  maxOutboxBytes: number;
  /** Told of a peer that reads too slowly and has been closed. */
  onOverflow: () => void;
}

/** A socket. */
export class ApiSocket {
  readonly prefix: string;
  readonly address: string;
  readonly traffic: Traffic = { framesIn: 0, framesOut: 0, sizeIn: 0, sizeOut: 0 };
  /** Whose it is. Set by `Sessions.attach`. */
  session: Session | undefined;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  #unanswered = 0;
  #farewell: { code: number; reason: string; timer: ReturnType<typeof setTimeout> } | undefined;
  #closed = false;

  constructor(connection: Connection, options: ApiSocketOptions) {
    this.prefix = options.prefix;
    this.address = options.address;
    this.#connection = connection;
    this.#outbox = new Outbox(connection, {
      maxBytes: options.maxOutboxBytes,
      onOverflow: () => {
        options.onOverflow();
        this.close(1013, "too slow: the outbox is full");
      },
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Requests that wait for their answers. */
  get unanswered(): number {
    return this.#unanswered;
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /**
   * Sends a text.
   *
   * @returns false when it is too large for a frame and was not sent
   */
  send(text: string): boolean {
    if (exceeds(text, MAX_FRAME_BYTES)) return false;
    if (this.#closed) return true;
    this.traffic.framesOut++;
    this.traffic.sizeOut += text.length;
    this.#outbox.push(text);
    return true;
  }

  /** Notes a request that will be answered. */
  asked(): void {
    this.#unanswered++;
  }

  /** Notes that it has been. */
  answered(): void {
    this.#unanswered--;
    if (this.#unanswered === 0 && this.#farewell !== undefined) {
      this.close(this.#farewell.code, this.#farewell.reason);
    }
  }

  /** Closes at once, whatever waits. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.ended();
    this.#connection.close(code, reason);
  }

  /** Closes when the requests under way have been answered, or after a second. */
  closeWhenAnswered(code: number, reason: string): void {
    if (this.#unanswered === 0) return this.close(code, reason);
    if (this.#closed || this.#farewell !== undefined) return;
    const timer = setTimeout(() => this.close(code, reason), LINGER_MS);
    this.#farewell = { code, reason, timer };
  }

  /** Notes that the connection is gone. */
  ended(): void {
    this.#closed = true;
    this.#outbox.close();
    clearTimeout(this.#farewell?.timer);
  }
}
