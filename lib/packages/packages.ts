/**
 * The packaged extensions of a host: which there are, and what happens to them
 * (contracts: AirDC++ 6, 8.5, 12.2, 12.3).
 *
 * @module
 */

import type { Grant } from "../auth/grant.ts";
import type { PackagesSettings } from "../config/settings.ts";
import type { ExtensionRegistry } from "../extensions/registry.ts";
import type { Log } from "../log.ts";
import { ConflictError } from "./conflict_error.ts";
import { ExtensionEvents, type Publish } from "./extension_events.ts";
import type { Engine, EngineWorld } from "./engines.ts";
import { grantOf, nativeGrantOf, permissionsOf } from "./grants.ts";
import { type LaunchOptions, packageKind, type RunSession } from "./launch.ts";
import { readManifest } from "./installed_manifest.ts";
import { incompatibility, type Manifest, parseManifest } from "./manifest.ts";
import { DEVELOPMENT_FOLDER, packageEntry } from "./package_entry.ts";
import { PackagedExtension } from "./packaged_extension.ts";
import { platformName } from "./platform.ts";
import { reportOfEnd, type Severity, withoutPlaces } from "./package_reports.ts";
import type { PackageStore } from "./store.ts";

/** What the collection needs of its host. */
export interface PackagesOptions {
  store: PackageStore;
  settings: PackagesSettings;
  registry: ExtensionRegistry;
  /** What the configuration allows everybody. */
  grant: Grant;
  log: Log;
  /** Where scripting engines are looked for. */
  world: EngineWorld;
  /** Where those that Deno keeps within a sandbox find the API. */
  sandboxPort: () => Promise<number>;
  /** Server settings that packages depend on. */
  server: {
    readonly engines: readonly Engine[];
    readonly debugMode: boolean;
    readonly initTimeoutMs: number;
  };
  /** Opens the API session of one run. */
  openSession(name: string, permissions: readonly string[]): RunSession;
  publish: Publish;
  /** Tells users by the event log of the API; `label` says whose message it is. */
  tell(text: string, severity: Severity, label: string): void;
}

const BY_REQUEST = "somebody asked for it";
const LABEL = "Extensions";

/** All packaged extensions of one host. */
export class Packages {
  readonly options: PackagesOptions;
  /** By name in lower case: names differ by more than that (contracts: AirDC++ 6.2). */
  readonly #extensions = new Map<string, PackagedExtension>();
  /** Those that are being written, in the folder that they run from. */
  readonly #developed = new WeakSet<PackagedExtension>();
  /** Operations under way on one name. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #events: ExtensionEvents;
  #stopping = false;

  constructor(options: PackagesOptions) {
    this.options = options;
    this.#events = new ExtensionEvents(options.publish);
  }

  /** What happens is told by these, one after the other. */
  get events(): ExtensionEvents {
    return this.#events;
  }

