/**
 * An app's files in a plain folder (contracts: Neutralino 1.6, `directory`).
 *
 * @module
 */

import type { SecretFolders } from "../filesystem/secret_folders.ts";
import { FileRange } from "./file_range.ts";
import { byName, segmentsOf } from "./path.ts";
import type { ResourceFile, ResourceSource, ResourceStat } from "./source.ts";

/**
 * Reads below one folder and never a byte from outside it: suspicious paths are refused by name,
 * the rest is resolved, links included, and compared with the real root
 * (contracts: Neutralino 11.1). Names that begin with a dot are readable here; what of them a
 * browser may see is decided by the server.
 */
export class DirectorySource implements ResourceSource {
  readonly kind = "directory";
  readonly root: string;
  #realRoot: string | undefined;
  #hidden: SecretFolders | undefined;

  /**
   * @param root the folder; empty for the working directory
   * @param hidden see `hide`
   */
  constructor(root: string, hidden?: SecretFolders) {
    this.root = root;
    this.#hidden = hidden;
  }

  hide(folders: SecretFolders): void {
    this.#hidden = folders;
  }

  // Looking a path up takes microseconds on any local disk; handing the four calls of it over to
  // other threads and back takes three times as long, and all other requests wait as well.
  stat(path: string): Promise<ResourceStat | undefined> {
    return Promise.resolve(this.#locate(path)?.stat);
  }

  open(path: string): Promise<ResourceFile | undefined> {
    return Promise.resolve(this.#open(path));
  }

  #open(path: string): ResourceFile | undefined {
    const found = this.#locate(path);
    // Checked before opening: opening a named pipe would wait for its writer.
    if (!found?.stat.isFile) return undefined;
    const { realPath, stat: { size, modifiedAt } } = found;
    try {
      const file = Deno.openSync(realPath);
      return new FileRange(file, { offset: 0, size, modifiedAt, realPath: this.#within(realPath) });
    } catch {
      return undefined;
    }
  }

  async list(path: string): Promise<string[]> {
    const segments = segmentsOf(path);
    if (segments === undefined) return [];
    const found: string[] = [];
    await this.#collect(segments.map((segment) => `/${segment}`).join(""), found);
    return found;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  /** Links are listed when they stay inside, and not followed, so that none makes a circle. */
  async #collect(folder: string, found: string[]): Promise<void> {
    const located = this.#locate(folder);
    if (!located?.stat.isDirectory) return;
    const entries: Deno.DirEntry[] = [];
    try {
      for await (const entry of Deno.readDir(located.realPath)) entries.push(entry);
    } catch {
      return;
    }
    entries.sort((a, b) => byName(a.name, b.name));
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`;
      if (entry.isSymlink || this.#hidden?.hold(`${located.realPath}/${entry.name}`)) {
        if (this.#locate(path) !== undefined) found.push(path);
        continue;
      }
      // A name that could not be opened again, such as one with a backslash, is not offered.
      if (segmentsOf(entry.name) === undefined) continue;
      found.push(path);
      if (entry.isDirectory) await this.#collect(path, found);
    }
  }

  /** A real path below the real root, as a path of this source. */
  #within(realPath: string): string {
    const rest = realPath.slice(this.#realRoot!.length);
    const path = Deno.build.os === "windows" ? rest.replaceAll("\\", "/") : rest;
    return path.startsWith("/") ? path : `/${path}`;
  }

  #locate(path: string): Located | undefined {
    const segments = segmentsOf(path);
    if (segments === undefined) return undefined;
    try {
      this.#realRoot ??= Deno.realPathSync(this.root || ".");
      const root = this.#realRoot;
      // Elsewhere a backslash is a character of a name.
      const ended = root.endsWith("/") || (Deno.build.os === "windows" && root.endsWith("\\"));
      const base = ended ? root.slice(0, -1) : root;
      const found = locateWithoutLinks(base, segments) ??
        locateReal(root, [base, ...segments].join("/"));
      return found !== undefined && this.#hidden?.hold(found.realPath) ? undefined : found;
    } catch {
      // Missing, unreadable, a name too long or a circle of links: not there, for whoever asks.
      return undefined;
    }
  }
}

function isInside(realPath: string, realRoot: string): boolean {
  if (realPath === realRoot || realRoot === "/") return true;
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  return realPath.startsWith(realRoot.endsWith(separator) ? realRoot : realRoot + separator);
}

interface Located {
  realPath: string;
  stat: ResourceStat;
}

/**
 * The usual case with the fewest calls: where no segment is a link, a path is the real one.
 *
 * @param base the real root, without a slash at its end
 * @returns `undefined` when there is a link, or where names of one file may differ in case
 */
function locateWithoutLinks(base: string, segments: string[]): Located | undefined {
  if (Deno.build.os !== "linux" || segments.length === 0) return undefined;
  let realPath = base;
  let info: Deno.FileInfo | undefined;
  for (const segment of segments) {
    realPath += `/${segment}`;
    info = Deno.lstatSync(realPath);
    if (info.isSymlink) return undefined;
  }
  return { realPath, stat: toStat(info!) };
}

function locateReal(root: string, path: string): Located | undefined {
  const realPath = Deno.realPathSync(path || "/");
  return isInside(realPath, root) ? { realPath, stat: toStat(Deno.statSync(realPath)) } : undefined;
}

function toStat({ size, isFile, isDirectory, mtime }: Deno.FileInfo): ResourceStat {
  return { size, isFile, isDirectory, modifiedAt: mtime ?? new Date(0) };
}
