/**
 * Module `system` (contracts: AirDC++ 12.5, E35 to E42).
 *
 * @module
 */

import { Fields } from "../fields.ts";
import type { ApiModule } from "../route.ts";
import type { Sessions } from "../sessions.ts";
import type { SystemInfo } from "../system_info.ts";

/** What the module is made of. */
export interface SystemModuleOptions {
  sessions: Sessions;
  systemInfo(): SystemInfo;
  /** Stops and starts all extensions. */
  restartWeb(): void;
  /** Ends the host. */
  shutdown(): void;
  /** How long after the answer these two are called, milliseconds. Default 500. */
  delayMs?: number;
  /** Where its events go. */
  publish(module: string, event: string, data: unknown): void;
}

/** The module, and the end of what it has started. */
export interface SystemModule extends ApiModule {
  /** Takes back a restart or shutdown that has been asked for and not begun. */
  stop(): void;
}

const DELAY_MS = 500;
/** One process answers all requests. */
const SERVER_THREADS = 1;

/** Makes the module. The away state is kept in memory and means nothing to this host. */
export function systemModule(options: SystemModuleOptions): SystemModule {
  let away = false;
  const timers = new Map<() => void, ReturnType<typeof setTimeout>>();
  const awayState = () => ({ id: away ? "manual" : "off" });

  /** Asked twice is asked once. */
  function soon(action: () => void): void {
    if (timers.has(action)) return;
    const timer = setTimeout(() => {
      timers.delete(action);
      action();
    }, options.delayMs ?? DELAY_MS);
    timers.set(action, timer);
  }

  return {
    name: "system",
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
    events: { permission: "any", names: new Map([["away_state", "module"]]) },
    routes: [
      {
        method: "GET",
        path: "system/system_info",
        permission: "any",
        run: () => options.systemInfo(),
      },
      {
        method: "GET",
        path: "system/stats",
        permission: "any",
        run: () => ({
          server_threads: SERVER_THREADS,
          active_sessions: options.sessions.all.filter(({ type }) => type !== "extension").length,
        }),
      },
      { method: "GET", path: "system/away", permission: "any", run: awayState },
      {
        method: "POST",
        path: "system/away",
        permission: "any",
        run({ body }) {
          const wanted = new Fields(body).boolean("away");
          const changed = wanted !== away;
          away = wanted;
          if (changed) options.publish("system", "away_state", awayState());
          return awayState();
        },
      },
      {
        method: "POST",
        path: "system/restart_web",
        permission: "admin",
        run: () => soon(options.restartWeb),
      },
      {
        method: "POST",
        path: "system/shutdown",
        permission: "admin",
        run: () => soon(options.shutdown),
      },
    ],
  };
}
