/**
 * Packaged extensions put together: the packages, the API that they speak, and what belongs to it
 * (contracts: AirDC++).
 *
 * @module
 */

import { ApiAccessFile } from "../airdcpp/access_file.ts";
import { AirDcppDoor } from "../airdcpp/door.ts";
import { EventLog } from "../airdcpp/event_log.ts";
import type { ManagePage } from "../airdcpp/manage/manage_page.ts";
import { extensionsModule, isOwn, speaksFor } from "../airdcpp/modules/extensions.ts";
import { foreignModules } from "../airdcpp/modules/foreign.ts";
import { operatorRoutes } from "../airdcpp/modules/operator.ts";
import { packageRoutes } from "../airdcpp/modules/packages.ts";
import type { SystemModule } from "../airdcpp/modules/system.ts";
import { isAccess, Permissions } from "../airdcpp/permissions.ts";
import { LOCAL, type Session, type SessionUser } from "../airdcpp/session.ts";
import { Sessions } from "../airdcpp/sessions.ts";
import { registerStandardModules } from "../airdcpp/standard_modules.ts";
import { describeSystem, loadCid } from "../airdcpp/system_info.ts";
import { Uploads } from "../airdcpp/uploads.ts";
import { Users } from "../airdcpp/users.ts";
import type { Caller } from "../auth/credentials.ts";
import type { Grant } from "../auth/grant.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { PackagesSettings } from "../config/settings.ts";
import { StartError } from "../errors.ts";
import type { ExtensionRegistry } from "../extensions/registry.ts";
import type { Hub } from "../hub/hub.ts";
import type { HostLog } from "../log.ts";
import { engineWorld } from "../packages/engines.ts";
import { FieldError } from "../packages/field_error.ts";
import { grantOf } from "../packages/grants.ts";
import { Installer } from "../packages/install.ts";
import { NpmRegistry } from "../packages/npm_registry.ts";
import { Packages } from "../packages/packages.ts";
import { ServerSettings } from "../packages/server_settings.ts";
import { PackageStore } from "../packages/store.ts";
import type { Router } from "../router/router.ts";
import type { Route } from "../server/listener.ts";
import { checkedPackages } from "./packages_settings.ts";

/** What packages need of their host. */
export interface PackagesHostOptions {
  loaded: LoadedConfig;
  log: HostLog;
  hub: Hub;
  grant: Grant;
  registry: ExtensionRegistry;
  router: Router;
  /** Where the host is, once it listens. */
  place: { readonly port: number; readonly url: string };
  /** Where packages in a sandbox find the API. */
  sandboxPort(): Promise<number>;
  trustedCertificates: readonly string[];
  /** A folder with an unpacked package that is being written; started like an installed one. */
  develop?: string | undefined;
  /** Ends the host. */
  exit(): void;
}

/** Where the management page is. */
const MANAGE_PREFIX = "/__outrigger";
/** How long such a session lives without a request, milliseconds. */
const OPERATOR_IDLE_MS = 20 * 60_000;

/** What has to be opened before the rest can be put together. */
interface Parts {
  settings: PackagesSettings;
  store: PackageStore;
  users: Users;
  server: ServerSettings;
  cid: string;
}

/** The packages of one host and the door that they speak to. */
export class PackagesHost {
  readonly packages: Packages;
  readonly #options: PackagesHostOptions;
  readonly #parts: Parts;
  readonly #sessions = new Sessions();
  readonly #operator = operator();
  readonly #ending = new AbortController();
  readonly #uploads: Uploads;
  readonly #installer: Installer;
  readonly #npm: NpmRegistry;
  readonly #door: AirDcppDoor;
  readonly #system: SystemModule;
  #manage: ManagePage | undefined;
  #closing: Promise<void> | undefined;
  #accessFile: ApiAccessFile | undefined;

