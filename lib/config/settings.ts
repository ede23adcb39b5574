/**
 * What the rest of the program knows of the configuration: one flat, validated, mode-resolved
 * object.
 *
 * @module
 */

import type { Restrictions } from "../auth/grant.ts";
import type { Scopes } from "../auth/scopes.ts";

/** How the app is shown (contracts: Neutralino 7). */
export type Mode = "window" | "browser" | "cloud" | "chrome";

/** Which protocol generation an extension is started with; see README, "Extensions". */
export type Handshake = "both" | "stdin" | "arguments";

/** What an entry asks for, in its own words: path constants are not replaced. */
export interface Demand {
  /** Which program it is. */
  run: {
    command?: string;
    engine?: string;
    script?: string;
    denoBinary?: string;
    cwd?: string;
    env?: Record<string, string>;
  };
  /** Its own lists and scopes and those of the app; empty where nothing is bounded. */
  within: Restrictions[];
}

/** One entry of `extensions`, with the command for this operating system already chosen. */
export interface ExtensionEntry extends Scopes {
  id: string;
  /** Shell text, path constants already replaced; absent: a program started by somebody else connects. */
  command?: string;
  /** Absent: nobody has to accept it. */
  demand?: Demand;
  /** Runs `script` instead of `command`, which then only says so to people. */
  engine?: "deno";
  /** There if and only if `engine` is. */
  script?: string;
  /** Deno to run it with. Absent: `OUTRIGGER_DENO`, or the one on PATH. */
  denoBinary?: string;
  /** Default `both`. */
  handshake: Handshake;
  /** Narrows what this extension may call; see `Grant`. */
  nativeAllowList?: string[];
  nativeBlockList?: string[];
  /** Whether it starts with the host. Default true. */
  autoStart: boolean;
  /** Ids of loaded extensions; without cycles. */
  dependsOn: string[];
  /** `when-asked`, for packages alone: after an exit code that asks for it. */
  restart: "never" | "on-failure" | "always" | "when-asked";
  restartDelayMs: number;
  maxRestarts: number;
  restartWindowMs: number;
  /** When one that has not connected is reported. */
  startTimeoutMs: number;
  /** Time to end by itself before it is made to. */
  stopTimeoutMs: number;
  /** Absent: a silent connection is left alone. */
  heartbeatMs?: number;
  /** It comes with its package, or its registration, and goes with it. Absent: it does not. */
  packaged?: true;
  /** Beside the host's environment. */
  env: Record<string, string>;
  /** Absent: the host's. Path constants already replaced. */
  cwd?: string;
  /** Watched by `--watch-extensions`; absent: where its program is. Path constants already replaced. */
  watch?: string[];
  /** Patterns of files there that do not count, beside those that never do. */
  watchIgnore?: string[];
}

/** `modes.window` with the defaults of section 1.5. */
export interface WindowSettings {
  title: string;
  width: number;
  height: number;
  minWidth: number;
  minHeight: number;
  maxWidth: number;
  maxHeight: number;
  x: number;
  y: number;
  /** Whether the config names a position; 0, 0 is also the default. */
  positioned: boolean;
  center: boolean;
  fullScreen: boolean;
  alwaysOnTop: boolean;
  enableInspector: boolean;
  openInspectorOnStartup: boolean;
  borderless: boolean;
  maximize: boolean;
  resizable: boolean;
  hidden: boolean;
  transparent: boolean;
  exitProcessOnClose: boolean;
  useSavedState: boolean;
  skipTaskbar: boolean;
  useLogicalPixels: boolean;
  emitDropEvents: boolean;
  injectGlobals: boolean;
  injectClientLibrary: boolean;
  injectScript: string;
  icon: string;
  extendUserAgentWith: string;
  webviewArgs: string;
  newWindowPolicy: "system" | "browser" | "custom";
}

/** `modes.chrome`; also read by window mode for the browser to use. */
export interface BrowserSettings {
  width?: number;
  height?: number;
  /** Further arguments, of the config and of OUTRIGGER_BROWSER_ARGS, one element each. */
  args: string[];
  /** The configured browser for this operating system, path constants replaced. */
  browserBinary?: string;
}

/** What is logged, and into which files. */
export interface LoggingSettings {
  enabled: boolean;
  /** The host's log file and those of the extensions. */
  writeToLogFile: boolean;
  /** Of the files; the terminal always gets text. Default `text`. */
  format: "text" | "json";
  /** A file that would grow beyond is put aside. Default 1,048,576. */
  maxFileBytes: number;
  /** How many files put aside are kept of each log. Default 3. */
  keepFiles: number;
}

