/**
 * Installing and updating packages (contracts: AirDC++ 3.3, 3.4).
 *
 * @module
 */

import { ConflictError } from "./conflict_error.ts";
import { download, type DownloadProgress } from "./download.ts";
import { widerLines } from "./demand_lines.ts";
import { incompatibility, type Manifest } from "./manifest.ts";
import type { NpmRegistry } from "./npm_registry.ts";
import type { PackagePermissions } from "./package_permissions.ts";
import { withoutPlaces } from "./package_reports.ts";
import type { PackagedExtension } from "./packaged_extension.ts";
import type { Packages } from "./packages.ts";
import { platformName } from "./platform.ts";
import type { Replacement, Staged } from "./store.ts";

/** Where a package comes from. */
export type PackageSource =
  | { url: string; shasum?: string; integrity?: string }
  /** A file of this machine. */
  | { file: string }
  /** A package of the registry. */
  | { name: string; version?: string };

/** What an installation needs beside the packages. */
export interface InstallOptions {
  registry: NpmRegistry;
  /** Servers that may be asked; absent: all. */
  downloadHosts?: readonly string[] | undefined;
  /** Certificates in PEM that are trusted beside those of the system. */
  trustedCertificates: readonly string[];
}

/** How long a new version has to become ready before the old one takes its place again. */
const READY_MS = 10_000;
/** Largest package, in bytes as it is downloaded. */
const MAX_BYTES = 256 << 20;
const PROGRESS_MS = 200;

/** Installs packages of one host, each by the same steps and with the same events. */
export class Installer {
  readonly #packages: Packages;
  readonly #options: InstallOptions;
  /** URLs that are being downloaded or installed. */
  readonly #urls = new Set<string>();
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(packages: Packages, options: InstallOptions) {
    this.#packages = packages;
    this.#options = options;
  }

