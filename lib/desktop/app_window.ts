/**
 * The browser process that shows the app (contracts: Neutralino 7.1, 7.3).
 *
 * @module
 */

import { StartError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Masker } from "../process/mask.ts";
import { OutputRelay } from "../process/output_relay.ts";
import { type ProcessGroup, spawnGroup } from "../process/process_group.ts";
import { stopGroup, type StopOptions } from "../process/stop_ladder.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { describeEarlyExit, surroundings } from "./early_exit.ts";
import {
  browserArguments,
  injectingKeys,
  type LaunchPlan,
  unsupportedWindowKeys,
} from "./launch.ts";
import { takeProfile } from "./profile.ts";

/** What `launchBrowser` needs beside the plan. */
export interface LaunchOptions {
  log: Log;
  /** Hides secrets in what the browser prints. */
  masker?: Masker;
  /** Ends the browser with a host that is killed. */
  watchdog?: Watchdog;
}

/** How a browser ended. */
export interface BrowserExit {
  /** 128 plus the number of the signal if one ended it. */
  code: number;
  /** Its last lines on stderr, oldest first. */
  stderrTail: string[];
}

/** A running browser. */
export interface AppWindow {
  readonly pid: number;
  /** Settles when the browser has ended, whoever ended it. Never rejects. */
  readonly exited: Promise<BrowserExit>;
  /** The text for a browser that ended within `EARLY_EXIT_MS` and before a page connected. */
  describeEarlyExit(exit: BrowserExit): string;
  /** SIGTERM, and SIGKILL two seconds later, for all of its processes; frees the profile. */
  close(options?: Pick<StopOptions, "termMs">): Promise<void>;
}

/**
 * Starts the browser on the app's page, with a profile that only the user can read and no other host
 * has.
 *
 * @param binary from `findBrowser`
 * @throws {StartError} if the profile cannot be made or the browser cannot be started
 */
export async function launchBrowser(
  binary: string,
  { plan, log, masker, watchdog }: LaunchOptions & { plan: LaunchPlan },
): Promise<AppWindow> {
  if (plan.mode === "window") logUnsupported(plan, log);
  const profile = await takeProfile(...plan.profilePlaces);
  const args = browserArguments(plan, profile.path);
  let group: ProcessGroup;
  try {
    group = spawnGroup({ program: binary, args, stdin: "null" });
  } catch (error) {
    profile.release();
    throw new StartError(`Cannot start the browser "${binary}": ${reason(error)}`, {
      cause: error,
    });
  }
  watchdog?.add(group.pid);
  const relay = new OutputRelay(group, { log, ...(masker === undefined ? {} : { masker }) });
  const exited = group.status.then(async ({ code }) => {
    await relay.finish();
    return { code, stderrTail: relay.lastErrors() };
  });
  return {
    pid: group.pid,
    exited,
    describeEarlyExit: (exit) =>
      describeEarlyExit({ ...exit, ...surroundings(), binary, args, profile: profile.path }),
    async close({ termMs = 2000 } = {}) {
      await stopGroup(group, { graceMs: 0, termMs });
      // Only now: a wrapper script may end long before the browser it started.
      watchdog?.remove(group.pid);
      profile.release();
      await relay.finish();
    },
  };
}

function logUnsupported(plan: LaunchPlan, log: Log): void {
  const keys = unsupportedWindowKeys(plan.window);
  if (keys.length > 0) {
    log.debug(`Without effect in a browser window: ${keys.map((key) => `modes.window.${key}`)}`);
  }
  const injecting = injectingKeys(plan.window);
  if (injecting.length > 0) {
    log.warning(
      `Nothing is injected into pages (${injecting.map((key) => `modes.window.${key}`)}): a page ` +
        "must load what it needs, __neutralino_globals.js and neutralino.js for instance",
    );
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
