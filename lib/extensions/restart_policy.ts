/**
 * Whether and when an extension that has ended is started again.
 *
 * @module
 */

/** When an extension that ended by itself is started again. */
export type RestartMode =
  | "never"
  | "on-failure"
  | "always"
  /** Only with an exit code that asks for it: packages (contracts: AirDC++ 6.5). */
  | "when-asked";

/** Settings of a {@linkcode RestartPolicy}, as in an extension's entry. */
export interface RestartSettings {
  restart: RestartMode;
  /** Before the first restart; doubles with each, up to a minute. */
  restartDelayMs: number;
  /** Most restarts within the window. */
  maxRestarts: number;
  restartWindowMs: number;
}

/** Default settings: an extension that ends stays ended, as in the original. */
export const DEFAULT_RESTART: RestartSettings = {
  restart: "never",
  restartDelayMs: 1000,
  maxRestarts: 5,
  restartWindowMs: 300_000,
};

/** How a run ended. */
export interface RunEnd {
  /** `undefined` when nothing could be started at all. */
  code: number | undefined;
  /** One clause for people: `it ended with code 3`. */
  reason: string;
  /** How long the extension had been connected, milliseconds. */
  connectedMs: number;
  /** It did not end by itself: whatever its code says, it has failed. Default false. */
  unresponsive?: boolean;
}

/** What follows. */
export type Verdict =
  | { next: "restart"; delayMs: number }
  | { next: "stopped" | "failed"; reason: string };

const LONGEST_DELAY_MS = 60_000;
/** Who has been connected for so long is healthy: what went before is forgotten. */
const HEALTHY_MS = 60_000;
/** An extension that ends with one of these asks to be started again. */
const RESTART_ME = new Set([74, 75, 124]);

/** Decides about the restarts of one extension. */
export class RestartPolicy {
  readonly #settings: RestartSettings;
  readonly #now: () => number;
  readonly #random: () => number;
  /** Times of the restarts within the window. */
  #restarts: number[] = [];
  /** Restarts in a row without a healthy run between them. */
  #inARow = 0;

  /**
   * @param options.now milliseconds of a clock that never goes back. Default `performance.now`
   * @param options.random 0 to 1, for the jitter. Default `Math.random`
   */
  constructor(
    settings: RestartSettings,
    options: { now?: () => number; random?: () => number } = {},
  ) {
    this.#settings = settings;
    this.#now = options.now ?? (() => performance.now());
    this.#random = options.random ?? Math.random;
  }

  /** Restarts in a row so far. */
  get restarts(): number {
    return this.#inARow;
  }

  /** Somebody started the extension by hand: nothing counts against it any more. */
  reset(): void {
    this.#restarts = [];
    this.#inARow = 0;
  }

  /** Decides after a run that nobody asked to end. A restart counts at once. */
  decide({ code, reason, connectedMs, unresponsive = false }: RunEnd): Verdict {
    const { restart, restartDelayMs, maxRestarts, restartWindowMs } = this.#settings;
    if (connectedMs >= HEALTHY_MS) this.reset();
    if (code === 0 && !unresponsive && restart !== "always") return { next: "stopped", reason };
    const asked = code !== undefined && RESTART_ME.has(code);
    if (restart === "never" || restart === "when-asked" && !asked) {
      return { next: "failed", reason };
    }
    const now = this.#now();
    this.#restarts = this.#restarts.filter((time) => now - time < restartWindowMs);
    if (this.#restarts.length >= maxRestarts) {
      const times = maxRestarts === 1 ? "once" : `${maxRestarts} times`;
      const minutes = Math.round(restartWindowMs / 6000) / 10;
      return {
        next: "failed",
        reason: `${reason}, and it was restarted ${times} within ${minutes} min already`,
      };
    }
    this.#restarts.push(now);
    const packaged = restart === "when-asked";
    const doublings = asked && !packaged ? 0 : this.#inARow;
    this.#inARow++;
    // Many that ended together must not all come back at the same moment.
    const jitter = packaged ? 1 + this.#random() / 4 : 0.75 + this.#random() / 2;
    const delayMs = Math.min(restartDelayMs * 2 ** doublings, LONGEST_DELAY_MS) * jitter;
    return { next: "restart", delayMs: Math.round(Math.min(delayMs, LONGEST_DELAY_MS)) };
  }
}
