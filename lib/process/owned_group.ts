/**
 * A process group that ends with its host, whatever ends that (security row 16).
 *
 * @module
 */

import type { ProcessGroup } from "./process_group.ts";
import { stopGroup, type StopOptions } from "./stop_ladder.ts";
import type { Watchdog } from "./watchdog.ts";

const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 1000;

type Group = Pick<ProcessGroup, "pid" | "status" | "signal" | "alive" | "kill">;

/** Stands on the watchdog's list from its start until nothing of it is left. */
export class OwnedGroup {
  /** Settles when nothing of the group is left, or when it was let go. */
  readonly gone: Promise<void>;
  readonly #group: Group;
  readonly #watchdog: Watchdog;
  #stopping: Promise<void> | undefined;
  #over = false;
  #wake: () => void = () => {};

  constructor(group: Group, watchdog: Watchdog) {
    this.#group = group;
    this.#watchdog = watchdog;
    watchdog.add(group.pid);
    this.gone = this.#ended();
  }

  /** Sees to it that the whole group ends; settles when it has. */
  stop(options: StopOptions): Promise<void> {
    return this.#stopping ??= stopGroup(this.#group, options).then(() => {
      this.letGo();
      return this.gone;
    });
  }

  /** What is left of the group, once its leader has ended, may outlive the host. */
  letGo(): void {
    this.#over = true;
    this.#wake();
  }

  async #ended(): Promise<void> {
    await this.#group.status;
    // A command may put the real program into the background: the group counts.
    let wait = FIRST_POLL_MS;
    while (!this.#over && await this.#group.alive()) {
      await this.#pause(this.#stopping === undefined ? wait : FIRST_POLL_MS);
      wait = Math.min(wait * 2, LONGEST_POLL_MS);
    }
    this.#watchdog.remove(this.#group.pid);
  }

  #pause(ms: number): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
