/**
 * Folders shown under a prefix of the URL (contracts: Neutralino 2.8, 6.12).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import type { ResourceSource } from "../resources/source.ts";

/** Where a path is to be looked up. */
export interface MountedPath {
  source: ResourceSource;
  /** The path in the source, `/`-rooted. */
  path: string;
}

interface Mount {
  path: string;
  target: string;
  source: ResourceSource;
}

const WINDOWS = Deno.build.os === "windows";

/** Slashes forward, one trailing slash dropped (6.12). */
function normalise(path: string): string {
  const slashed = WINDOWS ? path.replaceAll("\\", "/") : path;
  return slashed.endsWith("/") ? slashed.slice(0, -1) : slashed;
}

/** The mounts of one host. */
export class MountTable implements AsyncDisposable {
  readonly #openFolder: (root: string) => ResourceSource;
  /** Longest prefix first, so that the first match is the most specific. */
  #mounts: readonly Mount[] = [];

  /**
   * @param openFolder makes the source of a folder, whatever the app's own source is; it must never
   * leave that folder, links resolved
   */
  constructor(openFolder: (root: string) => ResourceSource) {
    this.#openFolder = openFolder;
  }

  /**
   * Shows a folder under a prefix. A prefix without a leading slash is kept and never matches.
   *
   * @param path the prefix; empty means `/`
   * @param target the folder; relative to the working directory of now
   * @throws {HostError} `NE_FS_NOPATHE`, `NE_FS_NOTADIR`, `NE_SR_MPINUSE`, in this order
   */
  async mount(path: string, target: string): Promise<void> {
    const prefix = normalise(path) || "/";
    // A dialog that was cancelled answers "", which must not show the root of all files.
    const folder = normalise(target) || (target && "/");
    let root: string;
    let isDirectory: boolean;
    try {
      // The real path pins the folder: neither a change of the working directory nor of a link
      // shows another one later.
      root = await Deno.realPath(folder);
      isDirectory = (await Deno.stat(root)).isDirectory;
    } catch {
      throw new HostError("NE_FS_NOPATHE", folder);
    }
    if (!isDirectory) throw new HostError("NE_FS_NOTADIR", folder);
    if (this.#mounts.some((mount) => mount.path === prefix)) {
      throw new HostError("NE_SR_MPINUSE", folder);
    }
    const source = this.#openFolder(root.replaceAll("\\", "/"));
    this.#mounts = [...this.#mounts, { path: prefix, target: folder, source }]
      .sort((a, b) => b.path.length - a.path.length);
  }

  /**
   * Ends a mount. Files already being sent are sent to their end.
   *
   * @throws {HostError} `NE_SR_NOMTPTH`
   */
  async unmount(path: string): Promise<void> {
    const prefix = normalise(path) || "/";
    const mount = this.#mounts.find((mount) => mount.path === prefix);
    if (mount === undefined) throw new HostError("NE_SR_NOMTPTH", prefix);
    this.#mounts = this.#mounts.filter((other) => other !== mount);
    await mount.source[Symbol.asyncDispose]();
  }

  /** Prefix to target, in ascending order of prefix. */
  list(): Map<string, string> {
    return new Map(
      this.#mounts.map(({ path, target }) => [path, target] as const)
        .sort(([a], [b]) => a < b ? -1 : 1),
    );
  }

  /**
   * The mount that captures a path: the longest prefix that ends at a segment's end.
   *
   * @param path decoded, `/`-rooted, without documentRoot, after the index rule
   */
  lookup(path: string): MountedPath | undefined {
    for (const { path: prefix, source } of this.#mounts) {
      if (prefix === "/") return { source, path };
      if (!path.startsWith(prefix)) continue;
      if (path.length === prefix.length) return { source, path: "/" };
      if (path.charCodeAt(prefix.length) === 0x2f) {
        return { source, path: path.slice(prefix.length) };
      }
    }
    return undefined;
  }

  /** Ends all mounts. */
  async [Symbol.asyncDispose](): Promise<void> {
    const mounts = this.#mounts;
    this.#mounts = [];
    for (const { source } of mounts) await source[Symbol.asyncDispose]();
  }
}
