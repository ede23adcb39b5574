/**
 * One program at a time for a folder.
 *
 * @module
 */

/** How long a runtime that can only wait for a lock does so by default, milliseconds. */
const WAIT_MS = 500;

/** A lock of the operating system, which is free again whichever way its holder ends. */
export class FolderLock {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Takes the lock that a file stands for; the file stays when the lock is given back.
   *
   * @returns the process that has it, as far as it is known, where somebody else does
   */
  static async take(
    path: string,
    { waitMs = WAIT_MS }: { waitMs?: number } = {},
  ): Promise<FolderLock | { holder: number | undefined }> {
    const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
    let isTaken = false;
    try {
      isTaken = await tryLock(file, waitMs);
      if (!isTaken) return { holder: await readHolder(path) };
      await file.truncate(0);
      await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
      return new FolderLock(file);
    } finally {
      if (!isTaken) file.close();
    }
  }

  /** Gives the lock back. */
  release(): void {
    // A process that is just being started holds the same file for a moment, and would hold the lock.
    this.#file.unlockSync();
    this.#file.close();
  }
}

/** What all versions can, and what newer ones can. */
interface Lockable {
  lock(exclusive: boolean): Promise<void>;
  tryLock?(exclusive: boolean): Promise<boolean>;
}

async function tryLock(file: Deno.FsFile, waitMs: number): Promise<boolean> {
  // Before 2.7 the runtime can only wait; what waits too long gets the lock and loses it with the file.
  const { lock, tryLock } = file as Lockable;
  if (tryLock !== undefined) return await tryLock.call(file, true);
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), waitMs);
  const locked = lock.call(file, true).then(() => true);
  locked.catch(() => {});
  try {
    return await Promise.race([locked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** On Windows nobody else may read a locked file; while a lock is waited for, not even its file here. */
async function readHolder(path: string): Promise<number | undefined> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return /^\d+\n$/.test(text) ? Number(text) : undefined;
}
