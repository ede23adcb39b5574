/**
 * The native API put together: every namespace's table, and what has to end with the host.
 *
 * @module
 */

import type { LoadedConfig } from "../config/load.ts";
import type { LocaleInfo } from "../config/locale.ts";
import type { UserDesktop } from "../desktop/user_desktop.ts";
import { CallBroker } from "../extensions/calls.ts";
import { Hooks } from "../extensions/hooks.ts";
import type { ExtensionLogs } from "../extensions/logs.ts";
import type { ExtensionRegistry } from "../extensions/registry.ts";
import type { Hub } from "../hub/hub.ts";
import type { HostLog } from "../log.ts";
import { type AppHost, appMethods } from "../methods/app.ts";
import { computerMethods } from "../methods/computer.ts";
import { type CustomMethods, customMethods } from "../methods/custom.ts";
import { debugMethods } from "../methods/debug.ts";
import { eventMethods } from "../methods/events.ts";
import { extensionMethods } from "../methods/extensions.ts";
import { hookMethods } from "../methods/hooks.ts";
import { windowMethods } from "../methods/window.ts";
import type { Children } from "../process/children.ts";
import type { Watchdog } from "../process/watchdog.ts";
import type { MethodTable } from "../router/method.ts";
import type { RouterOptions } from "../router/router.ts";
import type { MountTable } from "../server/mounts.ts";
import type { Refusals } from "../server/refusals.ts";

/** What the native API needs of its host. */
export interface NativeApiOptions {
  app: AppHost;
  hub: Hub;
  log: HostLog;
  loaded: LoadedConfig;
  registry: ExtensionRegistry;
  children: Children;
  watchdog: Watchdog;
  desktop: UserDesktop;
  locale: () => LocaleInfo;
  mounts: MountTable;
  custom: CustomMethods;
  /** What extensions print, and who was refused: for a diagnosis. */
  logs: ExtensionLogs;
  refusals: Refusals;
  /** Where the host is, once it listens. */
  place: { readonly url: string; readonly port: number };
  /** Certificates in PEM that `net.request` trusts beside those of the system. */
  trustedCertificates: readonly string[];
  /** What has to end with the host is put on it. */
  cleanUp: AsyncDisposableStack;
}

/**
 * The tables of all namespaces. What takes time to load and most starts do not need is loaded at the
 * first call. Namespaces that pass data on (`Method.relays`) are there from the start.
 */
export function nativeApi(
  options: NativeApiOptions,
): Required<Pick<RouterOptions, "tables" | "lateTables">> {
  const { app, hub, log, loaded, mounts, cleanUp } = options;
  const { settings, locations, source, configFile } = loaded;
  const startedAt = performance.now();
  const ending = new AbortController();
  const calls = new CallBroker(hub, settings.limits);
  const hooks = new Hooks(hub);
  cleanUp.defer(() => {
    ending.abort();
    calls.close();
    hooks.close();
  });
  const tables = [
    appMethods(app),
    computerMethods(),
    customMethods(options.custom),
    debugMethods(log),
    eventMethods(hub),
    extensionMethods({
      hub,
      registry: options.registry,
      constants: loaded.constants,
      calls,
    }),
    hookMethods(hooks),
    windowMethods(),
  ];
  const lateTables = new Map<string, () => Promise<MethodTable>>([
    ["clipboard", async () => (await import("../methods/clipboard.ts")).clipboardMethods()],
    [
      "filesystem",
      async () => (await import("../methods/filesystem.ts")).filesystemMethods(options),
    ],
    [
      "host",
      async () => (await import("../methods/host.ts")).hostMethods({ ...options, startedAt }),
    ],
    ["net", async () => {
      const { netMethods } = await import("../methods/net.ts");
      return netMethods({
        trustedCertificates: options.trustedCertificates,
        signal: ending.signal,
        port: () => options.place.port,
      });
    }],
    ["os", async () => (await import("../methods/os.ts")).osMethods(options)],
    ["resources", async () => {
      const { resourceMethods } = await import("../methods/resources.ts");
      return resourceMethods({ source, configFile, resourcesPath: settings.cli.resourcesPath });
    }],
    ["server", async () => (await import("../methods/server.ts")).serverMethods(mounts)],
    ["storage", async () => {
      return (await import("../methods/storage.ts")).storageMethods(locations.storagePath);
    }],
  ]);
  return { tables, lateTables };
}
