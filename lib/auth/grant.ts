/**
 * Which methods a caller may use, and what it may touch with them.
 *
 * @module
 */

import { SecretFolders } from "../filesystem/secret_folders.ts";
import {
  type Handle,
  type Layer,
  OPENERS,
  refusalOf,
  SCOPE_KEYS,
  type Scopes,
  type Touch,
} from "./scopes.ts";

/** One allow list and one block list, as written in a config; each may be absent. */
export interface NativeLists {
  nativeAllowList?: string[] | undefined;
  nativeBlockList?: string[] | undefined;
}

/** What an entry, or the config itself, takes away from its callers. */
export interface Restrictions extends NativeLists, Scopes {
  /** How a refusal names the entry. Default `the app`. */
  of?: string | undefined;
}

/** What one grant's callers have open at the same time; the oldest is forgotten. */
const MOST_OPENED = 10_000;

/** Compiled entries: whole namespaces and exact names (contracts: Neutralino 5.4). */
class MethodList {
  readonly #namespaces = new Set<string>();
  readonly #names = new Set<string>();

  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      if (isNamespace(entry)) this.#namespaces.add(namespaceOf(entry));
      else this.#names.add(entry);
    }
  }

  includes(method: string): boolean {
    return this.#names.has(method) || this.#namespaces.has(namespaceOf(method));
  }
}

/** Whether an entry names all that another one names. */
export function coversMethod(outer: string, inner: string): boolean {
  return outer === inner || isNamespace(outer) && namespaceOf(outer) === namespaceOf(inner);
}

function isNamespace(entry: string): boolean {
  return /.\.\*$/.test(entry);
}

function namespaceOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

/**
 * A method may be used when every allow list names it and no block list does. A block list never
 * turns an allow list off (section 5.4, "the safe reading").
 *
 * @example
 * ```ts
 * import { Grant } from "./grant.ts";
 * import { assert, assertFalse } from "@std/assert";
 *
 * const app = new Grant([{ nativeAllowList: ["app.*", "storage.getData"] }]);
 * const extension = app.narrowed({ nativeBlockList: ["app.exit"] });
 * assert(app.allows("app.exit"));
 * assertFalse(extension.allows("app.exit"));
 * assertFalse(extension.allows("os.execCommand"));
 * ```
 */
export class Grant {
  /**
   * The scopes of every entry that has some; all of them must allow what a call touches. `undefined`
   * when nothing is bounded, so that the way of most calls costs one look.
   */
  readonly scopes: readonly Layer[] | undefined;
  /** Closed to callers that are bounded by `filesystemRoots`. */
  readonly secrets: SecretFolders;
  readonly #lists: readonly Restrictions[];
  readonly #allow: readonly MethodList[];
  readonly #block: readonly MethodList[];
  /** What callers of a bounded grant have opened. */
  readonly #opened = new Set<string>();

  /** @param secrets where bounded callers read and write nothing, whatever their roots */
  constructor(lists: readonly Restrictions[], secrets = new SecretFolders([])) {
    this.#lists = lists;
    this.secrets = secrets;
    const layers = lists.filter((list) => SCOPE_KEYS.some((key) => list[key] !== undefined))
      .map((list): Layer => ({ of: list.of ?? "the app", scopes: list }));
    this.scopes = layers.length === 0 ? undefined : layers;
    const compiled = (entries: (string[] | undefined)[]) =>
      entries.filter((list) => list !== undefined).map((list) => new MethodList(list));
    this.#allow = compiled(lists.map((list) => list.nativeAllowList));
    this.#block = compiled(lists.map((list) => list.nativeBlockList));
  }

  /** This grant with further lists that can only take away. */
  narrowed(lists: Restrictions): Grant {
    return new Grant([...this.#lists, lists], this.secrets);
  }

  /** Whether the method may be used; it need not exist. */
  allows(method: string): boolean {
    return this.#allow.every((list) => list.includes(method)) &&
      !this.#block.some((list) => list.includes(method));
  }
  /**
   * What would have to allow a call, such as `commands of js.a: rm`; `undefined` when nothing stands
   * in its way. A promise only where files have to be looked at.
   */
  refusal(
    touch: Touch,
    os: typeof Deno.build.os = Deno.build.os,
  ): string | undefined | Promise<string | undefined> {
    if (this.scopes === undefined) return undefined;
    for (const layer of this.scopes) {
      const refusal = refusalOf(touch, layer, os);
      if (refusal !== undefined) return refusal;
    }
    const { handle } = touch;
    if (handle !== undefined && !this.mayHearOf(handle)) {
      const scope = OPENERS.get(handle.method)!;
      return `${scope} of ${this.#boundBy(scope)}: ${handle.id}, which another caller has opened`;
    }
    const files = (touch.reads?.length ?? 0) + (touch.writes?.length ?? 0);
    return files === 0 || this.#boundBy("filesystemRoots") === undefined
      ? undefined
      : this.#fileRefusal(touch);
  }

  /** Notes what a caller has opened: from now on it may use it and hear of it. */
  opened(handle: Handle): void {
    if (this.mayHearOf(handle)) return;
    this.#opened.add(keyOf(handle));
    // Ids are never used again, so that what is forgotten is only out of reach.
    if (this.#opened.size > MOST_OPENED) this.#opened.delete(this.#opened.values().next().value!);
  }

  /** Whether a caller may hear of something that is open. */
  mayHearOf(handle: Handle): boolean {
    if (this.scopes === undefined) return true;
    const scope = OPENERS.get(handle.method);
    return scope === undefined || this.#boundBy(scope) === undefined ||
      this.#opened.has(keyOf(handle));
  }

  /**
   * Whether the app's own server is closed to its callers: it gives the page's token to whoever asks, which
   * would be worth more than a bounded grant. With `netHosts`, those alone decide.
   */
  get closesOwnServer(): boolean {
    const bounded = this.scopes !== undefined || this.#allow.length + this.#block.length > 0;
    return bounded && this.#boundBy("netHosts") === undefined;
  }

  /** The entry that bounds a scope first. */
  #boundBy(scope: keyof Scopes): string | undefined {
    return this.scopes?.find(({ scopes }) => scopes[scope] !== undefined)?.of;
  }

  async #fileRefusal({ reads = [], writes = [], takes = [], deep = false }: Touch) {
    // Loaded here: most apps bound nothing.
    const { outsideOf, secretAmong } = await import("./file_roots.ts");
    for (const { of, scopes: { filesystemRoots } } of this.scopes!) {
      if (filesystemRoots === undefined) continue;
      const how = { deep, closed: this.secrets };
      const outside = await outsideOf(filesystemRoots, { ...how, paths: reads, access: "read" }) ??
        await outsideOf(filesystemRoots, { ...how, paths: writes, access: "write" });
      if (outside !== undefined) return `filesystemRoots of ${of}: ${outside}`;
      const secret = await secretAmong(this.secrets, { reads, writes, takes, deep });
      if (secret !== undefined) {
        return `filesystemRoots of ${of}: ${secret}, where the host keeps its tokens`;
      }
    }
  }
}

function keyOf({ method, id }: Handle): string {
  return `${method} ${id}`;
}
