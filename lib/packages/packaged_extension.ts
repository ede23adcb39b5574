/**
 * One extension that speaks the AirDC++ API: installed here, or registered by a program elsewhere.
 *
 * @module
 */

import type { Manifest } from "./manifest.ts";
import { listLogs, type LogFileInfo } from "./package_logs.ts";
import type { SettingsSheet } from "./settings_sheet.ts";
import type { PackageFolders } from "./store.ts";

/** EXTENSION (contracts: AirDC++ 12.2). */
export interface ExtensionDescription {
  id: string;
  name: string;
  description: string;
  version: string;
  homepage: string;
  author: string;
  /** Not started with the host. */
  disabled: boolean;
  running: boolean;
  private: boolean;
  logs: LogFileInfo[];
  engines: string[];
  managed: boolean;
  has_settings: boolean;
}

/** How old a list of log files may be, milliseconds. */
const LOGS_MS = 500;

/** What is known of one extension; it outlives its runs. */
export class PackagedExtension {
  manifest: Manifest;
  /** Where it is; absent for one that a program elsewhere has registered. */
  readonly folders: PackageFolders | undefined;
  running = false;
  disabled = false;
  /** Its settings, from their definition until it stops (contracts: AirDC++ 8.1). */
  sheet: SettingsSheet | undefined;
  /** The session that may define its settings: that of its run, or that which registered it. */
  owner: object | undefined;
  #ready = false;
  /** Asked for by whoever lists all extensions, which may be often. */
  #logs: { until: number; list: Promise<LogFileInfo[]> } | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(manifest: Manifest, { folders }: { folders?: PackageFolders } = {}) {
    this.manifest = manifest;
    this.folders = folders;
  }

  /** Whether it is installed here, so that the host starts and stops it (contracts: AirDC++ 0.3). */
  get managed(): boolean {
    return this.folders !== undefined;
  }

  get name(): string {
    return this.manifest.name;
  }

  /** Whether it has said in this run that it is ready. */
  get ready(): boolean {
    return this.#ready;
  }

  set ready(ready: boolean) {
    this.#ready = ready;
    this.changed();
  }

  get hasSettings(): boolean {
    return (this.sheet?.definitions.length ?? 0) > 0;
  }

  /** Wakes those who wait for something to become of it. */
  changed(): void {
    // A start begins new files.
    this.#logs = undefined;
    for (const wake of this.#waiting) wake();
  }

  /**
   * Waits until a condition holds; it is looked at whenever something changes.
   *
   * @returns whether it came to hold within `timeoutMs`
   */
  async when(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition()) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => condition() && resolve();
    this.#waiting.add(look);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(look);
    return condition();
  }

  /** Its log files as they were within the last half second. */
  logs(): Promise<LogFileInfo[]> {
    if (this.folders === undefined) return Promise.resolve([]);
    const now = performance.now();
    if (this.#logs === undefined || this.#logs.until < now) {
      this.#logs = { until: now + LOGS_MS, list: listLogs(this.folders.logs) };
    }
    return this.#logs.list;
  }

  /** How it stands now, but for its logs. */
  describe(): Omit<ExtensionDescription, "logs"> {
    const { name, description, version, homepage, author, engines } = this.manifest;
    return {
      id: name,
      name,
      description,
      version,
      homepage,
      author,
      disabled: this.disabled,
      running: this.running,
      private: this.manifest.private,
      engines,
      managed: this.managed,
      has_settings: this.hasSettings,
    };
  }
}
