/**
 * Programs that stand in for browsers and openers, and the plan of a launch.
 *
 * @module
 */

import type { WindowSettings } from "../../lib/config/settings.ts";
import type { LaunchPlan } from "../../lib/desktop/launch.ts";

/** Writes an executable shell script and answers its path. */
export async function writeScript(path: string, body: string): Promise<string> {
  // Written aside and renamed, or a process forked meanwhile could hold it open for writing.
  await Deno.writeTextFile(`${path}.new`, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  await Deno.rename(`${path}.new`, path);
  return path;
}

/** Shell text that writes the script's arguments to `file`, each ended by a NUL. */
export function dumpArguments(file: string): string {
  return `printf '%s\\0' "$@" > '${file}.part'; mv '${file}.part' '${file}'`;
}

/** What `dumpArguments` wrote. */
export async function dumpedArguments(file: string): Promise<string[]> {
  return (await Deno.readTextFile(file)).split("\0").slice(0, -1);
}

/** `modes.window` with nothing configured. */
export const DEFAULT_WINDOW: WindowSettings = {
  title: "Neutralinojs",
  width: 800,
  height: 600,
  minWidth: -1,
  minHeight: -1,
  maxWidth: -1,
  maxHeight: -1,
  x: 0,
  y: 0,
  positioned: false,
  center: false,
  fullScreen: false,
  alwaysOnTop: false,
  enableInspector: false,
  openInspectorOnStartup: true,
  borderless: false,
  maximize: false,
  resizable: true,
  hidden: false,
  transparent: false,
  exitProcessOnClose: true,
  useSavedState: true,
  skipTaskbar: false,
  useLogicalPixels: false,
  emitDropEvents: false,
  injectGlobals: false,
  injectClientLibrary: false,
  injectScript: "",
  icon: "",
  extendUserAgentWith: "",
  webviewArgs: "",
  newWindowPolicy: "system",
};

/** A plan in chrome mode with nothing configured. */
export function planFor(tempPath: string, changes: Partial<LaunchPlan> = {}): LaunchPlan {
  return {
    mode: "chrome",
    url: "http://127.0.0.1:1234",
    profilePlaces: [tempPath],
    browser: { args: [] },
    window: DEFAULT_WINDOW,
    ...changes,
  };
}
