/**
 * The processes that a host has started for others: those its callers see by number, and those that
 * end with it (contracts: Neutralino 4.3, 6.10).
 *
 * @module
 */

/** A process that callers see and may act on. */
export interface ListedProcess {
  /** The shell's. */
  readonly pid: number;
  /**
   * Gives it text on its stdin.
   *
   * @returns false when its stdin is closed or does not take more
   */
  write(text: string): boolean | Promise<boolean>;
  /** Closes its stdin, behind everything that was written before. */
  endInput(): void;
  /** Asks it and everything it started to end. */
  interrupt(): void;
}

/** Something that has to end with the host. */
export interface Owned {
  /** Settles when there is nothing left to end. */
  readonly gone: Promise<unknown>;
  /** Ends it; settles in a few seconds at most. */
  stop(): Promise<void>;
}

/** The children of one host. */
export class Children {
  readonly #listed = new Map<number, ListedProcess>();
  readonly #owned = new Set<Owned>();
  #nextId = 0;
  #lastTurn: Promise<void> = Promise.resolve();
  #stopping = false;

  /** Takes a number; they count up from 0 and none is given twice. */
  reserveId(): number {
    return this.#nextId++;
  }

  /** Shows a process under a number. */
  list(id: number, process: ListedProcess): void {
    this.#listed.set(id, process);
  }

  /** Its end. */
  unlist(id: number): void {
    this.#listed.delete(id);
  }

  /** A process by its number. */
  get(id: number): ListedProcess | undefined {
    return this.#listed.get(id);
  }

  /** Those that run, in the order of their numbers. */
  get running(): { id: number; pid: number }[] {
    return [...this.#listed].map(([id, { pid }]) => ({ id, pid })).sort((a, b) => a.id - b.id);
  }

  /**
   * Starts a process, or changes what those started later inherit, when its turn comes. A start holds
   * everybody up for milliseconds, and a client may send a hundred of them in one go: between two,
   * others get their answers.
   *
   * @throws {Error} when the host has stopped its children already
   */
  async inTurn<T>(start: () => T | Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#lastTurn;
    this.#lastTurn = promise;
    await before;
    try {
      if (this.#stopping) throw new Error("the host is about to end");
      return await start();
    } finally {
      setTimeout(resolve, 0);
    }
  }

  /** From now on it ends with the host, until it is gone. */
  own(owned: Owned): void {
    this.#owned.add(owned);
    const forget = () => void this.#owned.delete(owned);
    owned.gone.then(forget, forget);
  }

  /** Ends what is owned. Calls that came before the stop still have their processes started. */
  async stop(): Promise<void> {
    await this.#lastTurn;
    this.#stopping = true;
    await this.#lastTurn;
    await Promise.all([...this.#owned].map((owned) => owned.stop()));
  }
}
