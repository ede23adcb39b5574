/**
 * Loading the configuration of an app (contracts: Neutralino 1.1, steps 2 to 4).
 *
 * @module
 */

import { StartError, wireError } from "../errors.ts";
import type { Log } from "../log.ts";
import { openResources } from "../resources/open.ts";
import type { ResourceSource } from "../resources/source.ts";
import { readConfig } from "./config_file.ts";
import { type ParsedFlags, parseFlags } from "./flags.ts";
import type { SecretFolders } from "../filesystem/secret_folders.ts";
import { locate, secretFolders } from "./locations.ts";
import { osPath, tidyPath } from "./os_paths.ts";
import { applyOverrides, cloneJson, isObject } from "./overrides.ts";
import { type Constants, pathConstants } from "./path_constants.ts";
import { resolveSettings } from "./resolve.ts";
import type { Locations, Settings } from "./settings.ts";
import { validateConfig } from "./validate.ts";

/** The world {@linkcode loadConfig} looks at; nothing is read from globals. */
export interface LoadConfigOptions {
  /** The command line without element 0. */
  args: readonly string[];
  /** The running executable. */
  execPath: string;
  /** Whether that is a compiled app, and not `deno`. */
  compiled: boolean;
  /** The working directory. */
  cwd: string;
  env: (name: string) => string | undefined;
  os: typeof Deno.build.os;
  log: Log;
}

/** A loaded configuration. */
export interface LoadedConfig {
  settings: Settings;
  locations: Locations;
  /** Closed to callers that have roots, and to whoever reads the app's files. */
  secrets: SecretFolders;
  /** The app's files; to be disposed of at the end. */
  source: ResourceSource;
  /** `NL_CONFIGFILE`, such as `/neutralino.config.json`. */
  configFile: string;
  /** What `${NL_PATH}` and its like stand for. */
  constants: Constants;
  /** Whether `--neu-dev-extension` is given and admitted: `js.neutralino.devtools` is loaded first. */
  devExtension: boolean;
  /** Whether extensions are restarted when their files change. */
  watchExtensions: boolean;
  /** `--frozen`: extensions get what the lock grants and no more. */
  frozen: boolean;
  /** Whether the page that manages packages is served. */
  manage: boolean;
  /** What was logged as warnings meanwhile. */
  warnings: string[];
}

/**
 * Reads command line and configuration file and makes them one.
 *
 * @throws {StartError} one line, for whatever the user can put right
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { args, os, env, log } = options;
  const flags = parseFlags(args);
  await fromHere(flags, options);
  const warnings: string[] = [];
  const warn = (text: string): void => {
    warnings.push(text);
    log.warning(text);
  };
  flags.warnings.forEach(warn);

  const appPath = findApp(flags, options);
  const source = await openResources({ appPath, resMode: flags.resMode, log });
  try {
    const { configFile, config } = await readConfig(source, flags.configFile);
    const name = configFile.slice(1);
    if (config === undefined) {
      const { code, message } = wireError("NE_CF_UNBLDCF", name);
      warn(`${code}: ${message}`);
    }
    const copy = cloneJson(config === undefined ? {} : config);
    if (isObject(copy)) applyOverrides(copy, flags.overrides);
    const checked = validateConfig(copy, { name, overrides: flags.overrides });

    const userPaths = lazyUserPaths({ os, env });
    const constants = pathConstants(appPath, userPaths);
    const { settings, dataLocation, storageLocation, warnings: found } = resolveSettings(checked, {
      name,
      raw: isObject(copy) ? copy : {},
      os,
      constants,
      browserArgs: env("OUTRIGGER_BROWSER_ARGS"),
    });
    found.forEach(warn);
    const locations = locate({
      appPath,
      applicationId: settings.applicationId,
      dataLocation,
      storageLocation,
      dataHome: () => userPaths("data"),
    });
    const packagesPath = settings.packages?.path;
    if (packagesPath) locations.packagesPath = await below(appPath, packagesPath, os);
    const secrets = secretFolders(locations);
    source.hide?.(secrets);
    await checkDocumentRoot(settings, source, { name, flags });
    return {
      settings,
      locations,
      secrets,
      source,
      configFile,
      constants,
      devExtension: admitDevExtension(flags, source, warn),
      watchExtensions: flags.watchExtensions,
      frozen: flags.frozen,
      manage: flags.manage,
      warnings,
    };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

/** A path on the command line counts from where that was given, one in a file from the app. */
async function fromHere({ overrides }: ParsedFlags, { cwd, os }: LoadConfigOptions): Promise<void> {
  for (const override of overrides) {
    const { flag, value } = override;
    if (flag.name !== "packages" || typeof value !== "string" || value === "") continue;
    override.value = await below(cwd, value, os);
  }
}

