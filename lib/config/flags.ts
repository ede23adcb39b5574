/**
 * The command line (contracts: Neutralino 1.2): one table of flags and the reading of it.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { StartError, wireError } from "../errors.ts";
import type { ResourceMode } from "../resources/open.ts";
import { MODES } from "./schema.ts";
import type { Mode } from "./settings.ts";

/** One flag. */
export interface Flag {
  /** Without the two dashes. */
  name: string;
  type: "string" | "boolean" | "integer" | "none";
  /** The configuration key it overrides; absent: it has an effect of its own. */
  target?: readonly string[];
  /** Also written into every `modes.<mode>`, so that it beats mode-level values. */
  everyMode?: true;
  /** One line for `--help`. */
  description: string;
}

/** Every flag of section 1.2, in the order of `--help`. */
export const FLAGS: readonly Flag[] = [
  { name: "path", type: "string", description: "Folder of the app" },
  { name: "config-file", type: "string", description: "Configuration file inside the app" },
  { name: "res-mode", type: "string", description: "Resources: embedded, bundle or directory" },
  { name: "load-dir-res", type: "none", description: "Same as --res-mode=directory" },
  { name: "neu-dev-extension", type: "none", description: "Admit the development tools" },
  { name: "neu-dev-auto-reload", type: "none", description: "Read by the client library only" },
  { name: "watch-extensions", type: "none", description: "Restart extensions whose files change" },
  { name: "frozen", type: "none", description: "Start only what extensions.lock.json grants" },
  {
    name: "packages",
    type: "string",
    target: ["packages", "path"],
    description: "Run the packaged extensions in this folder",
  },
  {
    name: "manage",
    type: "none",
    description: "Serve a page that manages packages; log its address",
  },
  { name: "debug-mode", type: "none", description: "Accepted, without effect" },
  root("mode", "string", "defaultMode", "How to show the app: window, browser, cloud or chrome"),
  everywhere("url", "string", "url", "Page to open"),
  everywhere("document-root", "string", "documentRoot", "Folder that pages are served from"),
  everywhere("port", "integer", "port", "Port to listen at; 0 chooses one"),
  everywhere("logging-enabled", "boolean", "logging.enabled", "Write a log"),
  everywhere(
    "logging-write-to-log-file",
    "boolean",
    "logging.writeToLogFile",
    "Write the log to a file too",
  ),
  everywhere("enable-server", "boolean", "enableServer", "Serve pages and connections"),
  everywhere("enable-native-api", "boolean", "enableNativeAPI", "Answer native method calls"),
  everywhere("single-page-serve", "boolean", "singlePageServe", "Main page for unknown paths"),
  everywhere("enable-extensions", "boolean", "enableExtensions", "Start the extensions"),
  everywhere("export-auth-info", "boolean", "exportAuthInfo", "Write .tmp/auth_info.json"),
  root("data-location", "string", "dataLocation", "Where data is kept: app or system"),
  root("storage-location", "string", "storageLocation", "Where storage is kept: app or system"),
  window("title", "string", "title", "Title of the window"),
  window("width", "integer", "width", "Width of the window"),
  window("height", "integer", "height", "Height of the window"),
  window("min-width", "integer", "minWidth", "Smallest width"),
  window("min-height", "integer", "minHeight", "Smallest height"),
  window("max-width", "integer", "maxWidth", "Largest width"),
  window("max-height", "integer", "maxHeight", "Largest height"),
  window("x", "integer", "x", "Distance from the left"),
  window("y", "integer", "y", "Distance from the top"),
  window("full-screen", "boolean", "fullScreen", "Start in full screen"),
  window("always-on-top", "boolean", "alwaysOnTop", "Stay above other windows"),
  window("enable-inspector", "boolean", "enableInspector", "Allow developer tools"),
  window(
    "open-inspector-on-startup",
    "boolean",
    "openInspectorOnStartup",
    "Open the developer tools at start",
  ),
  window("borderless", "boolean", "borderless", "No frame"),
  window("maximize", "boolean", "maximize", "Start maximized"),
  window("hidden", "boolean", "hidden", "Start hidden"),
  window("resizable", "boolean", "resizable", "May be resized"),
  window("maximizable", "boolean", "maximizable", "Accepted, without effect"),
  window("center", "boolean", "center", "Start in the middle of the screen"),
  window("transparent", "boolean", "transparent", "See-through background"),
  window("skip-taskbar", "boolean", "skipTaskbar", "Not in the taskbar"),
  window(
    "exit-process-on-close",
    "boolean",
    "exitProcessOnClose",
    "Closing the window ends the app",
  ),
  window("use-saved-state", "boolean", "useSavedState", "Restore size and place"),
  window("icon", "string", "icon", "Icon, a path inside the app"),
  window("extend-user-agent-with", "string", "extendUserAgentWith", "Added to the user agent"),
  window("inject-globals", "boolean", "injectGlobals", "Define NL_ variables in every page"),
  window(
    "inject-client-library",
    "boolean",
    "injectClientLibrary",
    "Load the client library in every page",
  ),
  window("inject-script", "string", "injectScript", "Script for every page, a path inside the app"),
  chrome("width", "integer", "width", "Width of the browser's window"),
  chrome("height", "integer", "height", "Height of the browser's window"),
  chrome("args", "string", "args", "Further arguments for the browser"),
  chrome("browser-binary", "string", "browserBinary", "Browser to use"),
];

