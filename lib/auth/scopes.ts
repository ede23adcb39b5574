/**
 * What a caller may touch with the methods that it may use.
 *
 * @module
 */

import { commandProblem } from "./command_words.ts";
import { hostMatches, type HostName, hostOfUrl, hostText } from "./host_pattern.ts";

/** A folder or file that may be read, and perhaps written, with all that is below it. */
export interface FileRoot {
  /** Path constants already replaced; relative to the working directory of the host. */
  path: string;
  /** `write` includes reading. */
  access: "read" | "write";
}

/** Scopes as a config has them. An absent one bounds nothing, an empty one allows nothing. */
export interface Scopes {
  /** Ids of extensions that events may be sent to; `*` stands for all. */
  dispatchTo?: readonly string[] | undefined;
  /** Ids of extensions whose methods may be called; `*` stands for all. */
  callTo?: readonly string[] | undefined;
  /** Names of events that may be broadcast and hooks that may be run; `*` at the end: a prefix. */
  broadcast?: readonly string[] | undefined;
  filesystemRoots?: readonly FileRoot[] | undefined;
  /** Programs that may be started: bare names, or absolute paths. See `commandProblem`. */
  commands?: readonly string[] | undefined;
  /** `host`, `host:port`, `*.example.org`. See `hostMatches`. */
  netHosts?: readonly string[] | undefined;
}

/** The keys of {@linkcode Scopes}, as they stand in a config. */
export const SCOPE_KEYS = [
  "dispatchTo",
  "callTo",
  "broadcast",
  "filesystemRoots",
  "commands",
  "netHosts",
] as const satisfies readonly (keyof Scopes)[];

/** The scopes of one entry, and how a refusal names it. */
export interface Layer {
  /** `the app`, or the id of an extension. */
  of: string;
  scopes: Scopes;
}

/** What one call touches. Every member that is there must be within the scopes. */
export interface Touch {
  dispatchTo?: string;
  callTo?: string;
  broadcast?: string;
  /** Files and folders; relative ones count from the working directory of the host. */
  reads?: readonly string[];
  writes?: readonly string[];
  /** All that lies below `reads` and `writes` as well, where links may lead elsewhere. */
  deep?: boolean;
  /** Those of them that are copied, moved or removed with all that lies below. */
  takes?: readonly string[];
  /** A command line as a caller wrote it. */
  command?: CommandTouch;
  /** An address that is opened; one that is not `http(s)` has no server. */
  url?: string;
  /** A server that is connected to. */
  server?: HostName;
  /** Changes what later commands do; only without the scope of this name. */
  unbounded?: { scope: keyof Scopes; what: string };
  /** Something that a caller of the same grant must have opened, such as a stream of a file. */
  handle?: Handle;
  /** The call opens something of the kind. */
  opens?: true;
}

/** A command on its way to a shell. */
export interface CommandTouch {
  text: string;
  /** `""`: the host's. */
  cwd?: string;
  /** Whether the caller sets variables of the environment. */
  setsEnvironment?: boolean;
}

/** Something that stays open between calls: a stream, a watcher, a process. */
export interface Handle {
  /** The method that opens it. */
  method: string;
  id: number;
}

/** Methods that open something, and the scope under which that is their caller's own business. */
export const OPENERS: ReadonlyMap<string, keyof Scopes> = new Map([
  ["filesystem.openFile", "filesystemRoots"],
  ["filesystem.createWatcher", "filesystemRoots"],
  ["os.spawnProcess", "commands"],
]);

/** What a layer would have to allow, `undefined` when it allows it; files are not looked at. */
export function refusalOf(
  touch: Touch,
  { of, scopes }: Layer,
  os: typeof Deno.build.os,
): string | undefined {
  const { dispatchTo, callTo, broadcast, command, url, unbounded } = touch;
  const key = (name: keyof Scopes, what: string) => `${name} of ${of}: ${what}`;
  if (dispatchTo !== undefined && !includesId(scopes.dispatchTo, dispatchTo)) {
    return key("dispatchTo", dispatchTo);
  }
  if (callTo !== undefined && !includesId(scopes.callTo, callTo)) return key("callTo", callTo);
  if (broadcast !== undefined && !includesName(scopes.broadcast, broadcast)) {
    return key("broadcast", broadcast);
  }
  if (command !== undefined && scopes.commands !== undefined) {
    const problem = commandProblem(command, { commands: scopes.commands, os });
    if (problem !== undefined) return key("commands", problem);
  }
  if (scopes.netHosts !== undefined) {
    const host = url === undefined ? touch.server : hostOfUrl(url);
    if (host !== undefined && !scopes.netHosts.some((pattern) => hostMatches(pattern, host))) {
      return key("netHosts", hostText(host));
    }
  }
  if (unbounded !== undefined && scopes[unbounded.scope] !== undefined) {
    return key(unbounded.scope, unbounded.what);
  }
}

/** Whether a path as it is written lies below another one, constants and links as they are. */
export function coversPath(folder: string, path: string): boolean {
  const outer = folder.replace(/[/\\]+$/, "");
  if (/(^|[/\\])\.\.([/\\]|$)/.test(path)) return path === folder;
  return path === folder || path === outer || path.startsWith(`${outer}/`) ||
    path.startsWith(`${outer}\\`);
}

/** Whether a list allows an extension. */
export function includesId(list: readonly string[] | undefined, id: string): boolean {
  return list === undefined || list.includes(id) || list.includes("*");
}

/** Whether a list allows the name of an event; `*` at the end of an item stands for any ending. */
export function includesName(list: readonly string[] | undefined, name: string): boolean {
  return list === undefined ||
    list.some((item) => item.endsWith("*") ? name.startsWith(item.slice(0, -1)) : item === name);
}
