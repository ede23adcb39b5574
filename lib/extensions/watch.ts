/**
 * Starting extensions again when their files change: `--watch-extensions`.
 *
 * @module
 */

import { basename, dirname, relative, resolve, SEPARATOR } from "@std/path";
import { splitArgs } from "../config/browser_args.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import { HostError } from "../errors.ts";
import { lookAhead } from "../filesystem/link_walk.ts";
import { WatchThread } from "../filesystem/watch_thread.ts";
import type { Log } from "../log.ts";
import { type Ignored, ignored, NEVER_COUNTED } from "./ignore_patterns.ts";
import type { ExtensionRegistry } from "./registry.ts";

/** Nothing must have changed for so long, milliseconds: editors and compilers write much at once. */
const QUIET_MS = 200;
/** But something that never rests does not put the restart off for longer, milliseconds. */
const LONGEST_MS = 2000;

/** What {@linkcode ExtensionWatch} needs of its host. */
export interface WatchOptions {
  registry: Pick<ExtensionRegistry, "ids" | "entry" | "supervisor" | "restart">;
  /** The app's folder. */
  appPath: string;
  log: Log;
}

/** What is watched: a folder and all in it, or one file of it. */
export interface WatchRoot {
  /** Real path. */
  folder: string;
  /** Name of the only file that counts. */
  file?: string;
}

/** Restarts loaded extensions when files of theirs change. */
export class ExtensionWatch implements AsyncDisposable {
  readonly #options: WatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #closing = new Set<Promise<void>>();
  #closed = false;

  /** Begins with everything that is loaded already. */
  constructor(options: WatchOptions) {
    this.#options = options;
    for (const id of options.registry.ids) this.add(options.registry.entry(id)!);
  }

