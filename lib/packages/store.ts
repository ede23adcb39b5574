/**
 * The folder that packages are installed in (contracts: AirDC++ 2.1, 3.4).
 *
 * @module
 */

import { preparePrivateFolder } from "../filesystem/private_folder.ts";
import { unpack, type UnpackOptions } from "./archive.ts";
import { foldedName } from "./archive_path.ts";
import { syncFolder } from "./durable.ts";
import { FolderLock } from "../filesystem/folder_lock.ts";
import { readManifest } from "./installed_manifest.ts";
import { PACKAGES_OWN_FOLDER } from "../config/locations.ts";
import type { Manifest } from "./manifest.ts";
import { isRealFolder, lookAt, makeRealFolder, removeWhole } from "./real_folder.ts";
import {
  acceptReplacement,
  asideIn,
  beginReplacement,
  listPending,
  type Pending,
  recover,
  type ReplacementFolders,
} from "./replacement.ts";

/** The folders of one package, without a separator at the end. */
export interface PackageFolders {
  /** Holds the others. */
  root: string;
  /** What was unpacked; replaced as a whole by an update. */
  package: string;
  /** Belongs to the extension; made when it is first needed. */
  settings: string;
  /** See {@linkcode PackageFolders.settings}. */
  logs: string;
}

/** A package that is unpacked and checked and not yet installed. */
export interface Staged {
  readonly manifest: Manifest;
  readonly files: number;
  /** Of all files together. */
  readonly bytes: number;
  /** Removes it; does nothing once it is installed. */
  discard(): Promise<void>;
}

/** A version that has taken its place. Until it is accepted, a new start of the host takes it back. */
export interface Replacement {
  /** The version that was there before. */
  readonly previous?: Manifest;
  /** The new version stays; the old one is removed. */
  accept(): Promise<void>;
  /** The old version takes its place again; where there was none, the new one is removed. */
  undo(): Promise<void>;
}

/** Keeps an extension from being started with the host (contracts: AirDC++ 6.7). */
const DISABLED = "DISABLED";

/** Packages on the disk. One program at a time has a folder open. */
export class PackageStore {
  /** The folder. */
  readonly path: string;
  readonly #folders: ReplacementFolders;
  readonly #staged = new WeakMap<Staged, { folder: string; content: string }>();
  /** Names whose replacement is neither accepted nor undone, folded. */
  readonly #pending = new Set<string>();
  #lock: FolderLock | undefined;

