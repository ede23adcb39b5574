/**
 * Finds out what is different in a folder, from the disk.
 *
 * @module
 */

import { breathe } from "../process/clock.ts";
import {
  below,
  type Comparison,
  type Entry,
  isSameFolder,
  join,
  type Names,
  split,
} from "./snapshot.ts";
import type { Bounds, TreeScanner } from "./tree_scanner.ts";

/**
 * What was told of paths, as the platform spells them: that something is different there, or that
 * a file was written to (or its rights were changed).
 */
export type Notices = Map<string, "changed" | "touched">;

/** Settings of a {@linkcode FolderLooker}. */
export interface FolderLookerOptions extends Bounds {
  /** The folder's real path. */
  root: string;
  /** What was there; kept up to date from then on. */
  tree: Entry;
  scanner: TreeScanner;
  /** Default: that of the machine. */
  os?: typeof Deno.build.os;
}

/** Folders that are listed at once. */
const MAX_FOLDERS = 16;
/** Names that are compared before everybody else has their turn. */
const MAX_NAMES_AT_ONCE = 2000;

/** Where a path belongs in what is known. */
interface Place {
  /** The path, or as much of it as leads to the first name that is not known as a folder. */
  path: string;
  /** The names of the folder of that. */
  names: Names;
  /** Whether it is the whole path. */
  exact: boolean;
  /** What is known there. */
  known: Entry | undefined;
}

/** Compares what is known of a folder with what is there, and brings it up to date. */
export class FolderLooker {
  readonly #options: FolderLookerOptions;
  readonly #root: string;
  readonly #tree: Entry;

  constructor(options: FolderLookerOptions) {
    this.#options = options;
    this.#root = this.#slashed(options.root).replace(/\/$/, "");
    this.#tree = options.tree;
  }

