/**
 * The folders that pages have watched (contracts: Neutralino 6.8).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import { FolderWatcher } from "./folder_watcher.ts";
import { isRemoteFolder } from "./remote_folder.ts";
import { type Change, split } from "./snapshot.ts";
import { TreeScanner } from "./tree_scanner.ts";
import { WatchThread } from "./watch_thread.ts";

/** Settings of {@linkcode Watchers}. */
export interface WatchersOptions {
  hub: Hub;
  log: Log;
  /** Most watchers. Default 256. */
  maxWatchers?: number;
  /** Most entries in all watched folders together; each takes some 250 bytes. Default 1,000,000. */
  maxEntries?: number;
  /** Whether a folder lies on another machine. Default asks the system. */
  isRemote?: (path: string) => Promise<boolean>;
}

const METHOD = "filesystem.createWatcher";
const MAX_WATCHERS = 256;
const MAX_ENTRIES = 1_000_000;
/** Events sent before everybody else has their turn. */
const EVENTS_AT_ONCE = 256;
/** How often it is made sure that the platform is not held up. */
const CHECK_MS = 1000;

interface Watched {
  id: number;
  /** As its page gave it, without slashes at the end. */
  path: string;
  watcher: FolderWatcher;
}

/** The watchers of one host, by ids that count from 1 and never come twice. */
export class Watchers implements AsyncDisposable {
  readonly #options: WatchersOptions;
  readonly #scanner = new TreeScanner();
  readonly #watched = new Map<number, Watched>();
  /** Also those that are being made, by path. */
  readonly #ids = new Map<string, Promise<number>>();
  /** All that the platform watches for us. */
  readonly #armed = new Set<FolderWatcher>();
  #arming: Promise<unknown> = Promise.resolve();
  readonly #thread = new WatchThread();
  #check: ReturnType<typeof setTimeout> | undefined;
  /** The platform cannot be asked for anything any more. */
  #isLost = false;
  #nextId = 1;
  #disposed = false;

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  /**
   * Watches a folder and all in it. Each change that is made from the answer on is reported to the
   * clients by the event `watchFile`.
   *
   * @returns the watcher's id; that of the one there is, for the same path again
   * @throws {HostError} `NE_FS_UNLCWAT` for what is no folder of this machine that can be read, or
   *   more than can be watched
   */
  create(given: string): Promise<number> {
    const path = withoutSlash(given);
    const known = this.#ids.get(path);
    if (known !== undefined) return known;
    const made = this.#create(given, path);
    this.#ids.set(path, made);
    made.catch(() => this.#ids.delete(path));
    return made;
  }

  /**
   * Ends a watcher; nothing is reported any more.
   *
   * @throws {HostError} `NE_FS_NOWATID` for an id that there is not
   */
  async remove(id: number): Promise<void> {
    const watched = this.#watched.get(id);
    if (watched === undefined) throw new HostError("NE_FS_NOWATID", String(id));
    this.#watched.delete(id);
    this.#ids.delete(watched.path);
    await this.#close(watched.watcher);
  }

  /** Ids and paths, in the order in which they were made. */
  list(): { id: number; path: string }[] {
    return [...this.#watched.values()].map(({ id, path }) => ({ id, path }));
  }

  /** Ends all. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#check);
    await this.#inTurn(() => this.#freeThread());
    await Promise.all([...this.#armed].map((watcher) => watcher.close()));
    this.#watched.clear();
  }

  async #create(given: string, path: string): Promise<number> {
    const { maxWatchers = MAX_WATCHERS, maxEntries = MAX_ENTRIES, log } = this.#options;
    if (!await isFolder(path)) throw new HostError("NE_FS_UNLCWAT", given);
    let watcher: FolderWatcher | undefined;
    try {
      if (this.#ids.size > maxWatchers) throw new Error(`${maxWatchers} watchers are the limit`);
      const root = await Deno.realPath(path);
      const { isRemote = isRemoteFolder } = this.#options;
      if (await isRemote(root)) throw new Error("it lies on another machine");
      const id = this.#nextId++;
      const room = () => {
        let count = 0;
        for (const other of this.#armed) count += other.count;
        return maxEntries - count;
      };
      const made = watcher = new FolderWatcher({
        root,
        scanner: this.#scanner,
        log,
        room,
        report: (changes) => this.#report(id, path, changes),
        onLoss: () => this.#suspectAll(),
        onReturn: () => void this.#rearm(this.#near(made)),
      });
      await this.#inTurn(async () => {
        if (this.#disposed) throw new Error("the host ends");
        await this.#freeThread();
        this.#armed.add(made);
        if (this.#isLost) made.abandon();
        await made.arm();
        this.#checkSoon();
      });
      await made.start();
      if (this.#disposed) throw new Error("the host ends");
      this.#watched.set(id, { id, path, watcher: made });
      return id;
    } catch (error) {
      log.warning(`Cannot watch "${given}": ${(error as Error).message}`);
      if (watcher !== undefined) await this.#close(watcher);
      throw new HostError("NE_FS_UNLCWAT", given);
    }
  }

  async #close(watcher: FolderWatcher): Promise<void> {
    await this.#inTurn(() => this.#freeThread());
    await watcher.close();
    if (this.#armed.delete(watcher)) await this.#rearm(this.#near(watcher));
  }

  #checkSoon(): void {
    clearTimeout(this.#check);
    if (this.#disposed || this.#isLost || this.#armed.size === 0) return;
    this.#check = setTimeout(async () => {
      await this.#inTurn(() => this.#freeThread());
      this.#checkSoon();
    }, CHECK_MS);
  }

  /** Has the platform go on that waits for a named pipe. Folders with one are left to ourselves. */
  async #freeThread(): Promise<void> {
    if (this.#isLost || !await this.#thread.isStuck()) return;
    const pipes: string[] = [];
    const near = new Set<FolderWatcher>();
    for (const watcher of this.#armed) {
      const found = await watcher.pipes();
      pipes.push(...found);
      if (found.length > 0) { for (const other of this.#near(watcher)) near.add(other); }
    }
    await this.#thread.free(pipes, async (goesOn) => {
      // The pipe is not there any more. Whoever asked the platform for anything now would wait, too.
      if (!goesOn) this.#abandonAll();
      await Promise.all([...near].map((watcher) => watcher.disarm()));
    });
    await this.#armAgain(this.#isLost ? this.#armed : near);
  }

  #abandonAll(): void {
    this.#isLost = true;
    this.#options.log.warning("The system waits for a named pipe: folders are looked at instead");
    for (const watcher of this.#armed) watcher.abandon();
  }

  /**
   * Those that the platform lets go of with this one, itself included while it is armed: it lets go
   * of all below a folder, and of what links in it lead to. Watches of one folder are one to it.
   */
  #near(watcher: FolderWatcher): FolderWatcher[] {
    return [...this.#armed].filter(({ root }) => watcher.hasLinks || overlap(watcher.root, root));
  }

  /** Has the platform watch folders anew, and makes up for what it did not tell meanwhile. */
  #rearm(watchers: readonly FolderWatcher[]): Promise<void> {
    if (watchers.length === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      await this.#freeThread();
      await Promise.all(watchers.map((watcher) => watcher.disarm()));
      await this.#armAgain(watchers);
    });
  }

