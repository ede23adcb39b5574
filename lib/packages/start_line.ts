/**
 * What an extension is started with (contracts: AirDC++ 5).
 *
 * @module
 */

import { join, SEPARATOR } from "@std/path";

/** The three folders of a package. */
export interface PackageFolders {
  package: string;
  settings: string;
  logs: string;
}

/** What the parameters say. */
export interface StartLineOptions {
  name: string;
  /** The script, relative to the folder of the package. */
  main: string;
  folders: PackageFolders;
  /** `host:port/api/v1/`, without a scheme. */
  apiUrl: string;
  /** Must not look like a number: clients would take it for one. */
  token: string;
  debug: boolean;
  signalReady: boolean;
  /** Process id of the host. Absent: left out, for extensions that know no such parameter. */
  appPid?: number | undefined;
}

/**
 * What stands behind the engine and its arguments: the script and its parameters, one element each, in
 * the original's order. Nothing may be added: some extensions end for a parameter they do not know.
 *
 * @example
 * ```ts
 * import { startLine } from "./start_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = startLine({
 *   name: "airdcpp-a",
 *   main: "dist/main.js",
 *   folders: { package: "/e/package", settings: "/e/settings", logs: "/e/logs/" },
 *   apiUrl: "127.0.0.1:5600/api/v1/",
 *   token: "b1f872e9-ddf8-4d55-98e4-ae1a024908cd",
 *   debug: false,
 *   signalReady: true,
 *   appPid: 12,
 * });
 * assertEquals(line[0], "/e/package/dist/main.js");
 * assertEquals(line.slice(4), [
 *   "--logPath=/e/logs/",
 *   "--settingsPath=/e/settings/",
 *   "--signalReady",
 *   "--appPid=12",
 * ]);
 * ```
 */
export function startLine(options: StartLineOptions): string[] {
  return [join(options.folders.package, options.main), ...startParameters(options)];
}

/** The same without the script. */
export function startParameters(options: Omit<StartLineOptions, "main">): string[] {
  const { name, folders, apiUrl, token, debug, signalReady, appPid } = options;
  return [
    `--name=${name}`,
    `--apiUrl=${apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`}`,
    `--authToken=${token}`,
    `--logPath=${asFolder(folders.logs)}`,
    `--settingsPath=${asFolder(folders.settings)}`,
    ...(debug ? ["--debug"] : []),
    ...(signalReady ? ["--signalReady"] : []),
    ...(appPid === undefined ? [] : [`--appPid=${appPid}`]),
  ];
}

/** Clients put the name of a file right behind it. */
function asFolder(path: string): string {
  return /[/\\]$/.test(path) ? path : path + SEPARATOR;
}
