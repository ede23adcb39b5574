/**
 * Order among the calls of one connection.
 *
 * @module
 */

/** Runs tasks of one lane one after the other and those of different lanes at the same time. */
export class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Starts `task` when all earlier ones of its lane have ended, well or not. */
  run<T>(lane: string, task: () => T | Promise<T>): Promise<T> {
    const before = this.#tails.get(lane) ?? Promise.resolve();
    const result = before.then(task, task);
    this.#tails.set(lane, result);
    const clear = () => {
      if (this.#tails.get(lane) === result) this.#tails.delete(lane);
    };
    result.then(clear, clear);
    return result;
  }
}
