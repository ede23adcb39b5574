/**
 * The `NL_` variables of pages (contracts: Neutralino 2.6).
 *
 * @module
 */

import type { LoadedConfig } from "../config/load.ts";
import { workingFolder } from "../machine/environment.ts";
import { architecture, osName } from "../machine/names.ts";
import { type Globals, PROTOCOL_VERSION } from "../neutralino/globals.ts";
import { VERSION } from "../version.ts";

/** What they tell of a running host. */
export interface PageGlobalsOptions {
  port: () => number;
  customMethods: string[];
  /** A command line that starts this host anew. */
  commandLine: readonly string[];
  locale: () => string;
}

/** Gives the variables as they are when a page asks. */
export function pageGlobals(
  { settings, locations, source, configFile }: LoadedConfig,
  { port, customMethods, commandLine, locale }: PageGlobalsOptions,
): () => Globals {
  return () => ({
    OS: osName(),
    ARCH: architecture(),
    VERSION: PROTOCOL_VERSION,
    COMMIT: `outrigger-${VERSION}`,
    APPID: settings.applicationId,
    APPVERSION: settings.version,
    PORT: port(),
    MODE: settings.mode,
    CWD: workingFolder().replaceAll("\\", "/"),
    ARGS: commandLine,
    PATH: locations.appPath,
    DATAPATH: locations.dataPath,
    PID: Deno.pid,
    RESMODE: source.kind,
    EXTENABLED: settings.enableExtensions && settings.extensions !== undefined,
    CMETHODS: customMethods,
    WSAVSTLOADED: false,
    CONFIGFILE: configFile,
    LOCALE: locale(),
    COMPDATA: "",
    ...settings.globalVariables,
  });
}
