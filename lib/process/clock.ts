/**
 * Time as the parts that wait see it, so that a test can turn the hands.
 *
 * @module
 */

/** A monotonic clock with timers. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Runs `run` once after `ms` milliseconds; the answer takes the timer back. */
  after(ms: number, run: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** The most milliseconds that a timer of the runtime takes, 24 days; with more it ends at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Lets everybody else have their turn: only a timer makes the runtime look for what has come in. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Whether `promise` settles within `ms` milliseconds. A rejection counts as settled.
 * Leaves no timer behind.
 */
export function settlesWithin(
  promise: Promise<unknown>,
  ms: number,
  clock: Clock = systemClock,
): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    const settled = () => {
      cancel();
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
