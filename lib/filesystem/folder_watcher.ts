/**
 * One watched folder: the platform's hints say where to look, and looking says what has changed.
 *
 * @module
 */

import type { Log } from "../log.ts";
import { type Hint, type HintSource, suspiciousBurst, watchFolder } from "./folder_hints.ts";
import { FolderLooker, type Notices } from "./folder_looker.ts";
import { type Ahead, lookAhead } from "./link_walk.ts";
import { type Change, Comparison, countOf } from "./snapshot.ts";
import { TooManyEntriesError, type TreeScanner } from "./tree_scanner.ts";

/** Settings of a {@linkcode FolderWatcher}. */
export interface FolderWatcherOptions {
  /** The folder's real path, without links. */
  root: string;
  scanner: TreeScanner;
  log: Log;
  /** Gets what has changed; nothing more is looked at before it settles. */
  report(changes: Change[]): Promise<void>;
  /** Hints were lost, of this folder or of any other. */
  onLoss(): void;
  /** How many entries there may be more. */
  room(): number;
  /** The folder was deleted, or replaced, and is there: the platform's watch of it is void. */
  onReturn(): void;
  /** Default: the platform's. */
  watch?: typeof watchFolder;
  /** What the platform would come by. Default looks. */
  ahead?(root: string): Promise<Ahead>;
  /** Hints in a row that mean a loss; see {@linkcode suspiciousBurst}. */
  burst?: number;
}

/** Changes that come together, such as the halves of a rename, are compared together. */
const GATHER_MS = 25;
/** How long what has vanished may yet appear elsewhere. */
const OTHER_HALF_MS = 75;
const POLL_MS = 5;
/** Hints that are further apart do not belong to one burst. */
const BURST_GAP_MS = 25;
/** After so long without a hint the platform has told all that it will. */
const QUIET_MS = 150;
/** A tree is looked at as a whole for at most this part of the time. */
const REST_FACTOR = 4;
/** A new folder is looked at again: what came into it may have been there before its watch. */
const AGAIN_MS = [100, 1000];
/** More new folders than this, and the whole tree is looked at instead. */
const MAX_NEW_FOLDERS = 1000;

/** How often a folder that was deleted is looked for. */
const RETURN_MS = 1000;

/** How often a folder is looked at that the platform does not watch, at most. */
const UNWATCHED_MS = 1000;
/** Entries beyond links that the platform may walk by before it watches a folder. */
const MAX_BEYOND_LINKS = 50_000;

const PIPE = "there is a named pipe in it";

/** Keeps a snapshot of a folder and reports each difference from it once. */
export class FolderWatcher {
  /** The folder's real path. */
  readonly root: string;
  readonly #options: FolderWatcherOptions;
  readonly #burstLimit: number;
  #looker: FolderLooker | undefined;
  #source: HintSource | undefined;
  #notices: Notices = new Map();
  #gatheredAt: number | undefined;
  #again: { path: string; due: number }[] = [];
  #count = 0;
  #lastHint = -Infinity;
  #burst = 0;
  /** When the whole tree is due; undefined while the hints can be relied on. */
  #wholeDue: number | undefined;
  #restUntil = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round: Promise<void> | undefined;
  #gone = false;
  #returnDue = 0;
  #ended = false;
  #warned = false;
  /** Whether the platform does not watch the folder, so that it is looked at every now and then. */
  #unwatched = false;
  /** Why the platform must not watch it any more. */
  #obstacle: string | undefined;

  constructor(options: FolderWatcherOptions) {
    this.#options = options;
    this.root = options.root;
    this.#burstLimit = options.burst ?? suspiciousBurst(Deno.version.deno);
  }

  /** How many entries are in the folder, at any depth. */
  get count(): number {
    return this.#count;
  }

  /** Whether there are links in the folder; the platform follows them, whatever we do. */
  get hasLinks(): boolean {
    return this.#looker?.hasLinks === true;
  }

