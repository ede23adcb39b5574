/**
 * The host: everything below it put together, started in order and stopped in reverse.
 *
 * @module
 */

import { Credentials } from "./auth/credentials.ts";
import { Grant } from "./auth/grant.ts";
import { ENTRY_DEFAULTS } from "./config/extensions.ts";
import { loadConfig, type LoadedConfig } from "./config/load.ts";
import { localeInfo } from "./config/locale.ts";
import type { ExtensionEntry } from "./config/settings.ts";
import type { Presentation } from "./desktop/presentation.ts";
import { userDesktop } from "./desktop/user_desktop.ts";
import type { ExtensionLogs } from "./extensions/logs.ts";
import { ExtensionRegistry } from "./extensions/registry.ts";
import type { ExtensionWatch } from "./extensions/watch.ts";
import type { SecretFolders } from "./filesystem/secret_folders.ts";
import { openExtensionLogs, openLogFile } from "./host/log_files.ts";
import { navigationUrl, originOf, withPort } from "./host/addresses.ts";
import { exportAuthInfo } from "./host/exported_auth_info.ts";
import type { HostOptions } from "./host/host_options.ts";
import { nativeApi } from "./host/native_api.ts";
import type { PackagesHost } from "./host/packages.ts";
import { pageGlobals } from "./host/page_globals.ts";
import { SandboxPort } from "./host/sandbox_port.ts";
import { SYSTEM } from "./host/system.ts";
import { Hub } from "./hub/hub.ts";
import { HostLog } from "./log.ts";
import { touches } from "./methods/touches.ts";
import { ProcessInput } from "./methods/process_input.ts";
import { NeutralinoDoor } from "./neutralino/door.ts";
import { TokenDispenser } from "./neutralino/globals.ts";
import { Children } from "./process/children.ts";
import { createMasker } from "./process/mask.ts";
import { createWatchdog, type Watchdog } from "./process/watchdog.ts";
import { DirectorySource } from "./resources/directory.ts";
import { Router } from "./router/router.ts";
import { createGuard } from "./server/guard.ts";
import { type Handler, startListener } from "./server/listener.ts";
import { MountTable } from "./server/mounts.ts";
import { Refusals } from "./server/refusals.ts";
import { ResponseHeaders } from "./server/response_headers.ts";

const DEV_EXTENSION: ExtensionEntry = { ...ENTRY_DEFAULTS, id: "js.neutralino.devtools" };
/** How long clients have to take the close frame, milliseconds. */
const FAREWELL_MS = 250;
const FLUSH_MS = 500;

/** A running host. */
export interface Host extends AsyncDisposable {
  /** Where the app is, for instance `http://127.0.0.1:8080/`. */
  readonly url: string;
  /** The port; 0 without a server. */
  readonly port: number;
  /** Access tokens; the part behind the dot is the connect token. */
  readonly tokens: { readonly page: string; readonly backend: string };
  /** Ids of the loaded extensions, and of those that are connected now. */
  readonly extensions: { readonly loaded: string[]; readonly connected: string[] };
  /** Resolves with the exit code when the host has stopped, whoever stopped it. */
  readonly stopped: Promise<number>;
  /**
   * Stops everything in reverse order of its start. Extensions get `windowClose`, then closed
   * sockets, 2 s later SIGTERM and another 3 s later SIGKILL.
   *
   * @param exitCode what `stopped` resolves with. Default 0
   */
  stop(exitCode?: number): Promise<void>;
}

/**
 * Starts a host.
 *
 * @throws {StartError} with one readable line, when something the user gave cannot be used
 */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const host = new RunningHost(options);
  try {
    await host.start();
  } catch (error) {
    await host.stop(1);
    throw error;
  }
  return host;
}

