/**
 * The configuration file as a schema (contracts: Neutralino 1.4, 1.5, and this host's own keys).
 * The message of every check is the text after "expected" in an error.
 *
 * @module
 */

import * as v from "valibot";
import type { Scopes } from "../auth/scopes.ts";
import type { Limits, Mode } from "./settings.ts";

/** The four modes, each with its own section under `modes`. */
export const MODES = ["window", "browser", "cloud", "chrome"] as const satisfies readonly Mode[];

const strings = v.array(v.string("a string"), "an array of strings");

/** Optional, `null` counting as absent (section 1.2), with a text for editors. */
function optional<const Schema extends v.GenericSchema>(schema: Schema, description: string) {
  return v.pipe(v.nullish(schema), v.description(description));
}

function string(description: string) {
  return optional(v.string("a string"), description);
}

/** A text some of whose values mean something; editors offer them. */
function word(words: readonly string[], description: string) {
  return v.pipe(string(description), v.examples([...words]));
}

function boolean(description: string) {
  return optional(v.boolean("true or false"), description);
}

function integer(description: string) {
  const expected = "a whole number";
  return optional(v.pipe(v.number(expected), v.safeInteger(expected)), description);
}

function positive(description: string) {
  const expected = "a whole number above 0";
  return optional(
    v.pipe(v.number(expected), v.safeInteger(expected), v.minValue(1, expected)),
    description,
  );
}

/** Like `v.looseObject`, which alone would take an array for an object. */
function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  return refuseArrays(v.looseObject(entries, "an object"));
}

function table<const Value extends v.GenericSchema>(value: Value) {
  return refuseArrays(v.record(v.string(), value, "an object"));
}

function refuseArrays<Schema extends v.GenericSchema>(schema: Schema): Schema {
  const run = schema["~run"];
  return Object.assign(schema, {
    "~run"(this: Schema, dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) {
      // A value no object schema takes, so that the schema itself reports the array.
      if (Array.isArray(dataset.value)) dataset.value = "an array";
      return run.call(this, dataset, config);
    },
  });
}

const port = "a whole number from 0 to 65535";