  /**
   * Asks the platform for hints. It has one list of folders a process: letting go of one lets go
   * of all below it, whoever else watches them. They have to be disarmed and armed again then.
   *
   * It refuses a folder in which there is one that may not be read, or when it watches too many;
   * while it follows links, everybody waits; and named pipes hold it up. Then the folder is looked at
   * every now and then.
   */
  async arm(): Promise<void> {
    const { watch = watchFolder } = this.#options;
    try {
      if (this.#obstacle !== undefined) throw new Error(this.#obstacle);
      if (this.#looker === undefined || this.hasLinks) {
        const { far, pipes } = await this.#ahead();
        if (far) throw new Error("links in it lead to too much else");
        if (pipes.length > 0) throw new Error(this.#obstacle = PIPE);
      }
      if (this.#ended) return;
      this.#source = watch(this.root, {
        hint: (hint) => this.#take(hint),
        failed: (error) => this.#failed(error),
      });
      this.#unwatched = false;
    } catch (error) {
      if (!this.#unwatched) {
        const { message } = error as Error;
        this.#options.log.warning(`"${this.root}" is watched by looking at it: ${message}`);
      }
      this.#unwatched = true;
      this.suspect();
    }
  }

  /** Named pipes in the folder. With one, the platform is not asked again. */
  async pipes(): Promise<string[]> {
    const { pipes } = await this.#ahead();
    if (pipes.length > 0) this.#obstacle = PIPE;
    return pipes;
  }

  /** Leaves the platform alone, also with what it watches now. */
  abandon(): void {
    this.#obstacle = "the system does not watch folders any more";
    this.#source = undefined;
  }

  #ahead(): Promise<Ahead> {
    return (this.#options.ahead ?? aheadOfPlatform)(this.root);
  }

  /** Lets go of the folder. What hints would have told meanwhile, {@linkcode suspect} finds. */
  async disarm(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    await source?.close();
  }

  /**
   * Looks at all there is. Reports come from then on, beginning with what has changed since
   * {@linkcode arm}.
   *
   * @throws {Error} when the folder cannot be read or is too large
   */
  async start(): Promise<void> {
    const { scanner, room } = this.#options;
    const tree = await scanner.look(this.root);
    if (tree?.kind !== "directory" || await scanner.list(this.root) === undefined) {
      throw new Error("it is no folder that can be read");
    }
    const stopped = () => this.#ended;
    await scanner.fill(this.root, tree, { room, stopped });
    this.#count = countOf(tree.names);
    this.#looker = new FolderLooker({ root: this.root, tree, scanner, room, stopped });
    this.#schedule();
  }

  /** Looks at the whole tree soon, and again until nothing has happened while it did. */
  suspect(): void {
    this.#wholeDue ??= Math.max(performance.now() + GATHER_MS, this.#restUntil);
    this.#schedule();
  }

  /** Ends it. Nothing is reported any more when it settles. */
  async close(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.disarm();
    await this.#round;
  }

  #take({ kind, paths, lost }: Hint): void {
    const now = performance.now();
    this.#burst = now - this.#lastHint > BURST_GAP_MS ? 1 : this.#burst + 1;
    this.#lastHint = now;
    if (lost || this.#burst % this.#burstLimit === 0) this.#options.onLoss();
    // "access" is the end of a write, which was told as a modification before.
    if (lost || kind === "access") return;
    for (const path of paths) {
      const notice = kind === "modify" ? "touched" : "changed";
      if (this.#notices.get(path) !== "changed") this.#notices.set(path, notice);
    }
    this.#gatheredAt ??= now + GATHER_MS;
    this.#schedule();
  }

  #failed(error: Error): void {
    if (!this.#warned) {
      this.#options.log.warning(`Watching "${this.root}" is incomplete: ${error.message}`);
    }
    this.#warned = true;
    this.#options.onLoss();
  }

  #schedule(): void {
    if (this.#ended || this.#looker === undefined || this.#round !== undefined) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const due = this.#gone ? this.#returnDue : Math.min(
      this.#gatheredAt ?? Infinity,
      this.#wholeDue ?? Infinity,
      ...this.#again.map(({ due }) => due),
    );
    if (due === Infinity) return;
    this.#timer = setTimeout(() => {
      // Until 2.9 a timer may fire that was cleared just as it was due.
      if (this.#ended || this.#round !== undefined) return;
      this.#round = this.#next().catch((error) => this.#giveUp(error)).finally(() => {
        this.#round = undefined;
        this.#schedule();
      });
    }, Math.max(0, due - now));
  }

  async #next(): Promise<void> {
    const { report, room, onReturn } = this.#options;
    const looker = this.#looker!;
    if (this.#gone) {
      this.#returnDue = performance.now() + RETURN_MS;
      if (!await looker.adopt()) return;
      this.#gone = false;
      return onReturn();
    }
    const comparison = new Comparison();
    const started = performance.now();
    const notices = this.#takeNotices();
    const whole = this.#wholeDue !== undefined && started >= this.#wholeDue;
    if (whole) {
      this.#wholeDue = undefined;
      await looker.lookAtAll(comparison);
      this.#rest(started);
    } else {
      const lookAgain = this.#again.filter(({ due }) => due <= started);
      this.#again = this.#again.filter(({ due }) => due > started);
      if (!await looker.lookAt(notices, comparison)) this.suspect();
      if (comparison.lacks) {
        // The other half of a rename may just be on its way.
        const end = performance.now() + OTHER_HALF_MS;
        while (this.#notices.size === 0 && performance.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        }
        if (!await looker.lookAt(this.#takeNotices(), comparison)) this.suspect();
      }
      for (const { path } of lookAgain) await looker.lookAtFolder(path, comparison);
    }
    if (!await looker.isThere()) {
      this.#gone = true;
      this.#returnDue = performance.now() + GATHER_MS;
      looker.forget(comparison);
    }
    if (this.#ended) return;
    this.#count += comparison.growth;
    if (!whole) this.#remember(comparison.newFolders);
    const changes = comparison.changes();
    if (changes.length > 0) await report(changes);
    if (room() < 0) throw new TooManyEntriesError("it holds too many entries by now");
  }

  #takeNotices(): Notices {
    const notices = this.#notices;
    this.#notices = new Map();
    this.#gatheredAt = undefined;
    return notices;
  }

  /** When the whole tree was looked at and something was told meanwhile, or shortly before. */
  #rest(started: number): void {
    const now = performance.now();
    this.#restUntil = now + Math.max(QUIET_MS, REST_FACTOR * (now - started));
    if (this.#wholeDue !== undefined || started - this.#lastHint < QUIET_MS) {
      this.#wholeDue = this.#restUntil;
    }
    if (this.#unwatched) this.#wholeDue ??= Math.max(this.#restUntil, now + UNWATCHED_MS);
  }

  #remember(newFolders: readonly string[]): void {
    if (this.#again.length + newFolders.length > MAX_NEW_FOLDERS) {
      this.#again = [];
      return this.suspect();
    }
    const now = performance.now();
    for (const path of newFolders) {
      for (const after of AGAIN_MS) this.#again.push({ path, due: now + after });
    }
  }

  #giveUp(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#count = 0;
    this.#looker = undefined;
    void this.disarm();
    this.#options.log.error(
      `Watching "${this.root}" has ended: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Elsewhere the platform neither walks through the folder nor waits for pipes. */
async function aheadOfPlatform(root: string): Promise<Ahead> {
  const walks = Deno.build.os !== "windows" && Deno.build.os !== "darwin";
  return walks ? await lookAhead(root, MAX_BEYOND_LINKS) : { far: false, pipes: [] };
}
