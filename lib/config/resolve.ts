/**
 * From the configuration file's layers to one flat {@linkcode Settings}
 * (contracts: Neutralino 1.2, "Precedence", and 1.5).
 *
 * @module
 */

import type { Scopes } from "../auth/scopes.ts";
import { StartError, wireError } from "../errors.ts";
import { splitArgs } from "./browser_args.ts";
import { OS_SUFFIX, resolveExtensions } from "./extensions.ts";
import { given, overlay } from "./layers.ts";
import { sanitizeApplicationId } from "./locations.ts";
import { resolvePackages, withoutPasswords } from "./packages.ts";
import { type Constants, insertConstants } from "./path_constants.ts";
import { type ConfigFile, type Layer, MODES } from "./schema.ts";
import { resolveScopes, restrictions, scopeWarning } from "./scopes.ts";
import type {
  BrowserSettings,
  Limits,
  LoggingSettings,
  Mode,
  Settings,
  WindowSettings,
} from "./settings.ts";
import { quote } from "./validate.ts";

/** Section 1.5. */
const WINDOW: WindowSettings = {
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

const LOGGING: LoggingSettings = {
  enabled: true,
  writeToLogFile: true,
  format: "text",
  maxFileBytes: 1_048_576,
  keepFiles: 3,
};

const LIMITS: Limits = {
  maxMessageBytes: 32_000_000,
  maxOutboxBytes: 16_777_216,
  maxConnections: 4096,
  maxPendingCalls: 4096,
  maxQueuedEvents: 1000,
  maxQueuedBytes: 8_388_608,
  maxQueuedMs: 60_000,
};

/** What {@linkcode resolveSettings} needs beside the file. */
export interface ResolveOptions {
  /** The file's name for messages. */
  name: string;
  /** The same values as the file, for `app.getConfig`. */
  raw: Record<string, unknown>;
  os: typeof Deno.build.os;
  constants: Constants;
  /** Further browser arguments, from the environment. */
  browserArgs?: string | undefined;
}

/** Settings, and what the user should be told about them. */
export interface Resolved {
  settings: Settings;
  /** The mode's or the root's; they decide the places, see `locate()`. */
  dataLocation: string | undefined;
  storageLocation: string | undefined;
  warnings: string[];
}

/**
 * Resolves a validated configuration: mode over root over default, whole values, `null` as absent.
 *
 * @throws {StartError} when an extension's id can never connect, or a path can't stand in a command
 */
export function resolveSettings(config: ConfigFile, options: ResolveOptions): Resolved {
  const { raw } = options;
  const warnings: string[] = [];
  const mode = chooseMode(config.defaultMode, warnings);
  const layer: Partial<Layer> = config.modes?.[mode] ?? {};
  const pick = <Key extends keyof Layer>(key: Key): NonNullable<Layer[Key]> | undefined =>
    (Object.hasOwn(layer, key) ? layer[key] : undefined) ?? config[key] ?? undefined;

  const url = pick("url");
  if (url && !url.startsWith("/") && !URL.canParse(url)) {
    warnings.push(
      `"url" is ${quote(url)}, which no browser opens; expected a path that begins with "/", ` +
        `or a whole address`,
    );
  }
  const enableServer = pick("enableServer") ?? false;
  if (url?.startsWith("/") && !enableServer) {
    warnings.push(
      `"url" is ${
        quote(url)
      }, which nobody serves; set "enableServer": true, or give a whole address`,
    );
  }
  const documentRoot = pick("documentRoot");
  const extensions = pick("extensions");
  const nativeAllowList = pick("nativeAllowList");
  const nativeBlockList = pick("nativeBlockList");
  const tokenSecurity = pick("tokenSecurity") ?? "one-time";
  if (tokenSecurity !== "one-time" && tokenSecurity !== "none") {
    warnings.push(
      `"tokenSecurity" is ${
        quote(tokenSecurity)
      }, which counts as "none"; expected "one-time" or "none"`,
    );
  }
  const settings: Settings = {
    applicationId: sanitizeApplicationId(config.applicationId ?? "js.neutralino.framework"),
    ...given("version", config.version),
    mode,
    port: pick("port") ?? 0,
    // An empty text says nothing more than an absent key.
    ...given("url", url || undefined),
    ...given("documentRoot", documentRoot || undefined),
    enableServer,
    enableNativeAPI: pick("enableNativeAPI") ?? false,
    singlePageServe: pick("singlePageServe") ?? false,
    tokenSecurity: tokenSecurity === "one-time" ? "one-time" : "none",
    exportAuthInfo: pick("exportAuthInfo") ?? false,
    enableExtensions: pick("enableExtensions") ?? false,
    ...given(
      "extensions",
      extensions &&
        resolveExtensions(
          extensions,
          {
            ...options,
            where: `the configuration "${options.name}"`,
            app: restrictions(pick),
          },
          warnings,
        ),
    ),
    ...given("nativeAllowList", nativeAllowList),
    ...given("nativeBlockList", nativeBlockList),
    ...resolveScopes(pick, options.constants),
    globalVariables: withoutBadNames(pick("globalVariables") ?? {}, warnings),
    serverHeaders: pick("serverHeaders") ?? {},
    logging: overlay(LOGGING, pick("logging")),
    window: resolveWindow(config),
    browser: resolveBrowser(config, mode, options),
    cli: {
      ...given("resourcesPath", config.cli?.resourcesPath),
      ...given("clientLibrary", config.cli?.clientLibrary),
    },
    allowedHosts: pick("allowedHosts") ?? [],
    allowedOrigins: pick("allowedOrigins") ?? [],
    requireConnectToken: pick("requireConnectToken") ?? false,
    limits: overlay(LIMITS, pick("limits")),
    ...given("packages", resolvePackages(config.packages, options.constants)),
    raw: withoutPasswords(raw),
  };
  // Checked on every system, so that an app doesn't fail first on its users' machines.
  if (settings.applicationId === "" || settings.applicationId === ".") {
    throw new StartError(
      `Cannot use the configuration "${options.name}": "applicationId" is ${
        quote(config.applicationId)
      }, expected letters, digits, dots or underscores`,
    );
  }
  const bounded: [string, Scopes][] = [["the app", settings]];
  for (const entry of settings.extensions ?? []) bounded.push([`"${entry.id}"`, entry]);
  for (const [of, scopes] of bounded) {
    const warning = scopeWarning(of, scopes);
    if (warning !== undefined) warnings.push(warning);
  }
  return {
    settings,
    dataLocation: pick("dataLocation"),
    storageLocation: pick("storageLocation"),
    warnings,
  };
}

/** A name that no JavaScript variable can have would break the script with all the others. */
function withoutBadNames(
  variables: Record<string, unknown>,
  warnings: string[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => {
      if (/^[\p{ID_Continue}$]+$/u.test(name)) return true;
      warnings.push(
        `"globalVariables" has the name ${quote(name)}, which is ignored; ` +
          `expected letters, digits, "_" and "$"`,
      );
      return false;
    }),
  );
}