  async #armAgain(watchers: Iterable<FolderWatcher>): Promise<void> {
    for (const watcher of watchers) {
      if (!this.#armed.has(watcher) || this.#disposed) continue;
      await watcher.arm();
      watcher.suspect();
    }
  }

  #inTurn<T>(task: () => T | Promise<T>): Promise<T> {
    const result = this.#arming.then(task);
    this.#arming = result.catch(() => {});
    return result;
  }

  /** What the platform lost may have been told of any of them. */
  #suspectAll(): void {
    for (const watcher of this.#armed) watcher.suspect();
  }

  async #report(id: number, path: string, changes: readonly Change[]): Promise<void> {
    const { hub } = this.#options;
    for (const [index, change] of changes.entries()) {
      const [folder, filename] = split(change.path);
      const dir = folder === "" ? path : `${path === "/" ? "" : path}/${folder}`;
      const timestamp = new Date().toISOString();
      const event = { id, action: change.action, dir, filename, timestamp };
      const moved = change.action === "moved" && { oldFilename: oldName(folder, change.oldPath) };
      hub.publish("watchFile", { ...event, ...moved }, METHOD);
      if ((index + 1) % EVENTS_AT_ONCE === 0) {
        await hub.caughtUp(METHOD);
        if (!this.#watched.has(id)) return;
      }
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

function withoutSlash(path: string): string {
  const slashes = Deno.build.os === "windows" ? /(?<=[^:\\/])[\\/]+$/ : /(?<=[^/])\/+$/;
  return path.replace(slashes, "");
}

/** Whether one of two folders lies in the other. */
function overlap(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.startsWith(short) &&
    (/[\\/]$/.test(short) || /^([\\/]|$)/.test(long.slice(short.length)));
}

/** The earlier name of what is in a folder now; of what came from elsewhere, the way to there. */
function oldName(folder: string, oldPath: string): string {
  const from = folder === "" ? [] : folder.split("/");
  const to = oldPath.split("/");
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/");
}
