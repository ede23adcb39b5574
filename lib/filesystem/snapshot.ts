/**
 * What a folder held when it was last looked at, and how it differs now. Nothing here touches the
 * disk.
 *
 * @module
 */

/** What an entry is. Links are never followed. */
export type Kind = "file" | "directory" | "symlink" | "other";

/** Names of a folder, and what they stand for. */
export type Names = Map<string, Entry>;

/** What is known of one name. */
export interface Entry {
  readonly kind: Kind;
  /** Bytes. */
  size: number;
  /** When the content changed last, milliseconds since the epoch. */
  mtime: number;
  /** Tell one entry from another that took its name: 0 where the platform does not say. */
  ino: number;
  dev: number;
  birthtime: number;
  /** What `chmod` and `chown` change, folded into one number. */
  rights: number;
  /**
   * Whether it was changed so shortly before it was looked at that a further change, within the
   * same tick of the file system's clock, may have left size and time as they are.
   */
  fresh: boolean;
  /** Of a directory: what is in it. */
  names?: Names;
}

/** One difference. Paths are relative to the folder, with `/` between names. */
export type Change =
  | { action: "add" | "delete" | "modified"; path: string }
  | { action: "moved"; path: string; oldPath: string };

/** What else is known of a name that is looked at. */
export interface Circumstances {
  /** Its content was written to, whatever size and time say. */
  touched?: boolean;
  /** Nobody would have told of a write to it. */
  unwatched?: boolean;
}

/** The coarsest tick of a kernel's clock and the rounding of times, milliseconds. */
const TICK_MS = 11;

/** The entry that `Deno.lstat` tells of. */
export function entryOf(info: Deno.FileInfo, now = Date.now()): Entry {
  const mtime = info.mtime?.getTime() ?? 0;
  const kind = info.isDirectory
    ? "directory"
    : info.isFile
    ? "file"
    : info.isSymlink
    ? "symlink"
    : "other";
  return {
    kind,
    size: info.size,
    mtime,
    ino: info.ino ?? 0,
    dev: info.dev,
    birthtime: info.birthtime?.getTime() ?? 0,
    rights: ((info.mode ?? 0) ^ ((info.uid ?? 0) * 31) ^ ((info.gid ?? 0) * 131)) | 0,
    fresh: now - mtime < TICK_MS,
  };
}

/** Whether a name still stands for the folder that is known under it. */
export function isSameFolder(known: Entry | undefined, now: Entry): known is Entry {
  return known?.kind === "directory" && now.kind === "directory" && !isReplaced(known, now);
}

/** Whether both are the same file or folder, possibly under another name. */
export function isSame(a: Entry, b: Entry): boolean {
  if (a.kind !== b.kind || a.ino !== b.ino || a.dev !== b.dev || a.ino === 0) return false;
  // A number is given anew as soon as it is free; the time of birth tells.
  if (a.birthtime !== 0 || b.birthtime !== 0) return a.birthtime === b.birthtime;
  return a.kind === "directory" || a.mtime === b.mtime;
}

function isModified(old: Entry, now: Entry, { touched, unwatched }: Circumstances): boolean {
  if (old.kind === "directory") return false;
  // Replaced: by a rename onto it, or by deletion and creation.
  if (old.ino !== now.ino || old.birthtime !== now.birthtime) return true;
  if (old.kind !== "file") return false;
  if (old.size !== now.size || old.mtime !== now.mtime) return true;
  if (touched && old.rights === now.rights) return true;
  return unwatched === true && old.fresh;
}

/** How many entries there are under these names, at any depth. */
export function countOf(names: Names | undefined): number {
  let count = names?.size ?? 0;
  for (const entry of names?.values() ?? []) {
    if (entry.names !== undefined) count += countOf(entry.names);
  }
  return count;
}

/** Everything under these names, a folder before its content. */
export function* below(names: Names | undefined, folder: string): Generator<[string, Entry]> {
  for (const [name, entry] of names ?? []) {
    const path = join(folder, name);
    yield [path, entry];
    if (entry.names !== undefined) yield* below(entry.names, path);
  }
}

/** A name in a folder; `""` is the watched folder itself. */
export function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The folder of a path, and its last name. */
export function split(path: string): [folder: string, name: string] {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? ["", path] : [path.slice(0, slash), path.slice(slash + 1)];
}

/**
 * Takes one look after another into a snapshot and keeps what was different. The changes can be
 * replayed in their order: applied to the names as they were, they give the names as they are.
 */
export class Comparison {
  readonly #vanished = new Map<string, Entry>();
  readonly #appeared = new Map<string, Entry>();
  readonly #modified = new Set<string>();
  #growth = 0;

  /** How many entries there are more than before, at any depth. */
  get growth(): number {
    return this.#growth;
  }

  /** Whether something has vanished. */
  get lacks(): boolean {
    return this.#vanished.size > 0;
  }