class RunningHost implements Host {
  url = "";
  port = 0;
  readonly stopped: Promise<number>;
  readonly #options: HostOptions;
  readonly #log: HostLog;
  readonly #giveBackLog: () => void;
  readonly #masker = createMasker();
  readonly #cleanUp = new AsyncDisposableStack();
  readonly #resolveStopped: (code: number) => void;
  #credentials: Credentials | undefined;
  readonly #children = new Children();
  #secrets: SecretFolders | undefined;
  readonly #mounts = new MountTable((root) => new DirectorySource(root, this.#secrets));
  readonly #refusals = new Refusals();
  #watchdog: Watchdog | undefined;
  #registry: ExtensionRegistry | undefined;
  #watch: ExtensionWatch | undefined;
  #hub: Hub | undefined;
  #logs: ExtensionLogs | undefined;
  #sandbox: SandboxPort | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#log = options.log ?? new HostLog();
    this.#giveBackLog = this.#log.take((text) => this.#masker.mask(text));
    const { promise, resolve } = Promise.withResolvers<number>();
    this.stopped = promise;
    this.#resolveStopped = resolve;
  }

  get tokens() {
    const { page, backend } = this.#credentials!;
    return { page: page.credential.accessToken, backend: backend.credential.accessToken };
  }

  get extensions() {
    return { loaded: this.#registry!.ids, connected: this.#hub!.connectedExtensions };
  }

  /** The order of section 1.1 (Neutralino contract). */
  async start(): Promise<void> {
    const loaded = await this.#loadConfig();
    const { settings, locations } = loaded;
    const secrets = this.#secrets = loaded.secrets;
    const hub = this.#hub = new Hub(settings.limits);
    const grant = new Grant([settings], secrets);
    const credentials = this.#credentials = new Credentials(grant);
    for (const { credential } of [credentials.page, credentials.backend]) {
      this.#masker.add(credential.accessToken, credential.connectToken);
    }
    const watchdog = this.#watchdog = createWatchdog({ log: this.#log });
    this.#cleanUp.defer(() => watchdog.close());
    const logs = this.#logs = openExtensionLogs(loaded, this.#log, this.#cleanUp);
    const registry = this.#registry = new ExtensionRegistry({
      credentials,
      grant,
      hub,
      log: this.#log,
      masker: this.#masker,
      watchdog,
      children: this.#children,
      relay: (id, line, stream) => {
        this.#log.relay(id, line, stream);
        logs.line(id, line, stream);
      },
      changed: (change) => logs.change(change),
      authInfoExported: settings.exportAuthInfo,
      sandboxPort: this.#sandboxPort,
      onLoad: (entry) => this.#watch?.add(entry),
      onUnload: async (id) => {
        this.#watch?.remove(id);
        await logs.forget(id, FLUSH_MS);
      },
      refusal: loaded.frozen
        ? await (await import("./extensions/grant_lock.ts"))
          .lockRefusal(locations.dataPath, settings.extensions ?? [])
        : () => undefined,
    });
    const entries = settings.enableExtensions ? settings.extensions ?? [] : [];
    registry.load([...(loaded.devExtension ? [DEV_EXTENSION] : []), ...entries]);
    const router = this.#router(loaded);
    const packages = await this.#openPackages(loaded, { router, grant });
    this.#cleanUp.defer(async () => {
      await Promise.all([registry.stopAll(), this.#children.stop()]);
    });
    const presentation = await this.#prepareToShow(loaded, watchdog);
    let closing: Promise<void> | undefined;
    this.#cleanUp.defer(() => closing);
    if (settings.enableServer || packages) await this.#listen(loaded, { router, packages });
    this.url = navigationUrl(settings, this.port);
    openLogFile(loaded, this.#log, this.#cleanUp);
    // Without a server it is the one that is configured (section 5.2).
    const port = this.port || settings.port;
    const { credential } = credentials.backend;
    exportAuthInfo(loaded, { port, credential, log: this.#log, cleanUp: this.#cleanUp });
    this.#log.info(`${settings.applicationId} is available at ${this.url}`);
    packages?.announce();
    await registry.startAll(port);
    await packages?.ready();
    if (loaded.watchExtensions) {
      const { ExtensionWatch } = await import("./extensions/watch.ts");
      if (this.#stopping !== undefined) return;
      const { appPath } = locations;
      this.#watch = this.#cleanUp.use(new ExtensionWatch({ registry, appPath, log: this.#log }));
    }
    if (presentation === undefined || this.#stopping !== undefined) return;
    // A browser that takes its time does not keep the port from the app's next start.
    this.#cleanUp.defer(() => void (closing = presentation.close()));
    await presentation.show(this.url);
  }

  stop(exitCode = 0): Promise<void> {
    return this.#stopping ??= this.#stop(exitCode);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(exitCode: number): Promise<void> {
    // What called us may still have an answer to send.
    await Promise.resolve();
    try {
      await this.#cleanUp.disposeAsync();
    } catch (error) {
      this.#log.error(`Stopping failed: ${(error as Error).message}`);
    }
    await this.#log.flush(FLUSH_MS);
    this.#giveBackLog();
    this.#resolveStopped(exitCode);
  }

  async #loadConfig(): Promise<LoadedConfig> {
    const loaded = await loadConfig({
      args: this.#options.args ?? [],
      execPath: Deno.execPath(),
      compiled: Deno.build.standalone,
      cwd: Deno.cwd(),
      ...SYSTEM,
      log: this.#log,
    });
    this.#cleanUp.use(loaded.source);
    return loaded;
  }

  /** Before anything is started: a browser that is missing ends the start at once. */
  async #prepareToShow(
    loaded: LoadedConfig,
    watchdog: Watchdog,
  ): Promise<Presentation | undefined> {
    if (this.#options.show === false) return undefined;
    const { settings } = loaded;
    if (settings.mode === "cloud") return undefined;
    // Loaded here, because a start in cloud mode needs nothing of it.
    const { Presentation } = await import("./desktop/presentation.ts");
    const { profilePlaces } = await import("./host/profile_places.ts");
    return new Presentation({
      settings,
      hub: this.#hub!,
      log: this.#log,
      masker: this.#masker,
      watchdog,
      profilePlaces: () => profilePlaces(loaded),
      exit: (code) => void this.stop(code),
    });
  }

  #router(loaded: LoadedConfig): Router {
    const { settings } = loaded;
    const hub = this.#hub!;
    const log = this.#log;
    return new Router({
      enabled: settings.enableNativeAPI,
      log,
      touches,
      ...nativeApi({
        app: {
          hub,
          exit: (code) => void this.stop(code),
          config: () => withPort(settings.raw, this.port),
          input: this.#options.input ?? new ProcessInput((buffer) => Deno.stdin.read(buffer)),
          print: (text, stream) => log.print(text, stream),
        },
        hub,
        log,
        loaded,
        registry: this.#registry!,
        children: this.#children,
        watchdog: this.#watchdog!,
        desktop: { ...userDesktop({ log }), ...this.#options.desktop },
        locale: () => localeInfo(SYSTEM),
        mounts: this.#mounts,
        custom: this.#options.methods ?? {},
        logs: this.#logs!,
        refusals: this.#refusals,
        place: this,
        trustedCertificates: this.#options.trustedCertificates ?? [],
        cleanUp: this.#cleanUp,
      }),
    });
  }

  /** 0 without a server, like the port. */
  readonly #sandboxPort = async () => await this.#sandbox?.open() ?? 0;

  async #openPackages(
    loaded: LoadedConfig,
    { router, grant }: { router: Router; grant: Grant },
  ): Promise<PackagesHost | undefined> {
    if (loaded.settings.packages === undefined) return undefined;
    // Loaded here, because most apps have none.
    const { PackagesHost } = await import("./host/packages.ts");
    const packages = await PackagesHost.open({
      loaded,
      router,
      grant,
      log: this.#log,
      hub: this.#hub!,
      registry: this.#registry!,
      place: this,
      sandboxPort: this.#sandboxPort,
      trustedCertificates: this.#options.trustedCertificates ?? [],
      develop: this.#options.develop,
      exit: () => void this.stop(),
    });
    this.#cleanUp.defer(() => packages.close());
    return packages;
  }

  async #listen(
    loaded: LoadedConfig,
    { router, packages }: { router: Router; packages: PackagesHost | undefined },
  ): Promise<void> {
    const { settings, source, configFile } = loaded;
    const hub = this.#hub!;
    const log = this.#log;
    const registry = this.#registry!;
    const credentials = this.#credentials!;
    const refusals = this.#refusals;
    const mounts = this.#cleanUp.use(this.#mounts);
    const cloud = settings.mode === "cloud";
    const guard = createGuard({
      mode: cloud ? "cloud" : "loopback",
      port: () => this.port,
      allowedHosts: settings.allowedHosts,
      allowedOrigins: [...settings.allowedOrigins, ...originOf(settings.url)],
      log,
      refusals,
    });
    const globals = pageGlobals(loaded, {
      port: () => this.port,
      customMethods: Object.keys(this.#options.methods ?? {}),
      commandLine: this.#options.commandLine ?? [Deno.execPath(), ...this.#options.args ?? []],
      locale: () => localeInfo(SYSTEM).locale,
    });
    const door = new NeutralinoDoor({
      ...settings,
      source,
      mounts,
      configFile,
      log,
      guard,
      hub,
      credentials,
      refusals,
      router,
      entry: (id) => registry.refusal(id) === undefined ? registry.entry(id) : undefined,
      grant: (id) => registry.grant(id),
      allowTokenless: !cloud && !settings.requireConnectToken,
      globals,
      tokens: new TokenDispenser(credentials.page.credential.accessToken, {
        once: settings.tokenSecurity === "one-time",
      }),
    });
    const ownProcess = this.#options.ownProcess ?? false;
    const serve = (prefix: string, handler: Handler) =>
      settings.enableServer ? [{ prefix, handler }] : [];
    const sandbox = this.#sandbox = new SandboxPort({
      routes: [...serve("/", door.handleSockets), ...packages?.apiRoutes ?? []],
      log,
      refusals,
      ownProcess,
    });
    const listener = await startListener({
      hostname: cloud ? "0.0.0.0" : "127.0.0.1",
      port: settings.port,
      alsoIpv6: !cloud,
      routes: [...serve("/", door.handle), ...packages?.routes ?? []],
      guard,
      headers: new ResponseHeaders({ serverHeaders: settings.serverHeaders, guard }),
      log,
      ownProcess,
    });
    this.port = listener.port;
    this.#cleanUp.defer(async () => {
      await Promise.all([packages?.stopExtensions(), registry.stopDependants()]);
      // Many extensions end by this event, the others by the closed socket.
      hub.broadcast("windowClose", null, "extensions");
      door.refuseAll();
      hub.closeAll(1001, "the host ends");
      await Promise.all([
        listener.shutdown(FAREWELL_MS),
        sandbox.shutdown(FAREWELL_MS),
        door.drained(FAREWELL_MS),
        packages?.closeSockets(),
      ]);
    });
  }
}