  /** Watches the files of an entry, soon. */
  add(entry: ExtensionEntry): void {
    if (this.#closed || entry.command === undefined) return;
    this.remove(entry.id);
    const watched = new Watched(entry, this.#options);
    this.#watched.set(entry.id, watched);
    // Letting go of a folder lets go of it for all.
    void Promise.all(this.#closing).then(() => watched.open());
  }

  /** Watches them no longer. */
  remove(id: string): void {
    const closing = this.#watched.get(id)?.close();
    this.#watched.delete(id);
    if (closing === undefined) return;
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const id of [...this.#watched.keys()]) this.remove(id);
    await Promise.all(this.#closing);
  }
}

/** One extension. */
class Watched {
  readonly #entry: ExtensionEntry;
  readonly #options: WatchOptions;
  readonly #ignored: Ignored;
  readonly #watchers: Deno.FsWatcher[] = [];
  readonly #listening: Promise<void>[] = [];
  readonly #thread = new WatchThread();
  #roots: WatchRoot[] = [];
  #closed = false;
  #restarting = false;
  /** When the first change came that no restart has followed. */
  #since: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(entry: ExtensionEntry, options: WatchOptions) {
    this.#entry = entry;
    this.#options = options;
    this.#ignored = ignored([...NEVER_COUNTED, ...entry.watchIgnore ?? []]);
  }

  async open(): Promise<void> {
    const { log, appPath } = this.#options;
    const { id } = this.#entry;
    try {
      if (this.#closed) return;
      const roots = this.#roots = await watchRoots(this.#entry, appPath);
      if (await this.#thread.isStuck()) throw new Error("the system waits for a named pipe");
      if (this.#closed) return;
      if (roots.length === 0) {
        log.warning(
          `Extension "${id}" is not watched: its command names no file below "${appPath}"; ` +
            `its key "watch" can say what is to be watched`,
        );
        return;
      }
      for (const root of roots) {
        const watcher = Deno.watchFs(root.folder, { recursive: root.file === undefined });
        this.#watchers.push(watcher);
        this.#listening.push(this.#listen(watcher, root).catch((error) => this.#fail(error)));
      }
      const places = roots.map(({ folder, file }) =>
        file ? `${folder}${SEPARATOR}${file}` : folder
      );
      log.info(`Extension "${id}" is restarted when files change in ${places.join(", ")}`);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Settles when the platform has let go of the files. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const watchers = this.#watchers.splice(0);
    if (watchers.length === 0) return;
    const isStuck = await this.#thread.isStuck();
    const ahead = this.#roots.map(({ folder }) => isStuck ? lookAhead(folder, 0) : undefined);
    const pipes = (await Promise.all(ahead)).flatMap((ahead) => ahead?.pipes ?? []);
    await this.#thread.free(pipes, async (goesOn) => {
      // Else the whole host would wait for a pipe that is not there any more.
      if (!goesOn) return;
      for (const watcher of watchers) watcher.close();
      await Promise.all(this.#listening);
    });
  }

  #fail({ message }: Error): void {
    void this.close();
    this.#options.log.warning(`Extension "${this.#entry.id}" cannot be watched: ${message}`);
  }

  async #listen(watcher: Deno.FsWatcher, root: WatchRoot): Promise<void> {
    for await (const { kind, paths } of watcher) {
      // Reading is access too.
      if (kind === "access" || kind === "other" || this.#restarting) continue;
      for (const path of paths) if (await this.#counts(path, root)) this.#changed(path);
    }
  }

  async #counts(path: string, { folder, file }: WatchRoot): Promise<boolean> {
    if (file !== undefined) return basename(path) === file;
    const inside = relative(folder, path).replaceAll("\\", "/");
    if (inside === "" || inside.startsWith("..") || this.#ignored(inside, false)) return false;
    // What is gone may have been a folder.
    return !this.#ignored(inside, true) ||
      await Deno.lstat(path).then(({ isDirectory }) => !isDirectory, () => false);
  }

  #changed(path: string): void {
    if (this.#closed || this.#restarting) return;
    const now = performance.now();
    this.#since ??= now;
    clearTimeout(this.#timer);
    const wait = Math.min(QUIET_MS, Math.max(0, this.#since + LONGEST_MS - now));
    this.#timer = setTimeout(() => void this.#restart(path), wait);
  }

  async #restart(path: string): Promise<void> {
    this.#since = undefined;
    const { registry, log } = this.#options;
    const { id } = this.#entry;
    // Whoever stopped it does not want it to run; who left it failed waits for the repair.
    const state = registry.supervisor(id)?.state ?? "stopped";
    if (state === "stopped" || state === "stopping") return;
    log.info(`Extension "${id}" is restarted: "${path}" has changed`);
    this.#restarting = true;
    try {
      await registry.restart(id, "its files changed");
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      log.debug(`Extension "${id}" is not restarted: ${error.message}`);
    } finally {
      this.#restarting = false;
    }
  }
}

/**
 * Where the files of an extension are: what its key `watch` says, relative to the app; else the
 * folder of the first file below the app that its command names. A program that lies in the app's
 * folder itself is watched alone: pages, storage and the log lie there too.
 */
export async function watchRoots(
  { watch, command = "", cwd = "." }: Pick<ExtensionEntry, "watch" | "command" | "cwd">,
  appPath: string,
): Promise<WatchRoot[]> {
  const app = await Deno.realPath(appPath);
  if (watch !== undefined) {
    return await Promise.all(watch.map(async (path) => {
      const real = await Deno.realPath(resolve(app, path));
      return (await Deno.stat(real)).isDirectory ? { folder: real } : oneFile(real);
    }));
  }
  const neverCounted = ignored(NEVER_COUNTED);
  for (const word of splitArgs(command)) {
    const real = await Deno.realPath(resolve(cwd, word)).catch(() => undefined);
    if (real === undefined || !real.startsWith(app + SEPARATOR)) continue;
    const { isDirectory } = await Deno.stat(real);
    // A Python or Node that came with the app is not the program.
    const inside = relative(app, real).replaceAll("\\", "/");
    if (neverCounted(inside, isDirectory)) continue;
    if (isDirectory) return [{ folder: real }];
    return [dirname(real) === app ? oneFile(real) : { folder: dirname(real) }];
  }
  return [];
}

/** Watched through its folder: editors put a new file in the place of the old one. */
function oneFile(path: string): WatchRoot {
  return { folder: dirname(path), file: basename(path) };
}