  /** Whether the host ends: nothing new begins. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** In the order in which they came. */
  get all(): PackagedExtension[] {
    return [...this.#extensions.values()];
  }

  get(name: string): PackagedExtension | undefined {
    return this.#extensions.get(name.toLowerCase());
  }

  /** Loads what is installed. What cannot be loaded is told of and left alone. */
  async load(): Promise<void> {
    const { store } = this.options;
    for (const name of await store.names()) {
      try {
        const manifest = await store.manifest(name);
        if (this.get(name) !== undefined) throw new Error("another package has this name");
        await this.add(manifest);
      } catch (error) {
        this.#trouble(`Cannot load the package "${name}": ${(error as Error).message}`);
      }
    }
  }

  /**
   * Waits for those that have said they will tell when they are ready, for as long as the server
   * setting allows; who is late goes on (contracts: AirDC++ 6.2).
   */
  async ready(): Promise<void> {
    const { initTimeoutMs } = this.options.server;
    const waited = this.all.filter(({ running, manifest }) => running && manifest.signalReady);
    const late = await Promise.all(waited.map(async (extension) => {
      const done = () => extension.ready || !extension.running;
      return await extension.when(done, initTimeoutMs) ? [] : [extension.name];
    }));
    for (const name of late.flat()) {
      const text = `"${name}" has not become ready within ${initTimeoutMs / 1000} s`;
      this.options.log.warning(`Extension ${text}`);
      this.options.tell(text, "warning", LABEL);
    }
  }

  /** Takes a manifest in and makes its package one of the host's extensions. */
  async add(manifest: Manifest): Promise<PackagedExtension> {
    const { store } = this.options;
    const folders = store.folders(manifest.name);
    const extension = new PackagedExtension(manifest, { folders });
    extension.disabled = await store.isDisabled(manifest.name);
    this.#register(extension);
    return extension;
  }

  /**
   * Makes a folder that holds an unpacked package one of the host's extensions, for somebody who is
   * writing it. Its settings and logs are kept in `.outrigger` there.
   *
   * @throws {Error} when there is no usable package.json
   */
  async addFolder(path: string): Promise<PackagedExtension> {
    const manifest = await readManifest(path);
    const own = `${path}/${DEVELOPMENT_FOLDER}`;
    const folders = {
      root: path,
      package: path,
      settings: `${own}/settings`,
      logs: `${own}/logs`,
    };
    if (this.get(manifest.name) !== undefined) {
      throw new ConflictError(`The package "${manifest.name}" is installed already`);
    }
    const extension = new PackagedExtension(manifest, { folders });
    this.#developed.add(extension);
    this.#register(extension);
    return extension;
  }

  /** What its package.json says: of one that is being written, what it says by now. */
  async #manifestOf(extension: PackagedExtension): Promise<Manifest> {
    if (!this.#developed.has(extension)) return extension.manifest;
    const manifest = await readManifest(extension.folders!.package);
    if (manifest.name !== extension.name) {
      throw new Error(`its package.json has another name now, "${manifest.name}"`);
    }
    return extension.manifest = manifest;
  }

  /**
   * One after the other what happens to one name.
   *
   * @throws {ConflictError} when the host ends
   */
  async inTurn<T>(name: string, action: () => Promise<T>): Promise<T> {
    const key = name.toLowerCase();
    const before = this.#turns.get(key);
    const turn = (async () => {
      await before?.catch(() => {});
      if (this.#stopping) throw new ConflictError("the host is about to end");
      return await action();
    })();
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }

  /**
   * Starts an extension; does nothing for one that runs, or that is not started here.
   *
   * @throws {Error} with the reason, when it could not be started
   */
  start(extension: PackagedExtension, reason = BY_REQUEST): Promise<void> {
    return this.#inTurnOf(extension, () => this.begin(extension, reason));
  }

  /** {@linkcode Packages.start} for somebody whose turn it is. */
  async begin({ name, managed, running }: PackagedExtension, reason: string): Promise<void> {
    if (!managed || running || this.#stopping) return;
    const { registry } = this.options;
    await registry.start(name, reason);
    const supervisor = registry.supervisor(name);
    if (supervisor?.state === "failed") throw new Error(supervisor.reason);
    await this.#events.settled();
  }

  /**
   * Stops an extension; does nothing for one that does not run.
   *
   * @throws {ConflictError} when it is not stopped here
   */
  stop(extension: PackagedExtension, reason = BY_REQUEST): Promise<void> {
    const { name, managed } = extension;
    if (!managed) throw new ConflictError(`"${name}" was not started by this host`);
    return this.#inTurnOf(extension, () => this.end(extension, reason));
  }

  /** {@linkcode Packages.stop} for somebody whose turn it is. */
  async end({ name }: PackagedExtension, reason: string): Promise<void> {
    await this.options.registry.stop(name, reason);
    await this.#events.settled();
  }

  /** Whether it is started with the host (contracts: AirDC++ 6.7). */
  setDisabled(extension: PackagedExtension, disabled: boolean): Promise<void> {
    return this.#inTurnOf(extension, async () => {
      if (extension.disabled === disabled) return;
      if (extension.managed) await this.options.store.setDisabled(extension.name, disabled);
      extension.disabled = disabled;
      await this.#events.publish("extension_updated", { disabled }, extension.name);
    });
  }

  /** Stops an extension and removes everything of it (contracts: AirDC++ 3.6). */
  remove(extension: PackagedExtension): Promise<void> {
    const { name, managed } = extension;
    return this.inTurn(name, async () => {
      if (this.get(name) !== extension) return;
      if (!managed) return this.forget(extension);
      await this.end(extension, "it is removed");
      await this.options.registry.unload(name);
      try {
        await this.options.store.remove(name);
      } catch (error) {
        this.putBack(extension, extension.manifest);
        throw error;
      }
      this.#extensions.delete(name.toLowerCase());
      this.options.log.info(`Package "${name}" was removed`);
      await this.#events.whole("extension_removed", extension);
    });
  }

  /** The extension has said that it is ready. */
  signalReady(extension: PackagedExtension): void {
    extension.ready = true;
  }

  /** A request came with the session of an extension: it shows that it lives. */
  used(name: string): void {
    const supervisor = this.options.registry.supervisor(name);
    if (supervisor?.state !== "starting") return;
    supervisor.connected();
    this.get(name)?.changed();
  }

  /**
   * Makes whoever owns a session an extension that is not started here (contracts: AirDC++ 12.2, E12).
   *
   * @throws {Error} when what it says of itself cannot be used, or an installed one has its name
   */
  register(content: unknown, owner: object): Promise<PackagedExtension> {
    const manifest = parseManifest(JSON.stringify(content), { managed: false });
    const problem = incompatibility(manifest, { platform: platformName() });
    if (problem !== undefined) throw new Error(problem);
    const { name } = manifest;
    return this.inTurn(name, async () => {
      const former = this.get(name);
      if (former?.managed || former === undefined && this.options.registry.entry(name)) {
        throw new ConflictError(`An extension "${name}" is there already`);
      }
      if (former !== undefined) await this.forget(former);
      const extension = new PackagedExtension(manifest);
      extension.owner = owner;
      this.#register(extension);
      // It is there, or it could not have asked.
      this.options.registry.supervisor(name)?.connected();
      await this.#events.whole("extension_added", extension);
      return extension;
    });
  }

  /** The connection that an extension was registered by has ended. */
  async unregister(owner: object): Promise<void> {
    for (const extension of this.all) {
      if (extension.managed || extension.owner !== owner) continue;
      await this.inTurn(extension.name, () => this.forget(extension)).catch(() => {});
    }
  }

  /** From now on nothing begins; settles when all have stopped (contracts: AirDC++ 6.8). */
  async close(): Promise<void> {
    this.#stopping = true;
    const { registry } = this.options;
    await Promise.all(
      this.all.filter(({ managed }) => managed).map(({ name }) =>
        registry.stop(name, "the host ends").catch(() => {})
      ),
    );
    await Promise.allSettled([...this.#turns.values()]);
    await this.#events.settled();
  }

  /** Takes an extension that is not installed here out. */
  async forget(extension: PackagedExtension): Promise<void> {
    const { name } = extension;
    if (this.get(name) !== extension) return;
    this.#extensions.delete(name.toLowerCase());
    await this.options.registry.unload(name);
    await this.#events.whole("extension_removed", extension);
  }

  /** Puts an installed extension in again, with the manifest of the version that is there now. */
  putBack(extension: PackagedExtension, manifest: Manifest): void {
    extension.manifest = manifest;
    this.#register(extension);
  }

  /** {@linkcode Packages.inTurn}, but not for what may have come in its place meanwhile. */
  #inTurnOf<T>(extension: PackagedExtension, action: () => Promise<T>): Promise<T> {
    const { name } = extension;
    return this.inTurn(name, async () => {
      if (this.get(name) === extension) return await action();
      throw new ConflictError(`"${name}" has been removed meanwhile`);
    });
  }

  #register(extension: PackagedExtension): void {
    const { name } = extension;
    const { grant, registry, settings } = this.options;
    const narrowed = nativeGrantOf(settings, { name, all: grant });
    const kind = extension.managed ? packageKind(this.#launchOptions(extension)) : undefined;
    registry.load([packageEntry(extension)], { grant: narrowed, ...(kind && { kind }) });
    this.#extensions.set(name.toLowerCase(), extension);
  }

  #launchOptions(extension: PackagedExtension): LaunchOptions {
    const { server, settings, world, sandboxPort, openSession, log } = this.options;
    const { name } = extension;
    const own = grantOf(settings, name);
    return {
      manifest: () => this.#manifestOf(extension),
      folders: extension.folders!,
      platform: platformName(),
      engines: () => server.engines,
      world,
      sandboxPort,
      debug: () => server.debugMode,
      appPid: own.appPid,
      env: own.env,
      grant: own,
      closed: this.options.grant.secrets.real,
      openSession: () => openSession(name, permissionsOf(settings, name)),
      began: (run) => this.#began(extension, run),
      ended: (run) => this.#ended(extension, run),
      changed: (change) => {
        const report = this.#stopping ? undefined : reportOfEnd(change);
        if (report !== undefined) this.options.tell(report.text, report.severity, LABEL);
      },
      report: (message) => log.warning(message),
    };
  }

  #began(extension: PackagedExtension, { session }: RunSession): void {
    Object.assign(extension, { owner: session, ready: false, running: true });
    extension.changed();
    void this.#events.publish("extension_updated", { running: true }, extension.name);
    void this.#events.whole("extension_started", extension);
  }

  /** The order of section 6.6, with what is true at the time. */
  async #ended(extension: PackagedExtension, run: RunSession): Promise<void> {
    const { name, hasSettings } = extension;
    extension.running = false;
    extension.owner = undefined;
    extension.changed();
    // With the host all of them end, and nobody is told (6.8).
    if (this.#stopping) return;
    void this.#events.publish("extension_updated", { running: false }, name);
    const told = this.#events.whole("extension_stopped", extension);
    extension.sheet = undefined;
    await told;
    run.end();
    if (hasSettings) void this.#events.publish("extension_updated", { has_settings: false }, name);
  }

  #trouble(text: string): void {
    const { log, store, tell } = this.options;
    log.error(text);
    tell(withoutPlaces(text, store.path), "error", LABEL);
  }
}