const path = v.pipe(v.string("a path"), v.minLength(1, "a path"));
const server = "a host, host:port or *.host";
/** What `parseHostPattern` reads. */
const HOST_PATTERN = /^(\*|(\*\.)?[^\s*/?#@\\[\]:]+|\[[\da-fA-F:.]+\])(:\d{1,5})?$/;

/** What a caller may touch; at the root for everybody, in an entry for one extension. */
const SCOPES = {
  dispatchTo: optional(strings, 'Extensions that events may be sent to; "*" for all.'),
  callTo: optional(strings, 'Extensions whose methods may be called; "*" for all.'),
  broadcast: optional(
    strings,
    "Events that may be broadcast and hooks that may be run; name or name*.",
  ),
  filesystemRoots: optional(
    v.array(
      v.union(
        [path, object({ path, access: v.picklist(["read", "write"], '"read" or "write"') })],
        'a path, or {"path": ..., "access": "read" or "write"}',
      ),
      "an array of paths",
    ),
    "Folders and files that may be used, with all below; a text may be written to.",
  ),
  commands: optional(
    v.array(
      v.pipe(v.string("a program"), v.minLength(1, "a program")),
      "an array of programs",
    ),
    "The only programs that may be started: names, or absolute paths.",
  ),
  netHosts: optional(
    v.array(
      v.pipe(v.string(server), v.regex(HOST_PATTERN, server)),
      "an array of hosts",
    ),
    "Servers that requests may be sent to: host, host:port or *.host.",
  ),
} satisfies Record<keyof Scopes, unknown>;

/** An entry of `extensions`. */
export const Extension = object({
  id: string("Unique name: letters, digits, dots, dashes and underscores."),
  command: string("Shell command that starts the extension; without one it connects on its own."),
  commandLinux: string("The command on Linux."),
  commandDarwin: string("The command on macOS."),
  commandWindows: string("The command on Windows."),
  commandFreeBSD: string("The command on FreeBSD."),
  engine: optional(
    v.picklist(["deno"], '"deno"'),
    "Runs script with Deno and no more rights than this entry grants, instead of a command.",
  ),
  script: string(
    "Script for the engine, relative to the app. ${NL_PATH} and its like are replaced.",
  ),
  denoBinary: string("Deno to run the script with. Default: OUTRIGGER_DENO, or the one on PATH."),
  handshake: optional(
    v.picklist(["both", "stdin", "arguments"], '"both", "stdin" or "arguments"'),
    "How the extension learns port and tokens: JSON on stdin, --nl- arguments, or both.",
  ),
  nativeAllowList: optional(strings, "The only native methods this extension may call."),
  nativeBlockList: optional(strings, "Native methods this extension may not call."),
  ...SCOPES,
  autoStart: boolean("Start it with the host. Default: true."),
  dependsOn: optional(strings, "Extensions that must be connected before this one is started."),
  restart: optional(
    v.picklist(["never", "on-failure", "always"], '"never", "on-failure" or "always"'),
    "Whether it is started again when it ends by itself. Default: never.",
  ),
  restartDelayMs: positive("Wait before the first restart; doubles up to a minute. Default: 1000."),
  maxRestarts: positive("Most restarts within restartWindowMs. Default: 5."),
  restartWindowMs: positive("In milliseconds. Default: 300000."),
  startTimeoutMs: positive("When one that has not connected is reported. Default: 10000."),
  stopTimeoutMs: positive("Time to end by itself before it is made to. Default: 2000."),
  heartbeatMs: positive(
    "A connection silent for so long, pings included, is closed. Default: off.",
  ),
  env: optional(table(v.string("a string")), "Further environment variables."),
  cwd: string("Working directory, relative to the host's. ${NL_PATH} and its like are replaced."),
  watch: optional(
    v.union([v.string(), strings], "a string or an array of strings"),
    "Files and folders whose changes restart it under --watch-extensions. Default: where its program is.",
  ),
  watchIgnore: optional(strings, "Files there that do not count, such as *.db or cache/."),
});

const logging = object({
  enabled: boolean("Write a log. Default: true."),
  writeToLogFile: boolean(
    "Write neutralinojs.log, and logs/<id>.log for each extension. Default: true.",
  ),
  format: optional(
    v.picklist(["text", "json"], '"text" or "json"'),
    "Log files for people, or JSON lines for programs. Default: text.",
  ),
  maxFileBytes: positive("A log file of this size is put aside. Default: 1048576."),
  keepFiles: positive("How many files put aside are kept of each log. Default: 3."),
});

const LIMITS = {
  maxMessageBytes: positive("Largest incoming message in bytes. Default: 32000000."),
  maxOutboxBytes: positive(
    "Most bytes waiting for one slow reader; with answers 16 times as many. Default: 16777216.",
  ),
  maxConnections: positive("Connections at the same time. Default: 4096."),
  maxPendingCalls: positive("Unanswered calls of one connection. Default: 4096."),
  maxQueuedEvents: positive("Events kept for an extension not connected yet. Default: 1000."),
  maxQueuedBytes: positive("The same in bytes. Default: 8388608."),
  maxQueuedMs: positive("How long such an event is kept, in milliseconds. Default: 60000."),
} satisfies Record<keyof Limits, unknown>;

/** What one package may do, beside what all may. */
const PackageGrant = object({
  permissions: optional(
    strings,
    "Access to the API, such as settings_edit or admin; replaces what packages have by default.",
  ),
  foreignModules: optional(
    v.picklist(["strict", "compat"], '"strict" or "compat"'),
    "Modules for file sharing: refused (strict), or accepted without effect (compat). Default: strict.",
  ),
  appPid: boolean("Start it with --appPid. Default: true."),
  env: optional(table(v.string("a string")), "Further environment variables."),
  nativeAllowList: optional(strings, "Native methods it may call. Default: those of PROTOCOL.md."),
  nativeBlockList: optional(strings, "Native methods it may not call."),
  ...SCOPES,
});

const packages = object({
  enabled: boolean("Run packaged extensions. Default: false."),
  path: string(
    "Folder of the packages. ${NL_PATH} and its like are replaced. Default: packages, beside the app's data.",
  ),
  registry: string("npm registry that packages come from. Default: https://registry.npmjs.org."),
  downloadHosts: optional(
    v.array(v.pipe(v.string(server), v.regex(HOST_PATTERN, server)), "an array of hosts"),
    "The only servers that packages are downloaded from. Default: all.",
  ),
  users: optional(
    v.array(
      object({
        username: v.pipe(v.string("a name"), v.regex(/^\w+$/, "letters, digits and underscores")),
        password: v.pipe(v.string("a password"), v.minLength(1, "a password")),
        permissions: optional(strings, "Access to the API, such as settings_view or admin."),
      }),
      "an array of objects",
    ),
    "Users of the API, beside those of `outrigger user`.",
  ),
  grants: optional(table(PackageGrant), 'What packages may do, by name; "*" for all others.'),
  engines: optional(
    v.array(
      object({
        name: v.pipe(v.string("a name"), v.minLength(1, "a name")),
        command: v.pipe(v.string("a command"), v.minLength(1, "a command")),
        arguments: optional(strings, "Arguments before the script."),
      }),
      "an array of objects",
    ),
    "Scripting engines: name, command (several with ; between), arguments. Default: node, python3, deno.",
  ),
  blocked: optional(table(v.string("a reason")), "Packages that are not installed, and why."),
});

/** Keys that stand at the root and in every mode, where the mode's value counts. */
const LAYERED = {
  port: optional(
    v.pipe(v.number(port), v.safeInteger(port), v.minValue(0, port), v.maxValue(65535, port)),
    "Port to listen at. Default: 0, chosen by the operating system.",
  ),
  url: string("Page to open: a path, such as /resources/, or a URL."),
  documentRoot: string("Folder that pages are served from, such as /resources/."),
  enableServer: boolean("Serve pages and connections. Default: false."),
  enableNativeAPI: boolean("Answer native method calls. Default: false."),
  singlePageServe: boolean("Serve the main page for unknown paths. Default: false."),
  tokenSecurity: word(
    ["one-time", "none"],
    '"one-time" gives the token to the first page only; "none" to all.',
  ),
  exportAuthInfo: boolean("Write .tmp/auth_info.json for other programs. Default: false."),
  enableExtensions: boolean("Start the extensions. Default: false."),
  extensions: optional(
    v.array(v.nullish(Extension), "an array of objects"),
    "The app's extensions.",
  ),
  nativeAllowList: optional(strings, "The only native methods that may be called."),
  nativeBlockList: optional(strings, "Native methods that may not be called."),
  ...SCOPES,
  globalVariables: optional(table(v.unknown()), "Further globals of pages, as NL_<name>."),
  serverHeaders: optional(table(v.string("a string")), "Further headers of every response."),
  logging: optional(logging, "What is logged."),
  dataLocation: string("\"system\" for the user's data folder, else the app's folder."),
  storageLocation: string("\"system\" for the user's data folder, else the app's folder."),
  allowedHosts: optional(strings, 'Host names accepted in cloud mode; "*" accepts all.'),
  allowedOrigins: optional(strings, "Origins of pages accepted beside the host's own."),
  requireConnectToken: boolean("Refuse connections of the older protocol. Default: false."),
  limits: optional(object(LIMITS), "Bounds on what clients may make the host hold."),
};

const BROWSER = {
  args: string("Further arguments for the browser."),
  browserBinary: string("Browser to use. ${NL_PATH} and its like are replaced."),
  browserBinaryLinux: string("The browser on Linux."),
  browserBinaryDarwin: string("The browser on macOS."),
  browserBinaryWindows: string("The browser on Windows."),
};

const WINDOW = {
  title: string("Title of the window. Default: Neutralinojs."),
  width: integer("Width. Default: 800."),
  height: integer("Height. Default: 600."),
  minWidth: integer("Smallest width. Default: -1, none."),
  minHeight: integer("Smallest height. Default: -1, none."),
  maxWidth: integer("Largest width. Default: -1, none."),
  maxHeight: integer("Largest height. Default: -1, none."),
  x: integer("Distance from the left. Default: 0."),
  y: integer("Distance from the top. Default: 0."),
  center: boolean("Start in the middle of the screen. Default: false."),
  fullScreen: boolean("Start in full screen. Default: false."),
  alwaysOnTop: boolean("Stay above other windows. Default: false."),
  enableInspector: boolean("Allow developer tools. Default: false."),
  openInspectorOnStartup: boolean("Open the developer tools at start. Default: true."),
  borderless: boolean("No frame. Default: false."),
  maximize: boolean("Start maximized. Default: false."),
  resizable: boolean("May be resized. Default: true."),
  hidden: boolean("Start hidden. Default: false."),
  transparent: boolean("See-through background. Default: false."),
  exitProcessOnClose: boolean("Closing the window ends the app. Default: true."),
  useSavedState: boolean("Restore size and place. Default: true."),
  skipTaskbar: boolean("Not in the taskbar. Default: false."),
  useLogicalPixels: boolean("Sizes in logical pixels. Default: false."),
  emitDropEvents: boolean("Events for files dropped on the window. Default: false."),
  injectGlobals: boolean("Define NL_ variables in every page. Default: false."),
  injectClientLibrary: boolean("Load the client library in every page. Default: false."),
  injectScript: string("Script for every page, a path inside the app."),
  icon: string("Icon, a path inside the app."),
  extendUserAgentWith: string("Added to the user agent."),
  webviewArgs: string("Further arguments for the webview, Windows only."),
  newWindowPolicy: word(["system", "browser", "custom"], "What opens new windows."),
};

/** The file. Unknown keys are kept and ignored. */
export const ConfigFile = object({
  applicationId: string("Id of the app, such as com.example.app."),
  version: string("Version of the app."),
  defaultMode: word(MODES, "How the app is shown. Default: window."),
  ...LAYERED,
  packages: optional(packages, "Extensions installed as packages (.tgz)."),
  modes: optional(
    object({
      window: optional(object({ ...LAYERED, ...BROWSER, ...WINDOW }), "A window of its own."),
      browser: optional(object(LAYERED), "The default browser."),
      cloud: optional(object(LAYERED), "A server for other machines."),
      chrome: optional(
        object({
          ...LAYERED,
          ...BROWSER,
          width: integer("Width; counts together with height."),
          height: integer("Height; counts together with width."),
        }),
        "A Chromium-like browser in app mode.",
      ),
    }),
    "Settings of each mode; they replace those at the root.",
  ),
  cli: optional(
    object({
      resourcesPath: string("Folder of the resources, such as /resources/."),
      clientLibrary: string("The client library, such as /resources/js/neutralino.js."),
    }),
    "Settings of the command-line tools.",
  ),
});

/** A file that passed {@linkcode ConfigFile}. */
export type ConfigFile = v.InferOutput<typeof ConfigFile>;

/** The values of one layer: the root or a mode. */
export type Layer = v.InferOutput<v.LooseObjectSchema<typeof LAYERED, undefined>>;

/** Type of `packages`. */
export type RawPackages = v.InferOutput<typeof packages>;

/** Type of an entry of `extensions`. */
export type RawExtension = v.InferOutput<typeof Extension>;
