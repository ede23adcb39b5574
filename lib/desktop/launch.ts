/**
 * The command line of the browser (contracts: Neutralino 7.3). A list of arguments and never shell
 * text, so that nothing in a path or URL means more than itself (11.9; security row 14).
 *
 * @module
 */

import type { BrowserSettings, WindowSettings } from "../config/settings.ts";
import { profilePath } from "./profile.ts";

/** What the browser is to show, and how. */
export interface LaunchPlan {
  mode: "chrome" | "window";
  /** The navigation URL. */
  url: string;
  /** Folders that profiles may lie in; the first one that can be written to is taken. */
  profilePlaces: [string, ...string[]];
  browser: BrowserSettings;
  window: WindowSettings;
}

// The reference's, in its order, without --disable-features=site-per-process, which takes away the
// wall between the app and what it embeds (11.17).
const FIXED_SWITCHES: readonly string[] = [
  "--disable-background-networking",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-breakpad",
  "--disable-client-side-phishing-detection",
  "--disable-default-apps",
  "--disable-dev-shm-usage",
  "--disable-infobars",
  "--disable-extensions",
  "--disable-hang-monitor",
  "--disable-ipc-flooding-protection",
  "--disable-popup-blocking",
  "--disable-prompt-on-repost",
  "--disable-renderer-backgrounding",
  "--disable-sync",
  "--disable-translate",
  "--disable-windows10-custom-titlebar",
  "--metrics-recording-only",
  "--no-first-run",
  "--no-default-browser-check",
  "--safebrowsing-disable-auto-update",
  "--password-store=basic",
  "--use-mock-keychain",
  // Ours: a page that comes back from there has lost its connection, and makes no other.
  "--disable-back-forward-cache",
];

/**
 * The arguments of the browser, in the order of the contract.
 *
 * @param profile its folder
 */
export function browserArguments(
  plan: LaunchPlan,
  profile = profilePath(plan.profilePlaces[0]),
): string[] {
  const { mode, url, browser, window } = plan;
  return [
    ...FIXED_SWITCHES,
    `--user-data-dir=${profile}`,
    `--app=${plainUrl(url)}`,
    ...(mode === "window" ? windowSwitches(window) : sizeSwitch(browser.width, browser.height)),
    ...browser.args,
  ];
}

/**
 * The keys of `modes.window` that are set to something a browser window cannot do, for one line in
 * the log.
 */
export function unsupportedWindowKeys(window: WindowSettings): string[] {
  const set: Partial<Record<keyof WindowSettings, boolean>> = {
    minWidth: window.minWidth !== -1,
    minHeight: window.minHeight !== -1,
    maxWidth: window.maxWidth !== -1,
    maxHeight: window.maxHeight !== -1,
    center: window.center,
    alwaysOnTop: window.alwaysOnTop,
    borderless: window.borderless,
    resizable: !window.resizable,
    hidden: window.hidden,
    transparent: window.transparent,
    skipTaskbar: window.skipTaskbar,
    icon: window.icon !== "",
    extendUserAgentWith: window.extendUserAgentWith !== "",
    webviewArgs: window.webviewArgs !== "",
    emitDropEvents: window.emitDropEvents,
    newWindowPolicy: window.newWindowPolicy !== "system",
  };
  return Object.entries(set).filter(([, isSet]) => isSet).map(([key]) => key);
}

/** The keys of `modes.window` that would put scripts into pages. A page without its own does nothing. */
export function injectingKeys(window: WindowSettings): string[] {
  return (["injectGlobals", "injectClientLibrary", "injectScript"] as const)
    .filter((key) => window[key]);
}

/** Chromium opens no window for an address with a space or a letter beyond ASCII as it stands. */
function plainUrl(url: string): string {
  return /[^!-~]/.test(url) ? URL.parse(url)?.href ?? url : url;
}

function windowSwitches(window: WindowSettings): string[] {
  const switches = sizeSwitch(window.width, window.height);
  if (window.positioned) switches.push(`--window-position=${window.x},${window.y}`);
  switches.push(`--window-name=${window.title}`);
  if (window.maximize) switches.push("--start-maximized");
  if (window.fullScreen) switches.push("--start-fullscreen");
  return switches;
}

function sizeSwitch(width: number | undefined, height: number | undefined): string[] {
  return width === undefined || height === undefined ? [] : [`--window-size=${width},${height}`];
}