  private constructor(options: PackagesHostOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    const { loaded, log, hub, registry, grant, place, router, trustedCertificates } = options;
    const { settings, store, users, server, cid } = parts;
    const sessions = this.#sessions;
    const eventLog = new EventLog();
    // Made once: the system is slow to tell its name.
    const system = describeSystem({ cid, started: Date.now() });
    const systemInfo = () => system;
    const packages = this.packages = new Packages({
      store,
      settings,
      registry,
      grant,
      log,
      world: engineWorld(loaded.locations.appPath),
      sandboxPort: () => options.sandboxPort(),
      server,
      openSession: (name, permissions) => {
        const access = permissions.filter(isAccess);
        const { token, session } = sessions.issueExtension(name, new Permissions(access));
        return { token, session, end: () => sessions.end(session) };
      },
      publish: (...event) => this.#publish(...event),
      tell: (text, severity, label) => eventLog.add(text, { severity, label }),
    });
    const { downloadHosts } = settings;
    this.#npm = new NpmRegistry(settings.registry, {
      trustedCertificates,
      signal: this.#ending.signal,
      ...(downloadHosts && { tarballHosts: downloadHosts }),
    });
    this.#installer = new Installer(packages, {
      registry: this.#npm,
      downloadHosts,
      trustedCertificates,
    });
    this.#uploads = new Uploads(store.temporaryFolder);
    const door = this.#door = new AirDcppDoor({
      log,
      sessions,
      users,
      systemInfo,
      limits: loaded.settings.limits,
      foreign: foreignModules({
        extensionOf: (session) => {
          const name = session.type === "extension"
            ? session.user.username
            : packages.all.find((extension) => isOwn(session, extension))?.name;
          if (name === undefined) return undefined;
          return { name, mode: grantOf(settings, name).foreignModules };
        },
        report: (message) => log.info(message),
      }),
      hookFailed: (text) => eventLog.add(text, { severity: "error", label: "Extensions" }),
      settings: {
        idleMinutes: () => server.defaultIdleTimeoutMinutes,
        pingInterval: () => server.pingIntervalMs / 1000,
        pingTimeout: () => server.pingTimeoutMs / 1000,
      },
    });
    this.#system = registerStandardModules(door, {
      hub,
      log,
      router,
      sessions,
      eventLog,
      settings: server,
      systemInfo,
      restartWeb: () => void this.#restartAll(),
      shutdown: () => options.exit(),
      callerOf: (session) => this.#callerOf(session),
      menuTimeoutSeconds: () => server.menuHookTimeoutMs / 1000,
      outriggerRoutes: [
        ...packageRoutes({
          packages,
          registry,
          installer: this.#installer,
          npm: this.#npm,
          uploads: this.#uploads,
        }),
        ...operatorRoutes({
          issueSession: () => this.#operatorToken(),
          manageUrl: () => this.#manage?.newUrl(originOf(place.url, place.port)),
        }),
      ],
    });
    door.register(extensionsModule(packages, this.#installer));
    sessions.observe({
      attached: (session) => this.#used(session),
      detached: (_session, socket) => void packages.unregister(socket),
      removed: (session) => void packages.unregister(session),
      touched: (session) => this.#used(session),
    });
  }

  /**
   * Opens the folder of the packages and puts everything together.
   *
   * @throws {StartError} when the folder cannot be used, or what the configuration says of packages
   */
  static async open(options: PackagesHostOptions): Promise<PackagesHost> {
    const { loaded, log } = options;
    const settings = checkedPackages({
      ...loaded.settings.packages!,
      path: loaded.locations.packagesPath,
    });
    const store = new PackageStore(settings.path);
    try {
      for (const done of await store.open()) log.warning(done);
    } catch (cause) {
      const { message } = cause as Error;
      throw new StartError(`Cannot use the folder of packages "${settings.path}": ${message}`, {
        cause,
      });
    }
    let host: PackagesHost | undefined;
    try {
      host = new PackagesHost(options, await openParts(options, { settings, store }));
      if (loaded.manage) await host.#openManagePage();
      await host.#load();
      return host;
    } catch (error) {
      await host?.stopExtensions();
      await host?.close();
      store.close();
      throw error;
    }
  }

  /** Paths that the listener passes on to here. */
  get routes(): Route[] {
    const manage = this.#manage;
    if (manage === undefined) return this.apiRoutes;
    return [...this.apiRoutes, { prefix: MANAGE_PREFIX, own: true, handler: manage.handle }];
  }

  /** Those that are for programs. */
  get apiRoutes(): Route[] {
    const door = this.#door;
    return [
      { prefix: "/api", own: true, handler: door.handle },
      // Of a client whose base address ends with a slash; empty segments mean nothing (10.2).
      { prefix: "//api", own: true, handler: door.handle },
      {
        prefix: "/temp",
        own: true,
        handler: (request, { remoteAddr }) =>
          door.authenticated(
            request,
            { address: remoteAddr.hostname, permission: "filesystem_edit" },
            (session) => this.#uploads.handle(request, session),
          ),
      },
    ];
  }

  async #load(): Promise<void> {
    const { develop, log } = this.#options;
    await this.packages.load();
    if (develop === undefined) return;
    const { name } = await this.packages.addFolder(develop).catch((cause) => {
      throw new StartError(`Cannot run the package in "${develop}": ${cause.message}`, { cause });
    });
    log.info(`Package "${name}" is run from "${develop}"`);
  }

  /** Once the host listens: who may reach it from this machine can learn how. */
  announce(): void {
    const { log, place } = this.#options;
    // A user of its own: too many sessions of one user end the one that waits for longest.
    const token = this.#operatorToken(0, operator());
    log.info(`Packages are in "${this.#parts.settings.path}"`);
    try {
      this.#accessFile = ApiAccessFile.write(this.#parts.store.ownFolder, {
        port: place.port,
        token,
      });
    } catch (error) {
      log.error(`Commands cannot reach this host: ${(error as Error).message}`);
    }
    const url = this.#manage?.newUrl(originOf(place.url, place.port));
    if (url !== undefined) log.print(`Packages are managed at ${url}\n`, "stdout");
  }

  /** Once they have been started: waits for those that tell when they are ready. */
  async ready(): Promise<void> {
    await this.packages.ready();
    if (!this.#parts.server.autoUpdate || this.packages.stopping) return;
    void this.#installer.updateAll();
  }

  /** Ends the processes, while their connections stand (contracts: AirDC++ 6.8). */
  async stopExtensions(): Promise<void> {
    this.#system.stop();
    await this.#accessFile?.remove();
    this.#ending.abort(new Error("the host is about to end"));
    // Together: an update waits for its new version until it hears that the host ends.
    await Promise.all([this.#installer.close(), this.packages.close()]);
  }

  /** Ends the door, behind the last of its extensions. */
  closeSockets(): Promise<void> {
    return this.#closing ??= this.#door.stop();
  }

  /** Ends what is left. */
  async close(): Promise<void> {
    await this.closeSockets();
    await this.#uploads.close();
    await this.#parts.server.close();
    this.#parts.store.close();
  }

  /** Settings of an extension are its own; others that listen learn no passwords (18 #9). */
  #publish(event: string, data: unknown, id?: string, hidden?: unknown): void {
    if (hidden === undefined) return this.#door.publish("extensions", event, { data, id });
    const extension = id === undefined ? undefined : this.packages.get(id);
    const knows = (session: Session) =>
      extension === undefined ? session.allows("admin") : speaksFor(session, extension);
    this.#door.publish("extensions", event, { data, id, to: knows });
    this.#door.publish("extensions", event, {
      data: hidden,
      id,
      to: (session) => session.type !== "extension" && !knows(session),
    });
  }

  #callerOf({ type, user }: Session): Caller | undefined {
    const grant = this.#options.registry.grant(user.username);
    if (type !== "extension" || grant === undefined) return undefined;
    return { kind: "extension", extensionId: user.username, grant };
  }

  #used({ type, user }: Session): void {
    if (type === "extension") this.packages.used(user.username);
  }

  /** The token of a fresh session for the command line or the management page. */
  #operatorToken(maxInactivityMs = OPERATOR_IDLE_MS, user = this.#operator): string {
    const options = { type: "plain", address: LOCAL, maxInactivityMs } as const;
    return this.#sessions.create(user, options).token;
  }

  async #openManagePage(): Promise<void> {
    const [{ ManagePage }, { loadPageFiles }] = await Promise.all([
      import("../airdcpp/manage/manage_page.ts"),
      import("../airdcpp/manage/page_files.ts"),
    ]);
    this.#manage = new ManagePage({
      files: await loadPageFiles(),
      issueSession: () => this.#operatorToken(),
      log: this.#options.log,
    });
  }

  /** contracts: AirDC++ 12.5, E39. */
  async #restartAll(): Promise<void> {
    const { packages } = this;
    const running = packages.all.filter(({ managed, running }) => managed && running);
    await Promise.all(running.map(async (extension) => {
      await packages.stop(extension, "all are restarted").catch(() => {});
      await packages.start(extension, "all are restarted").catch(() => {});
    }));
  }
}

