/**
 * Which browser shows the app in chrome and window mode (contracts: Neutralino 7.3).
 *
 * @module
 */

import { StartError } from "../errors.ts";
import type { OperatingSystem } from "../process/shell.ts";

/** Where to look. */
export interface BrowserSearch {
  mode: "chrome" | "window";
  /** `modes.chrome.browserBinary` for this system; tried first. */
  configured?: string;
  os?: OperatingSystem;
  /** Default: the host's environment. */
  env?: (name: string) => string | undefined;
  /** Whether a path is a regular file, links followed. */
  isFile?: (path: string) => boolean;
}

const UNIX = [
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
];
const LINUX = [...UNIX, "/snap/bin/chromium"];
// Not on the reference's list for Linux; window mode is ours, and this one does as well.
const LINUX_EDGE = ["/usr/bin/microsoft-edge-stable", "/usr/bin/microsoft-edge"];
const MAC = ["Google Chrome", "Google Chrome Canary", "Chromium", "Microsoft Edge"]
  .map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** Folder variable and the path below it, in the order of the contract. */
const WINDOWS: readonly (readonly [variable: string, path: string])[] = [
  ...["LocalAppData", "ProgramFiles", "ProgramFiles(x86)"]
    .map((folder) => [folder, "Google\\Chrome\\Application\\chrome.exe"] as const),
  ...["LocalAppData", "ProgramFiles", "ProgramFiles(x86)"]
    .map((folder) => [folder, "Chromium\\Application\\chrome.exe"] as const),
  ...["ProgramFiles(x86)", "ProgramFiles"]
    .map((folder) => [folder, "Microsoft\\Edge\\Application\\msedge.exe"] as const),
];

/** The paths to try, in order. */
export function browserCandidates(
  { mode, configured, os = Deno.build.os, env = Deno.env.get }: BrowserSearch,
): string[] {
  const first = configured === undefined || configured === "" ? [] : [configured];
  switch (os) {
    case "windows":
      return [
        ...first,
        ...WINDOWS.flatMap(([variable, path]) => {
          const folder = env(variable);
          return folder === undefined || folder === "" ? [] : [`${folder}\\${path}`];
        }),
      ];
    case "darwin":
      return [...first, ...MAC, ...UNIX];
    default:
      return [...first, ...LINUX, ...(mode === "window" ? LINUX_EDGE : [])];
  }
}

/**
 * The first candidate that is a regular file. PATH is not searched.
 *
 * @throws {StartError} if there is none
 */
export function findBrowser(search: BrowserSearch): string {
  const { isFile = isRegularFile } = search;
  const candidates = browserCandidates(search);
  const found = candidates.find((path) => isFile(path));
  if (found === undefined) {
    throw new StartError(
      `Cannot open a window in mode "${search.mode}": no Chromium, Chrome or Edge at ` +
        `${candidates.map((path) => `"${path}"`).join(", ")}; install one or name it in the ` +
        "config key modes.chrome.browserBinary",
    );
  }
  return found;
}

function isRegularFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
