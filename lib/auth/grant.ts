/**
 * Which methods a caller may use.
 *
 * @module
 */

/** One allow list and one block list, as written in a config; each may be absent. */
export interface NativeLists {
  nativeAllowList?: string[] | undefined;
  nativeBlockList?: string[] | undefined;
}

/** Compiled entries: whole namespaces and exact names (contracts: Neutralino 5.4). */
class MethodList {
  readonly #namespaces = new Set<string>();
  readonly #names = new Set<string>();

  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      if (/.\.\*$/.test(entry)) this.#namespaces.add(namespaceOf(entry));
      else this.#names.add(entry);
    }
  }

  includes(method: string): boolean {
    return this.#names.has(method) || this.#namespaces.has(namespaceOf(method));
  }
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
  readonly #lists: readonly NativeLists[];
  readonly #allow: readonly MethodList[];
  readonly #block: readonly MethodList[];

  constructor(lists: readonly NativeLists[]) {
    this.#lists = lists;
    const compiled = (entries: (string[] | undefined)[]) =>
      entries.filter((list) => list !== undefined).map((list) => new MethodList(list));
    this.#allow = compiled(lists.map((list) => list.nativeAllowList));
    this.#block = compiled(lists.map((list) => list.nativeBlockList));
  }

  /** This grant with further lists that can only take away. */
  narrowed(lists: NativeLists): Grant {
    return new Grant([...this.#lists, lists]);
  }

  /** Whether the method may be used; it need not exist. */
  allows(method: string): boolean {
    return this.#allow.every((list) => list.includes(method)) &&
      !this.#block.some((list) => list.includes(method));
  }
}
