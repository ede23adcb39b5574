/**
 * What the platform tells of changes in a folder: quick, and not to be relied on.
 *
 * @module
 */

/** Something may have happened to these paths. */
export interface Hint {
  kind: Deno.FsEvent["kind"];
  paths: readonly string[];
  /** Whether other hints were lost. */
  lost: boolean;
}

/** Who gets hints. */
export interface HintTaker {
  hint(hint: Hint): void;
  /** The platform could not watch a part of the folder. */
  failed(error: Error): void;
}

/** Hints about one folder and all in it, from the moment it is made. */
export interface HintSource {
  /** Settles when the platform has let go of the folder. */
  close(): Promise<void>;
}

/** Errors after which a source that gives nothing else is given up. */
const MAX_ERRORS = 100;

/**
 * Starts to watch a folder. The runtime walks all of it for that, links included, in one go: some
 * 1.5 ms for 1,000 entries.
 *
 * @throws {Error} when the platform refuses, for instance because of its limit
 */
export function watchFolder(path: string, taker: HintTaker): HintSource {
  const watcher = Deno.watchFs(path, { recursive: true });
  const iterator = watcher[Symbol.asyncIterator]();
  let closed = false;

  async function pump(): Promise<void> {
    let errors = 0;
    while (!closed && errors < MAX_ERRORS) {
      try {
        const { value, done } = await iterator.next();
        if (done) return;
        errors = 0;
        if (!closed) taker.hint({ ...value, lost: value.flag === "rescan" });
      } catch (error) {
        errors++;
        if (!closed) taker.failed(error as Error);
      }
    }
  }
  const pumped = pump();

  return {
    async close() {
      if (!closed) {
        closed = true;
        watcher.close();
      }
      await pumped;
    },
  };
}

/**
 * How many hints in a row mean that others may have been lost without a word. Until 2.9 the runtime
 * keeps 16 and drops the rest; since then it says so, but still not when the kernel's own queue,
 * which holds 16,384, was too short.
 *
 * @param runtime the runtime's version, such as `2.9.6`
 */
export function suspiciousBurst(runtime: string): number {
  const [major = 0, minor = 0] = runtime.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 9) ? 2000 : 16;
}