type ValueType = Flag["type"];

function root(name: string, type: ValueType, key: string, description: string): Flag {
  return { name, type, target: [key], description };
}

function everywhere(name: string, type: ValueType, key: string, description: string): Flag {
  return { name, type, target: key.split("."), everyMode: true, description };
}

function window(name: string, type: ValueType, key: string, description: string): Flag {
  return { name: `window-${name}`, type, target: ["modes", "window", key], description };
}

function chrome(name: string, type: ValueType, key: string, description: string): Flag {
  return { name: `chrome-${name}`, type, target: ["modes", "chrome", key], description };
}

/** A configuration value given on the command line. */
export interface Override {
  flag: Flag;
  target: readonly string[];
  value: string | number | boolean;
}

/** What a command line says. */
export interface ParsedFlags {
  /** `--path`, verbatim. */
  path?: string;
  /** `--config-file`, with its first slash. */
  configFile?: string;
  /** The last of `--res-mode` and `--load-dir-res` that names a mode. */
  resMode?: ResourceMode;
  /** `--neu-dev-extension` is given; whether it is admitted depends on the resources. */
  devExtension: boolean;
  /** `--watch-extensions` is given. */
  watchExtensions: boolean;
  /** `--frozen`: extensions get what the lock grants and no more. */
  frozen: boolean;
  /** `--manage` is given. */
  manage: boolean;
  overrides: Override[];
  /** Lines for the log. */
  warnings: string[];
}

/**
 * Reads a command line. Unknown flags, `--flag=` and words without dashes are ignored; of repeated
 * flags the last counts.
 *
 * @param args without the program's name
 * @throws {StartError} where a whole number is expected and the value doesn't begin with one
 */
export function parseFlags(args: readonly string[]): ParsedFlags {
  const known = new Map(FLAGS.map((flag) => [flag.name, flag]));
  // Only `--name` and `--name=value` of known flags get through, so that a flag never takes the
  // next argument for its value (section 1.2).
  const relevant: string[] = [];
  for (const arg of args) {
    const name = /^--([^=]+)(?:=.|$)/s.exec(arg)?.[1];
    if (name === undefined || !known.has(name)) continue;
    relevant.push(name === "load-dir-res" ? "--res-mode=directory" : arg);
  }
  const names = [...known.keys()];
  const given = new Map(Object.entries(parseArgs(relevant, { string: names, collect: names })));
  const values = (name: string): string[] => {
    const list = given.get(name);
    return Array.isArray(list) ? list.map(String) : [];
  };

  const parsed: ParsedFlags = {
    devExtension: values("neu-dev-extension").length > 0,
    watchExtensions: values("watch-extensions").length > 0,
    frozen: values("frozen").length > 0,
    manage: values("manage").length > 0,
    overrides: [],
    warnings: [],
  };
  const path = values("path").at(-1);
  if (path !== undefined) parsed.path = path;
  const configFile = values("config-file").at(-1);
  if (configFile) parsed.configFile = "/" + configFile.replace(/^(?:\.?\/)+/, "");
  const resMode = values("res-mode").findLast(isResourceMode);
  if (resMode !== undefined) parsed.resMode = resMode;

  for (const flag of FLAGS) {
    if (flag.target === undefined) continue;
    let candidates = values(flag.name);
    if (flag.name === "mode") {
      for (const mode of candidates.filter((mode) => !isMode(mode))) {
        const { code, message } = wireError("NE_CF_UNSUPMD", mode);
        parsed.warnings.push(`${code}: ${message}`);
      }
      candidates = candidates.filter(isMode);
    }
    const text = candidates.at(-1);
    if (text !== undefined) {
      parsed.overrides.push({ flag, target: flag.target, value: convert(flag, text) });
      if (flag.name !== "packages") continue;
      // Whoever names the folder wants what is in it.
      parsed.overrides.push({ flag, target: ["packages", "enabled"], value: true });
    }
  }
  return parsed;
}

function convert(flag: Flag, text: string): string | number | boolean {
  if (flag.type === "boolean") return text === "" || text === "true";
  if (flag.type === "string") return text;
  const digits = /^\s*([+-]?\d+)/.exec(text)?.[1];
  const value = Number(digits);
  if (digits === undefined || !Number.isSafeInteger(value)) {
    const is = text === "" ? "has no value" : `is ${JSON.stringify(text)}`;
    throw new StartError(
      `Cannot use the flag "--${flag.name}": it ${is}, expected a whole number as in --${flag.name}=8080`,
    );
  }
  return value;
}

function isMode(text: string): text is Mode {
  return (MODES as readonly string[]).includes(text);
}

function isResourceMode(text: string): text is ResourceMode {
  return text === "embedded" || text === "bundle" || text === "directory";
}