  /**
   * Installs a package, or replaces the version that is there.
   *
   * @param installId how events about it name it
   * @param options.accepts nothing more may be asked for than this. Default: whoever asks for it has
   * seen what the package asks for
   * @returns what is installed then
   * @throws {ConflictError} at once, when the same URL is being installed
   * @throws {Error} with the reason, of which the event `extension_installation_failed` tells too
   */
  install(
    source: PackageSource,
    installId: string,
    options: { accepts?: PackagePermissions } = {},
  ): Promise<Manifest> {
    void this.#packages.events.publish("extension_installation_started", { install_id: installId });
    const url = "url" in source ? source.url : undefined;
    if (url !== undefined) {
      if (this.#urls.has(url)) throw new ConflictError(`"${url}" is being installed already`);
      this.#urls.add(url);
    }
    const running = this.#install(source, installId, options).finally(() => {
      if (url !== undefined) this.#urls.delete(url);
      this.#running.delete(running);
    });
    this.#running.add(running);
    return running;
  }

  /** Looks for newer versions of all packages that are not private, and installs them. */
  async updateAll(): Promise<void> {
    for (const { name, managed, manifest } of this.#packages.all) {
      if (!managed || manifest.private || this.#ending.signal.aborted) continue;
      const { log } = this.#packages.options;
      try {
        const { release, newMajor } = await this.#options.registry.newest(name, manifest.version);
        if (newMajor !== undefined) {
          log.info(`Package "${name}" has a new major version ${newMajor}`);
        }
        if (release === undefined) continue;
        const source = { name, version: release.version };
        await this.install(source, name, { accepts: manifest.permissions });
      } catch (error) {
        log.warning(`Package "${name}" was not updated: ${(error as Error).message}`);
      }
    }
  }

  /** Gives up what is being downloaded and waits for what is being put in place. */
  async close(): Promise<void> {
    this.#ending.abort(new Error("the host is about to end"));
    await Promise.allSettled([...this.#running]);
  }

  async #install(
    source: PackageSource,
    installId: string,
    { accepts }: { accepts?: PackagePermissions },
  ): Promise<Manifest> {
    const packages = this.#packages;
    // What was uploaded has no name that says anything until it is unpacked.
    let what = "file" in source ? "a package" : `the package "${installId}"`;
    try {
      const staged = await this.#stage(source, installId);
      let done = false;
      try {
        const { name, permissions } = staged.manifest;
        what = `the package "${name}"`;
        const wider = accepts === undefined ? [] : widerLines(accepts, permissions);
        if (wider.length > 0) {
          throw new Error(
            `it asks for more than before, which somebody has to accept: ${wider.join("; ")}`,
          );
        }
        await packages.inTurn(name, () => this.#putInPlace(staged));
        done = true;
      } finally {
        if (!done) await staged.discard();
      }
      await packages.events.publish("extension_installation_succeeded", { install_id: installId });
      return staged.manifest;
    } catch (error) {
      const { log, store, tell } = packages.options;
      const text = `Cannot install ${what}: ${(error as Error).message}`;
      log.error(text);
      tell(withoutPlaces(text, store.path), "error", "Extensions");
      const message = withoutPlaces((error as Error).message, store.path);
      await packages.events.publish("extension_installation_failed", {
        install_id: installId,
        error: message,
        message,
      });
      throw error;
    }
  }

  /** Steps 1 to 3: gets it, unpacks it beside the others, and looks whether it may be installed. */
  async #stage(source: PackageSource, installId: string): Promise<Staged> {
    const { store, settings } = this.#packages.options;
    const { signal } = this.#ending;
    let file: string;
    let downloaded = false;
    let expected: { name: string; version: string } | undefined;
    if ("file" in source) {
      file = source.file;
    } else {
      const found = "url" in source
        ? source
        : expected = await this.#options.registry.resolve(source.name, source.version);
      const { url, shasum, integrity } = "tarball" in found
        ? { url: found.tarball, ...found }
        : found;
      file = store.temporaryFile();
      downloaded = true;
      await download(url, {
        to: file,
        maxBytes: MAX_BYTES,
        signal,
        // The integrity is the stronger of the two, and there is no need for both.
        ...(integrity ? { integrity } : shasum ? { shasum } : {}),
        ...(this.#options.downloadHosts ? { allowHosts: this.#options.downloadHosts } : {}),
        trustedCertificates: this.#options.trustedCertificates,
        onProgress: this.#progress(installId),
      });
    }
    try {
      const opened = await Deno.open(file).catch((cause) => {
        throw new Error(`cannot read "${file}": ${cause.message}`, { cause });
      });
      const staged = await store.stage(opened.readable, { signal });
      try {
        const { name, version } = staged.manifest;
        const reason = settings.blocked.get(name);
        if (reason !== undefined) throw new Error(`"${name}" is blocked: ${reason}`);
        const problem = incompatibility(staged.manifest, { platform: platformName() });
        if (problem !== undefined) throw new Error(problem);
        if (expected && (expected.name !== name || expected.version !== version)) {
          throw new Error(
            `the registry says it is ${expected.name} ${expected.version}, its package.json ` +
              `${name} ${version}`,
          );
        }
        return staged;
      } catch (error) {
        await staged.discard();
        throw error;
      }
    } finally {
      if (downloaded) await Deno.remove(file).catch(() => {});
    }
  }

  /** Steps 4 to 7. */
  async #putInPlace(staged: Staged): Promise<void> {
    const packages = this.#packages;
    const { store, log, registry } = packages.options;
    const { name, version } = staged.manifest;
    const existing = packages.get(name);
    if (existing === undefined) {
      if (registry.entry(name) !== undefined) {
        throw new ConflictError(`the configuration has an extension "${name}"`);
      }
      const replacement = await store.replace(staged);
      await replacement.accept();
      const extension = await packages.add(staged.manifest);
      log.info(`Package "${name}" ${version} was installed`);
      await packages.events.whole("extension_added", extension);
      // A start that fails is told of and does not undo the installation.
      await packages.begin(extension, "it was installed").catch(() => {});
      return;
    }
    if (!existing.managed) {
      throw new ConflictError(`"${name}" is registered by a program elsewhere`);
    }
    await this.#update(existing, staged);
  }

  async #update(extension: PackagedExtension, staged: Staged): Promise<void> {
    const packages = this.#packages;
    const { store, log } = packages.options;
    const { name, running, manifest: former } = extension;
    const { version } = staged.manifest;
    const wasActive = running ||
      packages.options.registry.supervisor(name)?.state === "restarting";
    await packages.end(extension, "it is updated");
    let replacement: Replacement;
    try {
      replacement = await store.replace(staged);
    } catch (error) {
      if (wasActive) await packages.begin(extension, "its update failed").catch(() => {});
      throw error;
    }
    const problem = await this.#tryOut(extension, staged.manifest, { start: wasActive });
    if (problem === undefined) {
      await replacement.accept();
      log.info(`Package "${name}" was updated from ${former.version} to ${version}`);
      return;
    }
    await packages.end(extension, "its new version did not become ready");
    await replacement.undo();
    await this.#load(extension, former).catch(() => {});
    if (wasActive) await packages.begin(extension, "its former version is back").catch(() => {});
    throw new Error(
      `"${name}" ${version} did not become ready: ${problem}. Version ${former.version} is back`,
    );
  }

  /** @returns why the new version cannot stay */
  async #tryOut(
    extension: PackagedExtension,
    manifest: Manifest,
    { start }: { start: boolean },
  ): Promise<string | undefined> {
    try {
      await this.#load(extension, manifest);
    } catch (error) {
      return (error as Error).message;
    }
    await this.#packages.events.whole("extension_package_updated", extension);
    return start ? await this.#whyNotReady(extension) : undefined;
  }

  async #load(extension: PackagedExtension, manifest: Manifest): Promise<void> {
    await this.#packages.options.registry.unload(extension.name);
    this.#packages.putBack(extension, manifest);
    await this.#packages.events.whole("extension_updated", extension);
  }

  /** Starts a new version and waits until it stands on its feet. */
  async #whyNotReady(extension: PackagedExtension): Promise<string | undefined> {
    const packages = this.#packages;
    const { registry, server } = packages.options;
    const { name, manifest } = extension;
    try {
      await packages.begin(extension, "it was updated");
    } catch (error) {
      return (error as Error).message;
    }
    const supervisor = registry.supervisor(name)!;
    const stands = () => manifest.signalReady ? extension.ready : supervisor.state === "connected";
    const timeoutMs = Math.max(READY_MS, server.initTimeoutMs);
    await extension.when(() => stands() || !extension.running || packages.stopping, timeoutMs);
    if (packages.stopping || stands()) return undefined;
    // One that is silent but lives may have nothing to say; one that promised a signal may not.
    if (extension.running) {
      return manifest.signalReady ? `no signal within ${timeoutMs / 1000} s` : undefined;
    }
    const { lastExit } = supervisor;
    const said = lastExit?.stderr.at(-1);
    return `it ended with code ${lastExit?.code ?? "?"}${said === undefined ? "" : ` (${said})`}`;
  }

  #progress(installId: string): (progress: DownloadProgress) => void {
    let last = 0;
    return ({ received, total }) => {
      const now = performance.now();
      if (now - last < PROGRESS_MS && received !== total) return;
      last = now;
      void this.#packages.events.publish("extension_installation_progress", {
        install_id: installId,
        received,
        total: total ?? null,
      });
    };
  }
}