  /** Paths of folders that were not there before. */
  get newFolders(): string[] {
    return [...this.#appeared].filter(([, { kind }]) => kind === "directory").map(([path]) => path);
  }

  /**
   * Takes what a name stands for now.
   *
   * @param names those of its folder; brought up to date
   * @param now `undefined` when it is not there; a new folder comes with all that is in it
   */
  look(
    path: string,
    { names, now, ...circumstances }: { names: Names; now: Entry | undefined } & Circumstances,
  ): void {
    const name = split(path)[1];
    const old = names.get(name);
    if (old === undefined) {
      if (now === undefined) return;
      names.set(name, now);
      this.#appear(path, now);
      return;
    }
    if (now === undefined) {
      names.delete(name);
      this.#vanish(path, old);
      return;
    }
    if (isReplaced(old, now)) {
      names.set(name, now);
      this.#vanish(path, old);
      this.#appear(path, now);
      return;
    }
    if (isModified(old, now, circumstances) && !this.#isNew(path)) this.#modified.add(path);
    const { names: inside } = old;
    Object.assign(old, now);
    if (inside !== undefined) old.names = inside;
  }

  /** All differences, in an order that can be replayed. */
  changes(): Change[] {
    const moves = this.#moves();
    const moved = new Map(moves.map((move) => [move.oldPath, move]));
    const early: Change[] = [];
    const late: Change[] = [];
    for (const [path, entry] of this.#vanished) {
      // What vanished out of a folder did so under the folder's old name.
      const deletions = nearest(moved, path) === undefined ? late : early;
      for (const [inside] of [...below(entry.names, path)].reverse()) {
        deletions.push({ action: "delete", path: inside });
      }
      deletions.push({ action: "delete", path });
    }
    const changes = early;
    for (const { oldPath, path } of moves) changes.push({ action: "moved", path, oldPath });
    append(changes, late);
    for (const { path, old, now } of moves) append(changes, differences(path, old, now));
    for (const [path, entry] of this.#appeared) {
      append(changes, added(path, entry));
      for (const [inside, entryInside] of below(entry.names, path)) {
        append(changes, added(inside, entryInside));
      }
    }
    for (const path of this.#modified) {
      if (nearest(this.#vanished, path) !== undefined) continue;
      const move = nearest(moved, path);
      const now = move === undefined ? path : move.path + path.slice(move.oldPath.length);
      changes.push({ action: "modified", path: now });
    }
    return changes;
  }

  #appear(path: string, entry: Entry): void {
    this.#growth += 1 + countOf(entry.names);
    // It comes with its folder.
    if (!this.#isNew(split(path)[0])) this.#appeared.set(path, entry);
  }

  #vanish(path: string, entry: Entry): void {
    this.#growth -= 1 + countOf(entry.names);
    this.#modified.delete(path);
    if (this.#appeared.delete(path) || this.#isNew(split(path)[0])) return;
    if (!this.#vanished.has(path)) this.#vanished.set(path, entry);
  }

  /** Whether a path lies in a folder that has appeared, or is one. */
  #isNew(path: string): boolean {
    return nearest(this.#appeared, path) !== undefined;
  }

  /**
   * Takes what has vanished in one place and appeared in another out of both. What took a name that
   * something else had is no target: the order of the moves would matter then.
   */
  #moves(): { oldPath: string; path: string; old: Entry; now: Entry }[] {
    const sources = new Map<string, { path: string; entry: Entry }>();
    for (const [path, entry] of this.#vanished) sources.set(keyOf(entry), { path, entry });
    const moves = [];
    for (const [path, now] of [...this.#appeared]) {
      const source = sources.get(keyOf(now));
      if (source === undefined || this.#vanished.has(path) || !isSame(source.entry, now)) continue;
      sources.delete(keyOf(now));
      moves.push({ oldPath: source.path, path, old: source.entry, now });
    }
    for (const { oldPath, path } of moves) {
      this.#vanished.delete(oldPath);
      this.#appeared.delete(path);
    }
    // What was moved out of a folder that was moved too left it before.
    return moves.sort((a, b) => b.oldPath.split("/").length - a.oldPath.split("/").length);
  }
}

/** What is known of a path, or else of the nearest folder above it. */
function nearest<T>(known: ReadonlyMap<string, T>, path: string): T | undefined {
  if (known.size === 0) return undefined;
  for (let at = path; at !== ""; at = split(at)[0]) {
    const value = known.get(at);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Too many may come for the arguments of one `push`. */
function append<T>(to: T[], items: Iterable<T>): void {
  for (const item of items) to.push(item);
}

function keyOf({ dev, ino }: Entry): string {
  return `${dev}:${ino}`;
}

/** A file that took another's name is a change of that name's content; a folder is another one. */
function isReplaced(old: Entry, now: Entry): boolean {
  if (old.kind !== now.kind) return true;
  return old.kind === "directory" && old.ino !== 0 && !isSame(old, now);
}

function* added(path: string, { kind }: Entry): Generator<Change> {
  yield { action: "add", path };
  if (kind === "file") yield { action: "modified", path };
}

/** What is different about something that was moved to `path`, and about all in it. */
function differences(path: string, old: Entry, now: Entry): Change[] {
  if (isModified(old, now, {})) return [{ action: "modified", path }];
  const inside = new Comparison();
  const changes: Change[] = [];
  const names: Names = new Map(old.names);
  for (const name of new Set([...names.keys(), ...now.names?.keys() ?? []])) {
    const before = names.get(name);
    const after = now.names?.get(name);
    const at = join(path, name);
    if (before !== undefined && after !== undefined && isSame(before, after)) {
      append(changes, differences(at, before, after));
    } else {
      inside.look(at, { names, now: after });
    }
  }
  append(changes, inside.changes());
  return changes;
}
