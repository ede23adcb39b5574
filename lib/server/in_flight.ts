/**
 * Counts what is being answered, so that a stop can wait for it.
 *
 * @module
 */

/** The requests that are not answered to the end yet. */
export class InFlight {
  #count = 0;
  #idle: (() => void) | undefined;

  /** @param completed settles when the response was sent or its client is gone */
  track(completed: Promise<void>): void {
    this.#count++;
    completed.then(this.#done, this.#done);
  }

  readonly #done = (): void => {
    if (--this.#count === 0) this.#idle?.();
  };

  /**
   * Waits until nothing is being answered.
   *
   * @param deadline milliseconds after which waiting ends anyway
   * @returns whether nothing is
   */
  async idle(deadline: number): Promise<boolean> {
    if (this.#count === 0) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    const timer = setTimeout(resolve, deadline);
    await promise;
    clearTimeout(timer);
    return this.#count === 0;
  }
}