/** Bounds on what clients may make the host hold; every one may be set under `limits` in the config. */
export interface Limits {
  /** Largest incoming message, bytes. Default 32,000,000 (section 2.1). */
  maxMessageBytes: number;
  /** Largest amount waiting for one slow reader, bytes. Default 16,777,216. */
  maxOutboxBytes: number;
  /** Connections at the same time. Default 4096. */
  maxConnections: number;
  /** Calls of one connection that are not answered yet. Default 4096. */
  maxPendingCalls: number;
  /** Events kept for one extension that is not connected yet. Default 1000. */
  maxQueuedEvents: number;
  /** The same in bytes. Default 8,388,608. */
  maxQueuedBytes: number;
  /** How long such an event is kept, milliseconds. Default 60,000. */
  maxQueuedMs: number;
}

/** What the user lets one package do. */
export interface PackageGrant extends Restrictions {
  /** Access strings of the API; absent: those that packages have by default. */
  permissions?: string[];
  /** Default `strict`. */
  foreignModules: "strict" | "compat";
  /** Whether it is started with `--appPid`. Default true. */
  appPid: boolean;
  env: Record<string, string>;
}

/** Packaged extensions. */
export interface PackagesSettings {
  /** Holds a folder for each package. */
  path: string;
  /** Without a slash at the end. Default `https://registry.npmjs.org`. */
  registry: string;
  /** Absent: packages may be downloaded from everywhere. */
  downloadHosts?: string[];
  users: { username: string; password: string; permissions: string[] }[];
  /** By name; `*` for those that have none of their own. */
  grants: ReadonlyMap<string, PackageGrant>;
  /** Absent: the usual ones. */
  engines?: { name: string; command: string; arguments: string[] }[];
  /** Why a package is not installed, by name. */
  blocked: ReadonlyMap<string, string>;
}

/** The effective configuration: flag over mode over root over default (section 1.2, "Precedence"). */
export interface Settings extends Scopes {
  /** Sanitised (section 1.4). */
  applicationId: string;
  version?: string;
  mode: Mode;
  /** 0: chosen by the operating system. */
  port: number;
  url?: string;
  documentRoot?: string;
  enableServer: boolean;
  enableNativeAPI: boolean;
  singlePageServe: boolean;
  tokenSecurity: "one-time" | "none";
  exportAuthInfo: boolean;
  enableExtensions: boolean;
  /** Absent when the config has no `extensions` (then NL_EXTENABLED stays false, section 2.6). */
  extensions?: ExtensionEntry[];
  nativeAllowList?: string[];
  nativeBlockList?: string[];
  /** Names without the `NL_` prefix. */
  globalVariables: Record<string, unknown>;
  serverHeaders: Record<string, string>;
  logging: LoggingSettings;
  window: WindowSettings;
  browser: BrowserSettings;
  /** `cli.resourcesPath` and `cli.clientLibrary`, the two keys of `cli` a host reads. */
  cli: { resourcesPath?: string; clientLibrary?: string };
  /** Names accepted in `Host` beside loopback, cloud mode only; `*` accepts all. */
  allowedHosts: string[];
  /** Origins accepted beside the host's own, such as a development server's. */
  allowedOrigins: string[];
  /** Turns off connections of the older protocol that carry no connect token. */
  requireConnectToken: boolean;
  limits: Limits;
  /** Absent: there are none. */
  packages?: Omit<PackagesSettings, "path"> & { path?: string };
  /** The file plus flag overrides, for `app.getConfig`. */
  raw: Record<string, unknown>;
}

/** Where things are (section 1.7). All with `/` separators, none with a trailing slash. */
export interface Locations {
  /** `NL_PATH`, as given, may be relative. */
  appPath: string;
  /** `NL_DATAPATH`. */
  dataPath: string;
  /** Where `storage.*` keeps its files. */
  storagePath: string;
  /** `<dataPath>/.tmp`. */
  tempPath: string;
  /** `<dataPath>/neutralinojs.log`. */
  logFile: string;
  /** `<dataPath>/logs`: a log of each extension. */
  logsPath: string;
  /** `<dataPath>/packages`: where packages are, unless the configuration says otherwise. */
  packagesPath: string;
}
