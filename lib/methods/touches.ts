/**
 * What every method touches: the one place to look at for whom a scope keeps from what.
 *
 * A method of a namespace that is not here is refused to callers with scopes, unless its lane names
 * the files that it touches. So is one of a namespace of which only some methods are here.
 *
 * @module
 */

import type { Touch } from "../auth/scopes.ts";
import type { Params } from "../router/params.ts";

type Touching = (params: Params) => Touch;

/** Whatever a caller may use, its scopes have nothing to do with it. */
const nothing: Touching = () => ({});
const broadcast: Touching = (params) => ({ broadcast: params.string("event") });

const TOUCHES: ReadonlyMap<string, Touching> = new Map<string, Touching>([
  ["app.*", nothing],
  ["app.broadcast", broadcast],
  ["clipboard.*", nothing],
  ["computer.*", nothing],
  // What an embedder adds is its own business.
  ["custom.*", nothing],
  ["debug.*", nothing],
  ["events.broadcast", broadcast],

  ["extensions.broadcast", broadcast],
  ["extensions.dispatch", (params) => ({ dispatchTo: params.string("extensionId") })],
  ["extensions.call", (params) => ({ callTo: params.string("extensionId") })],
  // What it is loaded with is asked of the scopes when it has been read.
  ["extensions.load", nothing],
  ...names(
    "extensions",
    `answer answerPart answerProgress cancel getInfo getStats provide restart start stop unload`,
  ),

  ...names(
    "filesystem",
    "getAbsolutePath getNormalizedPath getPathParts getUnnormalizedPath getWatchers",
  ),
  ["filesystem.openFile", (params) => ({ reads: [params.string("path")], opens: true })],
  ["filesystem.createWatcher", (params) => ({
    reads: [params.string("path")],
    deep: true,
    opens: true,
  })],
  ["filesystem.updateOpenedFile", handle("filesystem.openFile")],
  ["filesystem.getOpenedFileInfo", handle("filesystem.openFile")],
  ["filesystem.removeWatcher", handle("filesystem.createWatcher")],
  ["filesystem.copy", copies],
  ["filesystem.copyFile", copies],
  ["filesystem.move", moves],
  ["filesystem.moveFile", moves],
  ["filesystem.remove", removes],

  // For backends only; they tell what happens in the host.
  ...names("host", "diagnose getInfo"),
  ["hooks.run", (params) => ({ broadcast: params.string("hook") })],
  ...names("hooks", "add answer remove"),

  ["net.request", (params) => ({ url: params.string("url") })],

  ["os.execCommand", command],
  ["os.spawnProcess", (params) => ({ ...command(params), opens: true })],
  ["os.updateSpawnedProcess", handle("os.spawnProcess")],
  ["os.setEnv", () => ({ unbounded: { scope: "commands", what: "the host's environment" } })],
  ["os.open", opening],
  ["os.trashItem", removes],
  ...names(
    "os",
    `getEnv getEnvs getLocaleInfo getPath getSpawnedProcesses setTray showFolderDialog showMessageBox
    showNotification showOpenDialog showSaveDialog`,
  ),

  // The app's own files, for everybody who may use the methods.
  ...names("resources", "getFiles getStats readBinaryFile readFile"),
  ["resources.extractFile", extracts],
  ["resources.extractDirectory", extracts],

  ["server.mount", (params) => ({ reads: [params.string("target")] })],
  ...names("server", "getMounts unmount"),

  ["storage.*", nothing],
  ["window.*", nothing],
  ["window.snapshot", (params) => ({ writes: params.has("path") ? [params.string("path")] : [] })],
]);

/** What calls of a method touch; `undefined` where only its lane can tell. */
export function touches(method: string): Touching | undefined {
  return TOUCHES.get(method) ?? TOUCHES.get(`${method.slice(0, method.indexOf("."))}.*`);
}

function names(namespace: string, verbs: string): [string, Touching][] {
  return verbs.split(/\s+/).map((verb) => [`${namespace}.${verb}`, nothing]);
}

function handle(method: string): Touching {
  return (params) => ({ handle: { method, id: params.int("id", 0) } });
}

/** Into a folder under the name of the source, where there may be a link. */
function copies(params: Params): Touch {
  return {
    reads: [params.string("source")],
    writes: [params.string("destination")],
    takes: [params.string("source")],
    deep: true,
  };
}

function moves(params: Params): Touch {
  const source = params.string("source");
  return { writes: [source, params.string("destination")], takes: [source] };
}

function removes(params: Params): Touch {
  const path = params.string("path");
  return { writes: [path], takes: [path] };
}

function extracts(params: Params): Touch {
  return { writes: [params.string("destination")], deep: true };
}

function command(params: Params): Touch {
  const cwd = params.string("cwd");
  const envs = params.value("envs") ?? {};
  return {
    command: {
      text: params.string("command"),
      cwd,
      setsEnvironment: Object.keys(envs).length > 0,
    },
    ...(cwd === "" ? {} : { reads: [cwd] }),
  };
}

/** A page in the user's browser, or a file or address for whatever program the user has for it. */
function opening(params: Params): Touch {
  const url = params.string("url");
  if (/^https?:/i.test(url)) return { url };
  const path = /^file:/i.test(url) && URL.canParse(url)
    ? decodeURIComponent(new URL(url).pathname)
    : url;
  return {
    unbounded: { scope: "commands", what: url },
    ...(/^[a-z][a-z\d+.-]+:/i.test(path) ? {} : { reads: [path] }),
  };
}
