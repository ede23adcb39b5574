/**
 * Order among the calls of one connection.
 *
 * @module
 */

import { PathOrder, type PathUse } from "./path_order.ts";

/** What a call must not overtake: an earlier one of the same name, or one of the same files. */
export type Lane = string | PathUse;

/** Runs tasks of one lane one after the other and those of different lanes at the same time. */
export class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #paths = new PathOrder();

  /** Starts `task` when all earlier ones of its lane have ended, well or not. */
  run<T>(lane: Lane, task: () => T | Promise<T>): T | Promise<T> {
    if (typeof lane !== "string") return this.#paths.run(lane, task);
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
