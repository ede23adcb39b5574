/**
 * Events kept for extensions that are loaded but not connected yet.
 *
 * @module
 */

import type { HubEvent } from "./event.ts";

/** Bounds of a {@linkcode PendingEvents}, for each extension. */
export interface PendingLimits {
  maxQueuedEvents: number;
  maxQueuedBytes: number;
  maxQueuedMs: number;
}

interface Waiting {
  event: HubEvent;
  bytes: number;
  expires: number;
}

/** In order, bounded by count, bytes and age. */
export class PendingEvents {
  readonly #limits: PendingLimits;
  readonly #now: () => number;
  readonly #queues = new Map<string, { events: Waiting[]; bytes: number }>();

  /** @param options.now milliseconds of a clock that never goes back. Default `performance.now`. */
  constructor(limits: PendingLimits, options: { now?: () => number } = {}) {
    this.#limits = limits;
    this.#now = options.now ?? (() => performance.now());
  }

  /** For how many extensions something waits. */
  get size(): number {
    return this.#queues.size;
  }

  /** @returns false when a bound is reached: the event is not kept, and its sender must be told */
  add(extensionId: string, event: HubEvent): boolean {
    const known = this.#fresh(extensionId);
    if (known === undefined) this.#dropOld();
    const queue = known ?? { events: [], bytes: 0 };
    const bytes = event.text.length;
    if (queue.events.length >= this.#limits.maxQueuedEvents) return false;
    if (queue.bytes + bytes > this.#limits.maxQueuedBytes) return false;
    queue.events.push({ event, bytes, expires: this.#now() + this.#limits.maxQueuedMs });
    queue.bytes += bytes;
    this.#queues.set(extensionId, queue);
    return true;
  }

  /** The events that wait for an extension, oldest first; they wait no longer. */
  take(extensionId: string): HubEvent[] {
    const queue = this.#fresh(extensionId);
    this.#queues.delete(extensionId);
    return queue?.events.map((waiting) => waiting.event) ?? [];
  }

  /** How many wait for an extension. */
  count(extensionId: string): number {
    return this.#fresh(extensionId)?.events.length ?? 0;
  }

  /** Drops the queues of those who may never come, in which everything is too old. */
  #dropOld(): void {
    for (const id of [...this.#queues.keys()]) {
      if (this.#fresh(id)!.events.length === 0) this.#queues.delete(id);
    }
  }

  /** The queue without what has become too old; the events stand in order of age. */
  #fresh(extensionId: string): { events: Waiting[]; bytes: number } | undefined {
    const queue = this.#queues.get(extensionId);
    if (queue === undefined) return undefined;
    const now = this.#now();
    let old = 0;
    while (old < queue.events.length && queue.events[old]!.expires <= now) {
      queue.bytes -= queue.events[old++]!.bytes;
    }
    if (old > 0) queue.events.splice(0, old);
    return queue;
  }
}
