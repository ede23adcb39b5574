/**
 * The runtime's thread behind `Deno.watchFs`, and named pipes.
 *
 * To find out whose an event is, that thread opens what the event is about. With a named pipe it
 * waits there for the other end, which may never come: nothing in the process is watched any more,
 * and everything stops at the next folder that is watched or let go of.
 *
 * @module
 */

/** The kernel's names for waiting for the other end of a pipe. */
const WAITS = /^(wait_for_partner|fifo_open)/;
/** How long the thread may take to go on. */
const MAX_WAIT_MS = 1000;
const POLL_MS = 10;

/** The thread that watches folders. There is none before the first one is watched. */
export class WatchThread {
  #folder: string | undefined;

  /** Whether it waits for the other end of a named pipe. Only Linux can tell. */
  async isStuck(): Promise<boolean> {
    if (Deno.build.os !== "linux") return false;
    this.#folder ??= await threadFolder("notify-rs");
    return this.#folder !== undefined && WAITS.test(await textOf(`${this.#folder}/wchan`));
  }

  /**
   * Is the other end of some pipes while something is done.
   *
   * @param task gets whether the thread goes on
   */
  async free<T>(pipes: readonly string[], task: (goesOn: boolean) => Promise<T>): Promise<T> {
    // Opening both ways never waits.
    const open = (path: string) => Deno.open(path, { read: true, write: true }).catch(() => {});
    const held = await Promise.all(pipes.map(open));
    try {
      const end = performance.now() + MAX_WAIT_MS;
      let isStuck = await this.isStuck();
      while (isStuck && performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        isStuck = await this.isStuck();
      }
      return await task(!isStuck);
    } finally {
      for (const file of held) file?.close();
    }
  }
}

async function threadFolder(name: string): Promise<string | undefined> {
  const threads = "/proc/self/task";
  for await (const thread of Deno.readDir(threads)) {
    const folder = `${threads}/${thread.name}`;
    if ((await textOf(`${folder}/comm`)).startsWith(name)) return folder;
  }
}

/** @returns nothing for what cannot be read */
async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}
