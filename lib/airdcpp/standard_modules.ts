/**
 * The modules that need nothing but the door and a few parts of the host.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import type { Hub } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import type { Router } from "../router/router.ts";
import { SparseLog } from "../server/sparse_log.ts";
import type { AirDcppDoor } from "./door.ts";
import type { EventLog } from "./event_log.ts";
import { ExtensionClients } from "./extension_clients.ts";
import { eventsModule } from "./modules/events.ts";
import { menusModule } from "./modules/menus.ts";
import { outriggerModule } from "./modules/outrigger.ts";
import { type ServerSettings, settingsModule } from "./modules/settings.ts";
import { type SystemModule, systemModule } from "./modules/system.ts";
import type { Route } from "./route.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { SystemInfo } from "./system_info.ts";

/** What {@linkcode registerStandardModules} needs. */
export interface StandardModulesOptions {
  hub: Hub;
  log: Log;
  router: Pick<Router, "execute">;
  sessions: Sessions;
  eventLog: EventLog;
  settings: ServerSettings;
  systemInfo(): SystemInfo;
  /** Stops and starts all extensions. */
  restartWeb(): void;
  /** Ends the host. */
  shutdown(): void;
  /** How long after their answers these two are called, milliseconds. Default 500. */
  delayMs?: number;
  /** Who calls by the session of an extension: `{kind: "extension", extensionId, grant}`. */
  callerOf(session: Session): Caller | undefined;
  /** `list_menuitems_hook_timeout`, seconds. */
  menuTimeoutSeconds(): number;
  /** Further endpoints of module `outrigger`. Default none. */
  outriggerRoutes?: readonly Route[];
}

/**
 * Registers `system`, `events`, `menus`, `settings` and `outrigger`.
 *
 * @returns the module `system`, which has to be stopped
 */
export function registerStandardModules(
  door: AirDcppDoor,
  options: StandardModulesOptions,
): SystemModule {
  const { hub, log, sessions } = options;
  const { subscriptions, hooks } = door;
  const sparse = new SparseLog((line) => log.warning(line));
  const publish = (module: string, event: string, data: unknown) =>
    door.publish(module, event, { data });
  const clients = new ExtensionClients({
    hub,
    sessions,
    subscriptions,
    callerOf: options.callerOf,
    complain: (message) => sparse.write(message),
  });
  const system = systemModule({ ...options, publish });
  door.register(system);
  door.register(eventsModule({ eventLog: options.eventLog, publish }));
  door.register(menusModule({ hooks, timeoutSeconds: options.menuTimeoutSeconds, publish }));
  door.register(settingsModule(options.settings));
  const outrigger = outriggerModule({
    router: options.router,
    callerOf: (session) => clients.of(session),
  });
  const further = options.outriggerRoutes ?? [];
  door.register({ ...outrigger, routes: [...outrigger.routes, ...further] });
  return system;
}
