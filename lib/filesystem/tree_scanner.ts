/**
 * Looking at folders without being in anybody's way.
 *
 * @module
 */

import { type Entry, entryOf, type Names } from "./snapshot.ts";

/** A tree holds more than may be kept in memory. */
export class TooManyEntriesError extends Error {
  override readonly name = "TooManyEntriesError";
}

/** How far a tree is looked at. */
export interface Bounds {
  /** How many entries there may be. */
  room(): number;
  /** Asked between folders; the rest is left out once it answers true. */
  stopped(): boolean;
}

/** Questions to the disk that may be under way at once; each takes a thread. */
const MAX_QUESTIONS = 32;
/** Folders that are listed at once. */
const MAX_FOLDERS = 16;

/** Asks the disk, for all watchers of a host, and never more than it can bear. */
export class TreeScanner {
  #asking = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * What is at a path; a link counts as itself.
   *
   * @returns `undefined` when nothing is, or nothing that may be looked at
   */
  async look(path: string): Promise<Entry | undefined> {
    if (this.#asking < MAX_QUESTIONS) this.#asking++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return entryOf(await Deno.lstat(path));
    } catch {
      return undefined;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#asking--;
      else next();
    }
  }

  /**
   * What is directly in a folder.
   *
   * @returns `undefined` when it is no folder, or none that may be read
   */
  async list(path: string): Promise<Names | undefined> {
    const found: string[] = [];
    try {
      for await (const { name } of Deno.readDir(path)) found.push(name);
    } catch {
      return undefined;
    }
    const names: Names = new Map();
    let next = 0;
    const ask = async () => {
      while (next < found.length) {
        const name = found[next++]!;
        const entry = await this.look(`${path}/${name}`);
        // It may have gone meanwhile.
        if (entry !== undefined) names.set(name, entry);
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_QUESTIONS, found.length) }, ask));
    return names;
  }

  /**
   * Fills in all that is in a folder, at any depth. What cannot be read counts as empty.
   *
   * @throws {TooManyEntriesError}
   */
  async fill(
    path: string,
    entry: Entry,
    { room, stopped }: Bounds,
  ): Promise<void> {
    const todo: [string, Entry][] = [[path, entry]];
    let left = room();
    while (todo.length > 0 && !stopped()) {
      await Promise.all(
        todo.splice(-MAX_FOLDERS).map(async ([path, entry]) => {
          entry.names = await this.list(path) ?? new Map();
          left -= entry.names.size;
          for (const [name, inside] of entry.names) {
            if (inside.kind === "directory") todo.push([`${path}/${name}`, inside]);
          }
        }),
      );
      if (left < 0) throw new TooManyEntriesError("it holds too many entries");
    }
  }
}
