/**
 * The entries of `extensions` (contracts: Neutralino 4.1, and this host's own keys).
 *
 * @module
 */

import type { Restrictions } from "../auth/grant.ts";
import { StartError } from "../errors.ts";
import { LONGEST_TIMER_MS } from "../process/clock.ts";
import { given, overlay } from "./layers.ts";
import { type Constants, insertConstants, insertIntoCommand } from "./path_constants.ts";
import type { RawExtension } from "./schema.ts";
import { resolveScopes, restrictions } from "./scopes.ts";
import type { Demand, ExtensionEntry } from "./settings.ts";
import { quote } from "./validate.ts";

/** What an extension's entry is resolved with. */
export interface ExtensionOptions {
  /** Where the entries stand, for messages: `the configuration "neutralino.config.json"`. */
  where: string;
  os: typeof Deno.build.os;
  constants: Constants;
  /** Lists and scopes of the app, path constants as they are written. Default: none. */
  app?: Restrictions;
}

/** The operating system as keys such as `commandLinux` name it; others have no keys. */
export const OS_SUFFIX = new Map<
  typeof Deno.build.os,
  "Linux" | "Darwin" | "Windows" | "FreeBSD"
>([
  ["linux", "Linux"],
  ["darwin", "Darwin"],
  ["windows", "Windows"],
  ["freebsd", "FreeBSD"],
]);

/** An entry that says nothing but its id. */
export const ENTRY_DEFAULTS: Omit<ExtensionEntry, "id"> = {
  handshake: "both",
  autoStart: true,
  dependsOn: [],
  restart: "never",
  restartDelayMs: 1000,
  maxRestarts: 5,
  restartWindowMs: 300_000,
  startTimeoutMs: 10_000,
  stopTimeoutMs: 2000,
  env: {},
};

/**
 * Entries with the command for this operating system chosen and path constants replaced. Those
 * without an id are left out; of two with the same id the first counts.
 *
 * @throws {StartError} for an id that can never connect, a path that can't stand in a command, a
 * dependency that is not there or that leads in a circle
 */
export function resolveExtensions(
  list: readonly (RawExtension | null | undefined)[],
  options: ExtensionOptions,
  warnings: string[],
): ExtensionEntry[] {
  const entries = new Map<string, ExtensionEntry>();
  for (const [index, raw] of list.entries()) {
    const id = raw?.id;
    // Section 4.1: skipped silently.
    if (!raw || id === undefined || id === null) continue;
    if (entries.has(id)) {
      warnings.push(
        `"extensions.${index}.id" is ${quote(id)} a second time; this entry is ignored`,
      );
      continue;
    }
    entries.set(id, resolveExtension({ ...raw, id }, `extensions.${index}`, options));
  }
  const problem = dependencyProblem([...entries.values()]);
  if (problem !== undefined) throw new StartError(`Cannot use ${options.where}: ${problem}`);
  return [...entries.values()];
}

/**
 * One entry.
 *
 * @param at where it stands, such as `extensions.0`
 * @throws {StartError} see {@linkcode resolveExtensions}
 */
export function resolveExtension(
  raw: RawExtension & { id: string },
  at: string,
  { where, os, constants, app = {} }: ExtensionOptions,
): ExtensionEntry {
  const { id } = raw;
  if (!/^[A-Za-z0-9_.-]+$/.test(id)) {
    throw new StartError(
      `Cannot use ${where}: "${at}.id" is ${
        quote(id)
      }, expected letters, digits, dots, dashes and underscores`,
    );
  }
  const suffix = OS_SUFFIX.get(os);
  const command = (suffix && raw[`command${suffix}`]) ?? raw.command;
  const entry = overlay(ENTRY_DEFAULTS, raw);
  return {
    id,
    ...entry,
    startTimeoutMs: Math.min(entry.startTimeoutMs, LONGEST_TIMER_MS),
    stopTimeoutMs: Math.min(entry.stopTimeoutMs, LONGEST_TIMER_MS),
    ...given("command", command ? insertCommand(command, id, { os, constants }) : undefined),
    demand: demand(raw, { ...given("command", command) }, app),
    ...(raw.engine ? engine(raw, at, { where, constants }) : {}),
    ...given("nativeAllowList", raw.nativeAllowList),
    ...given("nativeBlockList", raw.nativeBlockList),
    ...resolveScopes((key) => raw[key], constants),
    ...given("heartbeatMs", raw.heartbeatMs),
    ...given(
      "watch",
      raw.watch ? [raw.watch].flat().map((path) => insertConstants(path, constants)) : undefined,
    ),
    ...given("watchIgnore", raw.watchIgnore),
    ...given("cwd", raw.cwd ? insertConstants(raw.cwd, constants) : undefined),
  };
}