  /** Whether there are links in it. */
  get hasLinks(): boolean {
    for (const [, { kind }] of below(this.#tree.names, "")) if (kind === "symlink") return true;
    return false;
  }

  /** Whether the folder itself is still the one that is known. */
  async isThere(): Promise<boolean> {
    const now = await this.#options.scanner.look(this.#options.root);
    return now !== undefined && isSameFolder(this.#tree, now);
  }

  /** Takes note that nothing of what is known is there any more. */
  forget(comparison: Comparison): void {
    const names = this.#tree.names!;
    for (const name of [...names.keys()]) comparison.look(name, { names, now: undefined });
  }

  /**
   * Takes the folder that has the path now for the one that is known, as if it were empty.
   *
   * @returns false when there is none
   */
  async adopt(): Promise<boolean> {
    const now = await this.#options.scanner.look(this.#options.root);
    if (now?.kind !== "directory") return false;
    Object.assign(this.#tree, now);
    return true;
  }

  /**
   * Looks at the paths of which something was told.
   *
   * @returns false when that cannot be done for some: the whole tree has to be looked at
   */
  async lookAt(notices: Notices, comparison: Comparison): Promise<boolean> {
    let complete = true;
    let paths: Notices = new Map();
    const links = new Map<string, string | undefined>();
    for (const [told, notice] of notices) {
      const path = await this.#resolve(told, links);
      if (path === undefined) complete = false;
      else if (path !== "") add(paths, this.#locate(path), notice);
    }
    while (paths.size > 0 && !this.#options.stopped()) {
      paths = await this.#lookAtEach(paths, comparison);
    }
    return complete;
  }

  /** Looks at all there is. */
  lookAtAll(comparison: Comparison): Promise<void> {
    return this.#lookBelow("", this.#tree, comparison);
  }

  /** Looks at all that is in one folder, if it is known. */
  async lookAtFolder(path: string, comparison: Comparison): Promise<void> {
    const { exact, known } = this.#locate(path);
    if (exact && known?.kind === "directory") await this.#lookBelow(path, known, comparison);
  }

  /** @returns what has to be looked at instead of some: the folder that they were in */
  async #lookAtEach(paths: Notices, comparison: Comparison): Promise<Notices> {
    const { scanner } = this.#options;
    const instead: Notices = new Map();
    const folders = new Map<string, Promise<boolean>>();
    const looks = await Promise.all(
      [...paths].map(async ([path, notice]) => {
        const now = await scanner.look(this.#absolute(path));
        const [folder] = split(path);
        if (now === undefined && !folders.has(folder)) folders.set(folder, this.#isKnown(folder));
        return { path, notice, now };
      }),
    );
    // Folders before what is in them.
    looks.sort((a, b) => a.path.length - b.path.length);
    for (const { path, notice, now } of looks) {
      const [folder] = split(path);
      const place = this.#locate(path);
      if (!place.exact) {
        add(instead, place, "changed");
      } else if (now === undefined && folder !== "" && !await folders.get(folder)) {
        // With its folder, or in it, to another place.
        add(instead, this.#locate(folder), "changed");
      } else {
        await this.#accept(place, now, { notice, comparison });
      }
    }
    return instead;
  }

  async #accept(
    { path, names, known }: Place,
    now: Entry | undefined,
    { notice, comparison }: { notice: "changed" | "touched"; comparison: Comparison },
  ): Promise<void> {
    if (now?.kind === "directory") {
      if (!isSameFolder(known, now)) {
        await this.#options.scanner.fill(this.#absolute(path), now, this.#options);
      } else if (notice === "changed") {
        // It was away and is back, or is known from its folder: nobody told of what came into it.
        await this.#lookBelow(path, known, comparison);
      }
    }
    comparison.look(path, { names, now, touched: notice === "touched" });
  }

  async #lookBelow(path: string, folder: Entry, comparison: Comparison): Promise<void> {
    const todo: [string, Entry][] = [[path, folder]];
    while (todo.length > 0 && !this.#options.stopped()) {
      const found = await Promise.all(
        todo.splice(-MAX_FOLDERS).map(async ([path, folder]) => {
          return { path, folder, now: await this.#options.scanner.list(this.#absolute(path)) };
        }),
      );
      for (const { path, folder, now } of found) {
        // It has gone, of which the look at its own folder tells; or may not be read any more.
        if (now === undefined) continue;
        todo.push(...await this.#compare(path, folder.names ??= new Map(), { now, comparison }));
      }
    }
  }

  /** @returns the folders in which to go on */
  async #compare(
    folder: string,
    names: Names,
    { now, comparison }: { now: Names; comparison: Comparison },
  ): Promise<[string, Entry][]> {
    const deeper: [string, Entry][] = [];
    let count = 0;
    for (const name of new Set([...names.keys(), ...now.keys()])) {
      if (++count % MAX_NAMES_AT_ONCE === 0) await breathe();
      const path = join(folder, name);
      const entry = now.get(name);
      const known = names.get(name);
      if (entry?.kind === "directory") {
        if (isSameFolder(known, entry)) deeper.push([path, known]);
        else await this.#options.scanner.fill(this.#absolute(path), entry, this.#options);
      }
      comparison.look(path, { names, now: entry, unwatched: true });
    }
    return deeper;
  }

  /** Whether a folder that is known is there and still the same. */
  async #isKnown(path: string): Promise<boolean> {
    if (path === "") return this.isThere();
    const { exact, known } = this.#locate(path);
    if (!exact) return false;
    const now = await this.#options.scanner.look(this.#absolute(path));
    return now !== undefined && isSameFolder(known, now);
  }

  #locate(path: string): Place {
    let names = this.#tree.names!;
    for (let from = 0;;) {
      const slash = path.indexOf("/", from);
      const known = names.get(path.slice(from, slash < 0 ? undefined : slash));
      if (slash < 0) return { path, names, exact: true, known };
      if (known?.names === undefined) {
        return { path: path.slice(0, slash), names, exact: false, known };
      }
      names = known.names;
      from = slash + 1;
    }
  }

  /**
   * A path as it was told, as one in the folder. The platform follows links, and tells of a change
   * under one of the names only that a folder has: it is looked up then under its real name.
   *
   * @param links those looked up already
   * @returns `undefined` when that is not known any more; `""` for what does not lie in the folder
   */
  async #resolve(
    told: string,
    links: Map<string, string | undefined>,
  ): Promise<string | undefined> {
    const path = this.#relative(told);
    if (path !== undefined) {
      if (path === "") return "";
      const { exact, known } = this.#locate(path);
      if (exact || known?.kind !== "symlink") return path;
    }
    const [folder, name] = split(this.#slashed(told));
    if (!links.has(folder)) {
      links.set(folder, await Deno.realPath(folder || "/").catch(() => undefined));
    }
    const real = links.get(folder);
    return real === undefined ? undefined : this.#relative(`${real}/${name}`) ?? "";
  }

  /** @returns `undefined` for a path outside of the folder */
  #relative(path: string): string | undefined {
    const slashed = this.#slashed(path);
    if (slashed === this.#root || slashed === this.#options.root) return "";
    return slashed.startsWith(`${this.#root}/`) ? slashed.slice(this.#root.length + 1) : undefined;
  }

  #absolute(path: string): string {
    return `${this.#root}/${path}`;
  }

  #slashed(path: string): string {
    const { os = Deno.build.os } = this.#options;
    return os === "windows" ? path.replaceAll("\\", "/") : path;
  }
}

function add(notices: Notices, { path, exact }: Place, notice: "changed" | "touched"): void {
  // Of what lies in something unknown, that has to be looked at.
  if (!exact || notice === "changed") notices.set(path, "changed");
  else if (!notices.has(path)) notices.set(path, notice);
}