  /** @param path made when it is opened */
  constructor(path: string) {
    this.path = path;
    const own = `${path}/${PACKAGES_OWN_FOLDER}`;
    this.#folders = {
      pending: `${own}/pending`,
      previous: `${own}/previous`,
      staging: `${own}/staging`,
      root: path,
    };
  }

  /** Where the host keeps what is its own. */
  get ownFolder(): string {
    return `${this.path}/${PACKAGES_OWN_FOLDER}`;
  }

  /**
   * Makes what is not there, and puts what was interrupted in order.
   *
   * @returns what was, or could not be, put in order: one sentence each, for the log
   * @throws {Error} when another program has it open, or its folders are links or cannot be made
   */
  async open(): Promise<string[]> {
    await Deno.mkdir(this.path, { recursive: true, mode: 0o700 });
    preparePrivateFolder(this.ownFolder);
    const lock = await FolderLock.take(`${this.ownFolder}/lock`);
    if (!(lock instanceof FolderLock)) {
      const by = lock.holder === undefined ? "another process" : `process ${lock.holder}`;
      throw new Error(`The packages in "${this.path}" are in use by ${by}`);
    }
    try {
      const { pending, previous, staging } = this.#folders;
      for (const folder of [pending, previous, staging]) preparePrivateFolder(folder);
      const messages = await this.#recover();
      this.#lock = lock;
      return messages;
    } finally {
      if (this.#lock === undefined) lock.release();
    }
  }

  /** Lets others open it. What is not accepted yet is taken back by whoever opens it next. */
  close(): void {
    this.#lock?.release();
    this.#lock = undefined;
    this.#pending.clear();
  }

  /** The folders of a package, be they there or not. */
  folders(name: string): PackageFolders {
    if (/^\.|[/\\\0]|^$/.test(name)) {
      throw new Error(`${JSON.stringify(name)} cannot be the folder of a package`);
    }
    const root = `${this.path}/${name}`;
    return {
      root,
      package: `${root}/package`,
      settings: `${root}/settings`,
      logs: `${root}/logs`,
    };
  }

  /** Holds what is on its way; emptied at every start. */
  get temporaryFolder(): string {
    return this.#folders.staging;
  }

  /** A path for a file that is needed for a while; nobody else can read it there. */
  temporaryFile(): string {
    return asideIn(this.#folders);
  }

  /** Folders that should hold packages, in alphabetical order. Links are among them: they are refused. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(this.path)) {
      if (name.startsWith(".")) continue;
      if (isDirectory || isSymlink && await leadsToFolder(`${this.path}/${name}`)) names.push(name);
    }
    return names.sort();
  }

  /**
   * Reads what an installed package tells of itself.
   *
   * @throws {Error} when there is none, it cannot be used or it has another name than its folder
   */
  async manifest(name: string): Promise<Manifest> {
    const folders = this.folders(name);
    if (!await isRealFolder(folders.root) || !await isRealFolder(folders.package)) {
      throw new Error(`There is no package in "${folders.root}"`);
    }
    const manifest = await readManifest(folders.package);
    if (manifest.name === name) return manifest;
    throw new Error(`The package in "${folders.root}" has another name, "${manifest.name}"`);
  }

  /**
   * Unpacks and checks a package, without installing it.
   *
   * @throws {ArchiveError} when it is not safe to unpack
   * @throws {ManifestError} when its package.json cannot be used
   */
  async stage(source: ReadableStream<Uint8Array>, options: UnpackOptions = {}): Promise<Staged> {
    const folder = asideIn(this.#folders);
    if (this.#lock === undefined) await source.cancel();
    this.#requireOpen();
    const discard = () => removeWhole(folder);
    try {
      const { top, files, bytes } = await unpack(source, folder, options);
      const content = `${folder}/${top}`;
      const manifest = await readManifest(content);
      const staged: Staged = { manifest, files, bytes, discard };
      this.#staged.set(staged, { folder, content });
      return staged;
    } catch (error) {
      await discard();
      throw error;
    }
  }

  /**
   * Installs a package, in the place of the version that is there. Its settings and logs stay.
   *
   * @throws {Error} when it cannot be done; the version that was there is in its place then
   */
  async replace(staged: Staged): Promise<Replacement> {
    this.#requireOpen();
    const found = this.#staged.get(staged);
    if (found === undefined) throw new Error("The package is installed already");
    const { name } = staged.manifest;
    const key = foldedName(name);
    if (this.#pending.has(key)) throw new Error(`"${name}" is being installed already`);
    this.#pending.add(key);
    try {
      await this.#refuseTwin(name);
      await this.#recoverName(name);
      const previous = await this.manifest(name).catch(() => undefined);
      const pending = await beginReplacement(name, found.content, this.#folders);
      this.#staged.delete(staged);
      await staged.discard();
      return this.#replacement(pending, previous);
    } catch (error) {
      this.#pending.delete(key);
      throw error;
    }
  }

  /** Removes a package with its settings and logs; does nothing where there is none. */
  async remove(name: string): Promise<void> {
    this.#requireOpen();
    const { root } = this.folders(name);
    if (this.#pending.has(foldedName(name))) throw new Error(`"${name}" is being installed`);
    // Or else a former version that waits to be put back would come back.
    await this.#recoverName(name);
    if (!await isRealFolder(root)) return;
    const aside = asideIn(this.#folders);
    await Deno.rename(root, aside);
    await syncFolder(this.path);
    // It is gone already; what cannot be removed now goes with the next start.
    await removeWhole(aside).catch(() => {});
  }

  /** Whether a package is not to be started with the host. */
  async isDisabled(name: string): Promise<boolean> {
    return await lookAt(`${this.folders(name).settings}/${DISABLED}`) !== undefined;
  }

  /** See {@linkcode PackageStore.isDisabled}. */
  async setDisabled(name: string, disabled: boolean): Promise<void> {
    const { root, settings } = this.folders(name);
    if (!await isRealFolder(root)) throw new Error(`There is no package in "${root}"`);
    const flag = `${settings}/${DISABLED}`;
    if (disabled) {
      await makeRealFolder(settings);
      if (await lookAt(flag) === undefined) {
        await Deno.writeFile(flag, new Uint8Array(), { createNew: true, mode: 0o600 });
      }
    } else if (await isRealFolder(settings)) {
      await removeWhole(flag);
    }
  }

  #replacement(pending: Pending, previous: Manifest | undefined): Replacement {
    let isSettled = false;
    const lock = this.#lock;
    const settle = async (how: typeof recover) => {
      if (isSettled) throw new Error(`"${pending.name}" is accepted or undone already`);
      this.#requireOpen(lock);
      isSettled = true;
      try {
        await how(pending, this.#folders);
      } finally {
        this.#pending.delete(foldedName(pending.name));
      }
    };
    return {
      ...(previous === undefined ? {} : { previous }),
      accept: () => settle(acceptReplacement),
      undo: () => settle(recover),
    };
  }

  /** Without the lock somebody else may be at work. */
  #requireOpen(lock = this.#lock): void {
    if (this.#lock === undefined || this.#lock !== lock) {
      throw new Error(`The packages in "${this.path}" are closed`);
    }
  }

  /** Names that differ in case alone are one folder on some systems, and one name in the API. */
  async #refuseTwin(name: string): Promise<void> {
    const twin = (await this.names()).find((other) =>
      other !== name && foldedName(other) === foldedName(name)
    );
    if (twin !== undefined) throw new Error(`"${name}" cannot be installed beside "${twin}"`);
  }

  async #recoverName(name: string): Promise<void> {
    for (const pending of await listPending(this.#folders)) {
      if (pending.name === name) await recover(pending, this.#folders);
    }
  }

  async #recover(): Promise<string[]> {
    const { previous, staging } = this.#folders;
    const messages: string[] = [];
    const kept = new Set<string>();
    for (const pending of await listPending(this.#folders)) {
      const what = `The ${pending.kind} of the package "${pending.name}" was interrupted`;
      try {
        await recover(pending, this.#folders);
        messages.push(
          pending.kind === "update" ? `${what}: its former version is back` : `${what} and undone`,
        );
      } catch (error) {
        kept.add(pending.name);
        messages.push(`${what} and cannot be undone: ${(error as Error).message}`);
      }
    }
    for (const folder of [previous, staging]) {
      for await (const { name } of Deno.readDir(folder)) {
        if (folder === previous && kept.has(name)) continue;
        await removeWhole(`${folder}/${name}`).catch((error: Error) => {
          messages.push(`Cannot remove "${folder}/${name}": ${error.message}`);
        });
      }
    }
    return messages;
  }
}

async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}
