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
import { clipboardMethods } from "../methods/clipboard.ts";
import { computerMethods } from "../methods/computer.ts";
import { type CustomMethods, customMethods } from "../methods/custom.ts";
import { debugMethods } from "../methods/debug.ts";
import { eventMethods } from "../methods/events.ts";
import { extensionMethods } from "../methods/extensions.ts";
import { filesystemMethods } from "../methods/filesystem.ts";
import { hookMethods } from "../methods/hooks.ts";
import { hostMethods } from "../methods/host.ts";
import { netMethods } from "../methods/net.ts";
import { osMethods } from "../methods/os.ts";
import { resourceMethods } from "../methods/resources.ts";
import { serverMethods } from "../methods/server.ts";
import { storageMethods } from "../methods/storage.ts";
import { windowMethods } from "../methods/window.ts";
import type { Children } from "../process/children.ts";
import type { Watchdog } from "../process/watchdog.ts";
import type { MethodTable } from "../router/method.ts";
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

/** The tables of all namespaces. */
export function nativeApi(options: NativeApiOptions): MethodTable[] {
  const { app, hub, log, loaded, mounts, cleanUp } = options;
  const { settings, locations, source, configFile } = loaded;
  const ending = new AbortController();
  const calls = new CallBroker(hub, settings.limits);
  const hooks = new Hooks(hub);
  cleanUp.defer(() => {
    ending.abort();
    calls.close();
    hooks.close();
  });
  return [
    appMethods(app),
    clipboardMethods(),
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
    filesystemMethods(options),
    hookMethods(hooks),
    hostMethods(options),
    netMethods({ trustedCertificates: options.trustedCertificates, signal: ending.signal }),
    osMethods(options),
    resourceMethods({ source, configFile, resourcesPath: settings.cli.resourcesPath }),
    serverMethods(mounts),
    storageMethods(locations.storagePath),
    windowMethods(),
  ];
}
