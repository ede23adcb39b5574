/**
 * `extensions.lock.json`: what each extension was granted when somebody accepted it. With `--frozen`
 * one that asks for more, or is another program, is not started until `outrigger grant ID`.
 *
 * @module
 */

import { coversPath, type FileRoot, includesName, SCOPE_KEYS } from "../auth/scopes.ts";
import { coversMethod, type Restrictions } from "../auth/grant.ts";
import { digestKey } from "../auth/token.ts";
import { coversHost } from "../auth/host_pattern.ts";
import type { Demand, ExtensionEntry } from "../config/settings.ts";
import { StartError } from "../errors.ts";

/** Name of the file, in the data folder. */
export const LOCK_FILE = "extensions.lock.json";

/** What one extension was granted. */
export interface Granted extends Demand {
  /** SHA-256 of the rest: what somebody has changed by hand was granted by nobody. */
  hash: string;
}

/** Extensions by id. */
export type Lock = Map<string, Granted>;

/**
 * Reads the file; nothing is granted where it is missing.
 *
 * @throws {StartError} when it is no such file
 */
export async function readLock(path: string): Promise<Lock> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw new StartError(`Cannot read "${path}": ${(error as Error).message}`);
  }
  try {
    const { version, extensions } = (JSON.parse(text) ?? {}) as Partial<Record<string, unknown>>;
    const isThere = typeof extensions === "object" && extensions !== null;
    if (version !== 1 || !isThere) throw new TypeError("no version 1");
    return new Map(Object.entries(extensions));
  } catch (error) {
    throw new StartError(`Cannot use "${path}": ${(error as Error).message}`);
  }
}

/** Writes the file under another name first, so that nobody reads half of it. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const extensions = Object.fromEntries([...lock].sort(([a], [b]) => a < b ? -1 : 1));
  const partial = `${path}.${crypto.randomUUID()}`;
  try {
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    const text = `${JSON.stringify({ version: 1, extensions }, null, 2)}\n`;
    await Deno.writeTextFile(partial, text, { createNew: true });
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

/** A demand as it is granted. */
export function granted({ run, within }: Demand): Granted {
  return { run, within, hash: digestKey(JSON.stringify([run, within])) };
}

/** Why a demand goes beyond what was granted, in a clause; `undefined` when it does not. */
export function lockProblem(demand: Demand, known: Granted | undefined): string | undefined {
  if (known === undefined) return "nobody has granted it anything yet";
  if (!isIntact(known)) return "what it was granted has been changed by hand";
  const [first] = wider(demand, known);
  return first === undefined ? undefined : `it asks for more than it was granted: ${first}`;
}

/**
 * What keeps extensions from running with `--frozen`, by the lock in a data folder as it is now.
 *
 * @param configured those that `outrigger grant` knows
 * @throws {StartError} when it cannot be read
 */
export async function lockRefusal(
  dataPath: string,
  configured: readonly ExtensionEntry[],
): Promise<(entry: ExtensionEntry) => string | undefined> {
  const lock = await readLock(`${dataPath}/${LOCK_FILE}`);
  return ({ id, demand }) => {
    const problem = demand && lockProblem(demand, lock.get(id));
    if (problem === undefined) return undefined;
    const grantable = configured.some((entry) => entry.id === id);
    const advice = grantable
      ? `"outrigger grant ${id}" accepts it`
      : "it was loaded at run time, and only the configuration's extensions can be granted something";
    return `${problem}; ${advice}`;
  };
}

/** Every key in which a demand goes beyond what was granted, with what stands there now. */
export function wider(demand: Demand, known: Demand): string[] {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(demand.run)) {
    const before = Reflect.get(known.run, key) as unknown;
    if (JSON.stringify(value) !== JSON.stringify(before)) problems.push(`${key} ${show(value)}`);
  }
  for (const key of Object.keys(known.run)) {
    if (!Object.hasOwn(demand.run, key)) problems.push(`no ${key}`);
  }
  for (const bound of known.within) {
    for (const key of ["nativeAllowList", ...SCOPE_KEYS] as const) {
      const list = bound[key];
      if (list === undefined) continue;
      // What is within one of several bounds is within all of them.
      const kept = demand.within.some((layer) =>
        layer[key] !== undefined && isWithin(key, layer, list)
      );
      if (!kept) problems.push(`${key} ${show(last(demand.within, key) ?? "without a bound")}`);
    }
    const missing = bound.nativeBlockList?.filter((item) =>
      !demand.within.some(({ nativeBlockList = [] }) =>
        nativeBlockList.some((other) =>
          coversMethod(other, item)
        )
      )
    ) ?? [];
    if (missing.length > 0) problems.push(`nativeBlockList without ${missing.join(", ")}`);
  }
  return [...new Set(problems)];
}

type Key = "nativeAllowList" | (typeof SCOPE_KEYS)[number];

/** Whether a bound of a key allows nothing that `outer` does not. */
function isWithin(key: Key, layer: Restrictions, outer: readonly unknown[]): boolean {
  return layer[key]!.every((item) =>
    outer.some((other) => COVERS[key](other as never, item as never))
  );
}

const COVERS: Record<Key, (outer: never, inner: never) => boolean> = {
  nativeAllowList: coversMethod,
  dispatchTo: includesOne,
  callTo: includesOne,
  broadcast: (outer: string, inner: string) =>
    outer === inner || outer.endsWith("*") && includesName([outer], inner.replace(/\*$/, "")),
  filesystemRoots: (outer: FileRoot, inner: FileRoot) =>
    coversPath(outer.path, inner.path) && (inner.access === "read" || outer.access === "write"),
  commands: (outer: string, inner: string) => outer === inner,
  netHosts: coversHost,
};

function includesOne(outer: string, inner: string): boolean {
  return outer === "*" || outer === inner;
}

/** Whether it stands as it was written, and so is what somebody has granted. */
export function isIntact(known: Granted | undefined): known is Granted {
  // Whoever edits the file may leave anything in it.
  return typeof known?.run === "object" && Array.isArray(known.within) &&
    granted(known).hash === known.hash;
}

function last(layers: readonly Restrictions[], key: Key): unknown {
  return layers.findLast((layer) => layer[key] !== undefined)?.[key];
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
