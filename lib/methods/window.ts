/**
 * `window.*`: known by name, without effect, while the host has no window of its own
 * (contracts: Neutralino 5.3 rule 5, 6.14).
 *
 * @module
 */

import { type MethodTable, told } from "../router/method.ts";

const VERBS =
  `setTitle getTitle maximize unmaximize isMaximized minimize unminimize isMinimized setFullScreen
  exitFullScreen isFullScreen show hide isVisible focus setIcon setBadge move center setSize getSize
  getPosition setAlwaysOnTop setBorderless snapshot setMainMenu beginDrag print`.split(/\s+/);

/** The table of `window.*`: every one answers success and is discarded. */
export function windowMethods(): MethodTable {
  return new Map(VERBS.map((verb) => {
    const name = `window.${verb}`;
    const result = told(`Discarded. ${name} works within the window mode only`);
    return [name, { run: () => result }];
  }));
}
