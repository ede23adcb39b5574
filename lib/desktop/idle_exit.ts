/**
 * Ending the host when its last page is gone (contracts: Neutralino 7.4).
 *
 * @module
 */

import { type Clock, systemClock } from "../process/clock.ts";

/** Settings of an `IdleExit`. */
export interface IdleExitOptions {
  /** Called once, when there has been no page for `delayMs`. */
  onIdle: () => void;
  /** Default 10,000, enough for a page to be reloaded. */
  delayMs?: number;
  clock?: Clock;
}

/**
 * Counts the connections of pages and backends. Extensions do not count, and a host no page ever
 * connected to waits for ever: a command that looks at it does not end it. Who connects again takes
 * the timer back; in the reference it goes on.
 */
export class IdleExit {
  readonly #onIdle: () => void;
  readonly #delayMs: number;
  readonly #clock: Clock;
  #connections = 0;
  #pageSeen = false;
  #cancelTimer: (() => void) | undefined;
  #ended = false;

  constructor({ onIdle, delayMs = 10_000, clock = systemClock }: IdleExitOptions) {
    this.#onIdle = onIdle;
    this.#delayMs = delayMs;
    this.#clock = clock;
  }

  /** A page has connected, or a backend. */
  connected(isPage = true): void {
    this.#connections++;
    this.#pageSeen ||= isPage;
    this.#stopTimer();
  }

  /** The connection of one of them has closed. */
  disconnected(): void {
    if (this.#ended || this.#connections === 0 || --this.#connections > 0) return;
    if (!this.#pageSeen) return;
    this.#cancelTimer = this.#clock.after(this.#delayMs, () => {
      this.#ended = true;
      this.#onIdle();
    });
  }

  /** The host stops for another reason. */
  cancel(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