function demand(raw: RawExtension, command: { command?: string }, app: Restrictions): Demand {
  const env = Object.entries(raw.env ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
  const run = raw.engine
    ? { engine: raw.engine, script: raw.script!, ...given("denoBinary", raw.denoBinary) }
    : command;
  return {
    run: {
      ...run,
      ...given("cwd", raw.cwd),
      ...(env.length === 0 ? {} : { env: Object.fromEntries(env) }),
    },
    within: [{ ...app, of: "the app" }, { ...restrictions((key) => raw[key]), of: raw.id! }]
      .filter((layer) => Object.keys(layer).length > 1),
  };
}

/** A script is a file, and gets its credentials where no other process can read them. */
function engine(
  { script, denoBinary }: RawExtension,
  at: string,
  { where, constants }: Pick<ExtensionOptions, "where" | "constants">,
): Partial<ExtensionEntry> {
  if (!script || /^(https?|data|jsr|npm):/.test(script)) {
    throw new StartError(
      `Cannot use ${where}: "${at}.script" is ${quote(script ?? undefined)}, ` +
        `expected a file for "engine": "deno"`,
    );
  }
  const file = insertConstants(script, constants);
  const rooted = /^([A-Za-z]:)?[\\/]/.test(file) || file !== script;
  const path = rooted ? file : `${constants("NL_PATH")}/${file}`;
  return {
    engine: "deno",
    script: path,
    command: `deno run ${/\s/.test(path) ? JSON.stringify(path) : path}`,
    handshake: "stdin",
    ...given("denoBinary", denoBinary ? insertConstants(denoBinary, constants) : undefined),
  };
}

/**
 * What is wrong with the dependencies of entries, in a clause; `undefined` when nothing is.
 *
 * @example
 * ```ts
 * import { dependencyProblem } from "./extensions.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const entries = [{ id: "a", dependsOn: ["b"] }, { id: "b", dependsOn: ["a"] }];
 * assertEquals(dependencyProblem(entries), "extensions depend on each other: a → b → a");
 * ```
 */
export function dependencyProblem(
  entries: readonly Pick<ExtensionEntry, "id" | "dependsOn">[],
): string | undefined {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const fine = new Set<string>();
  const search = (id: string, path: string[]): string | undefined => {
    if (fine.has(id)) return undefined;
    const start = path.indexOf(id);
    if (start >= 0) {
      return `extensions depend on each other: ${[...path.slice(start), id].join(" → ")}`;
    }
    for (const needed of byId.get(id)!.dependsOn) {
      if (!byId.has(needed)) return `extension "${id}" depends on "${needed}", which is not there`;
      const problem = search(needed, [...path, id]);
      if (problem !== undefined) return problem;
    }
    fine.add(id);
  };
  for (const { id } of entries) {
    const problem = search(id, []);
    if (problem !== undefined) return problem;
  }
}

function insertCommand(
  command: string,
  id: string,
  { os, constants }: Pick<ExtensionOptions, "os" | "constants">,
): string {
  try {
    return insertIntoCommand(command, constants, os);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new StartError(`Cannot use the command of extension "${id}": ${cause.message}`, {
      cause,
    });
  }
}
