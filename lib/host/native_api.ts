/**
 * The native API put together: every namespace's table, and what has to end with the host.
 *
 * @module
 */

import type { LoadedConfig } from "../config/load.ts";
import type { Hub } from "../hub/hub.ts";
import type { HostLog } from "../log.ts";
import { type AppHost, appMethods } from "../methods/app.ts";
import { clipboardMethods } from "../methods/clipboard.ts";
import { computerMethods } from "../methods/computer.ts";
import { customMethods } from "../methods/custom.ts";
import { debugMethods } from "../methods/debug.ts";
import { eventMethods } from "../methods/events.ts";
import { extensionMethods } from "../methods/extensions.ts";
import { filesystemMethods } from "../methods/filesystem.ts";
import { netMethods } from "../methods/net.ts";
import { osMethods } from "../methods/os.ts";
import { resourceMethods } from "../methods/resources.ts";
import { serverMethods } from "../methods/server.ts";
import { storageMethods } from "../methods/storage.ts";
import { windowMethods } from "../methods/window.ts";
import type { MethodTable } from "../router/method.ts";
import type { MountTable } from "../server/mounts.ts";

/** What the native API needs of its host. */
export interface NativeApiOptions {
  app: AppHost;
  hub: Hub;
  log: HostLog;
  loaded: LoadedConfig;
  loadedExtensions: () => string[];
  mounts: MountTable;
  custom: MethodTable;
  /** What methods have started ends with the host. */
  cleanUp: AsyncDisposableStack;
}

/** The tables of all namespaces. */
export function nativeApi(options: NativeApiOptions): MethodTable[] {
  const { app, hub, log, loaded, mounts, cleanUp } = options;
  const { settings, locations, source, configFile } = loaded;
  return [
    appMethods(app),
    clipboardMethods(),
    computerMethods(),
    customMethods(options.custom),
    debugMethods(log),
    eventMethods(hub),
    extensionMethods({ hub, loadedExtensions: options.loadedExtensions }),
    filesystemMethods({ hub, log, cleanUp }),
    netMethods(),
    osMethods(),
    resourceMethods({ source, configFile, resourcesPath: settings.cli.resourcesPath }),
    serverMethods(mounts),
    storageMethods(locations.storagePath),
    windowMethods(),
  ];
}