async function below(folder: string, path: string, os: typeof Deno.build.os): Promise<string> {
  // Loaded here, because it is a large part of a start that needs nothing of it.
  const { resolve } = await import("@std/path");
  return tidyPath(resolve(folder, path), os);
}

/** Section 1.2, `--path`. */
function findApp(
  { path }: ParsedFlags,
  { execPath, compiled, cwd, os }: LoadConfigOptions,
): string {
  if (path) {
    const isFolder = isDirectory(path);
    if (!isFolder) {
      const is = isFolder === undefined ? "does not exist" : "is no folder";
      throw new StartError(`Cannot use the flag "--path": ${JSON.stringify(path)} ${is}`);
    }
    return tidyPath(path, os);
  }
  if (path === undefined && compiled) {
    const tidy = tidyPath(execPath, os);
    return tidyPath(tidy.slice(0, tidy.lastIndexOf("/") + 1) || cwd, os);
  }
  return tidyPath(cwd, os);
}

/** @returns `undefined` when nothing is there */
function isDirectory(path: string): boolean | undefined {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return undefined;
  }
}

function lazyUserPaths(
  { os, env }: Pick<LoadConfigOptions, "os" | "env">,
): { (name: "data"): string; (name: string): string | undefined } {
  function userPath(name: "data"): string;
  function userPath(name: string): string | undefined;
  function userPath(name: string): string | undefined {
    try {
      return osPath(name, {
        os,
        env,
        readText,
        // Not needed where a variable such as XDG_DATA_HOME decides: services often have no HOME.
        get home() {
          const variable = os === "windows" ? "USERPROFILE" : "HOME";
          const home = env(variable);
          if (!home) throw new TypeError(`${variable} is not set`);
          return home;
        },
      });
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new StartError(`Cannot find the user's folders: ${cause.message}`, { cause });
    }
  }
  return userPath;
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Without this check every page would be a 404 and nothing would say why. A `url` elsewhere is a
 * development server; then the folder is often not built yet.
 */
async function checkDocumentRoot(
  { enableServer, documentRoot, url = "/" }: Settings,
  source: ResourceSource,
  { name, flags }: { name: string; flags: ParsedFlags },
): Promise<void> {
  if (!enableServer || documentRoot === undefined || !url.startsWith("/")) return;
  if (source.kind !== "directory") return;
  const stat = await source.stat(documentRoot);
  if (stat?.isDirectory) return;
  const given = flags.overrides.some(({ flag }) => flag.name === "document-root");
  const subject = given ? 'the flag "--document-root"' : '"documentRoot"';
  throw new StartError(
    `Cannot use the configuration ${JSON.stringify(name)}: ${subject} is ${
      JSON.stringify(documentRoot)
    }, expected a folder below "${source.root}"`,
  );
}

/** Section 1.2: only for apps in a folder, whatever the order of the flags. */
function admitDevExtension(
  { devExtension }: ParsedFlags,
  source: ResourceSource,
  warn: (text: string) => void,
): boolean {
  if (!devExtension || source.kind === "directory") return devExtension;
  warn('The flag "--neu-dev-extension" is ignored: it needs the app as a folder, not an archive');
  return false;
}