function chooseMode(text: string | null | undefined, warnings: string[]): Mode {
  const mode = MODES.find((mode) => mode === (text ?? "window"));
  if (mode !== undefined) return mode;
  const { code, message } = wireError("NE_CF_UNSUPMD", text ?? "");
  warnings.push(`${code}: ${message}`);
  return "window";
}

function resolveWindow(config: ConfigFile): WindowSettings {
  const window = config.modes?.window ?? {};
  const policy = window.newWindowPolicy;
  return {
    ...overlay(WINDOW, window),
    positioned: (window.x ?? window.y ?? undefined) !== undefined,
    newWindowPolicy: policy === "browser" || policy === "custom" ? policy : "system",
  };
}

/** Window mode's own `args` and `browserBinary` beat those of chrome mode. */
function resolveBrowser(
  config: ConfigFile,
  mode: Mode,
  { os, constants, browserArgs }: ResolveOptions,
): BrowserSettings {
  const chrome = config.modes?.chrome ?? {};
  const window = mode === "window" ? config.modes?.window ?? {} : {};
  const suffix = OS_SUFFIX.get(os);
  const key = suffix === undefined || suffix === "FreeBSD"
    ? undefined
    : `browserBinary${suffix}` as const;
  const binary = (key && window[key]) ?? window.browserBinary ?? (key && chrome[key]) ??
    chrome.browserBinary;
  const args = window.args ?? chrome.args ?? "";
  return {
    ...given("width", chrome.width),
    ...given("height", chrome.height),
    args: [...splitArgs(args, os), ...splitArgs(browserArgs ?? "", os)],
    ...given("browserBinary", binary ? insertConstants(binary, constants) : undefined),
  };
}

/** `{ key: value }`, or nothing when the value is absent. */