/** @throws {StartError} when a file of the folder cannot be used, or an engine of the configuration */
async function openParts(
  { log }: PackagesHostOptions,
  { settings, store }: Pick<Parts, "settings" | "store">,
): Promise<Parts> {
  const folder = store.ownFolder;
  try {
    const configured = settings.users.map((user) => ({
      ...user,
      permissions: user.permissions.filter(isAccess),
    }));
    const users = await Users.open({ folder, log, configured });
    const server = await ServerSettings.open(folder, {
      report: (message) => log.warning(message),
      fixed: settings.engines === undefined ? {} : { extension_engines: settings.engines },
    });
    return { settings, store, users, server, cid: await loadCid(folder) };
  } catch (cause) {
    const { message } = cause as Error;
    const what = cause instanceof FieldError
      ? 'the configuration: in "packages.engines",'
      : `the folder of packages "${settings.path}":`;
    throw new StartError(`Cannot use ${what} ${message}`, { cause });
  }
}

/** Whom the command line and the management page act for. */
function operator(): SessionUser {
  return { username: "outrigger", permissions: new Permissions(["admin"]), lastLogin: 0 };
}

function originOf(url: string, port: number): string {
  const host = URL.canParse(url) && new URL(url).port === String(port)
    ? new URL(url).host
    : `127.0.0.1:${port}`;
  return `http://${host}`;
}
