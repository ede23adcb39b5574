/**
 * Menu items as extensions give them (contracts: AirDC++ 12.7, ITEM).
 *
 * @module
 */

/** An item; opens its children, a link, a form, or is told of. */
export interface MenuItem {
  id: string;
  title: string;
  /** Icon set to name. */
  icon?: Record<string, string>;
  urls?: string[];
  /** As in 8.2; only the interface that shows the form looks into them. */
  form_definitions?: unknown[];
  children?: MenuItem[];
}

/** What a subscriber resolves the hook with. */
export interface MenuAnswer {
  menuitems: MenuItem[];
  title?: string;
  icon?: Record<string, string>;
}

/** How deep items may be nested. */
const DEEPEST = 6;
/** Items of one answer, on all levels. */
const MOST = 1000;

/**
 * Reads an answer.
 *
 * @throws {TypeError} says what is wrong with it
 *
 * @example
 * ```ts
 * import { menuAnswer } from "./menu_items.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(menuAnswer({ menuitems: [{ id: "say", title: "Say" }] }), {
 *   menuitems: [{ id: "say", title: "Say" }],
 * });
 * assertThrows(() => menuAnswer({ menuitems: [{ id: "say" }] }));
 * ```
 */
export function menuAnswer(data: unknown): MenuAnswer {
  const members = membersOf(data, "the answer");
  const budget = { left: MOST };
  return {
    menuitems: itemsOf(members.menuitems, { depth: 1, budget }),
    ...(isGiven(members.title) ? { title: textOf(members.title, "title") } : {}),
    ...(isGiven(members.icon) ? { icon: iconOf(members.icon) } : {}),
  };
}

interface Place {
  depth: number;
  budget: { left: number };
}

function itemsOf(value: unknown, place: Place): MenuItem[] {
  if (!Array.isArray(value)) throw new TypeError("the items are no list");
  if (place.depth > DEEPEST) throw new TypeError(`items are nested above ${DEEPEST} levels`);
  return value.map((item) => itemOf(item, place));
}

function itemOf(value: unknown, { depth, budget }: Place): MenuItem {
  if (--budget.left < 0) throw new TypeError(`there are more than ${MOST} items`);
  const { id, title, icon, urls, form_definitions, children } = membersOf(value, "an item");
  return {
    id: textOf(id, "id"),
    title: textOf(title, "title"),
    ...(isGiven(icon) ? { icon: iconOf(icon) } : {}),
    ...(isGiven(urls) ? { urls: urlsOf(urls) } : {}),
    ...(isGiven(form_definitions) ? { form_definitions: formOf(form_definitions) } : {}),
    ...(isGiven(children) ? { children: itemsOf(children, { depth: depth + 1, budget }) } : {}),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function membersOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} is no object`);
  }
  return value as Record<string, unknown>;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") {
    throw new TypeError(`${name} is no text or is empty`);
  }
  return value;
}

function iconOf(value: unknown): Record<string, string> {
  const entries = Object.entries(membersOf(value, "icon"));
  return Object.fromEntries(entries.map(([set, name]) => [set, textOf(name, "icon")]));
}

/** Links that do something else than lead somewhere are no links. */
function urlsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw new TypeError("urls is no list");
  return value.map((url) => {
    const text = textOf(url, "urls");
    // Browsers leave out such characters before the scheme and, some of them, within it.
    // deno-lint-ignore no-control-regex
    if (/^(javascript|data|vbscript):/i.test(text.replace(/[\x00-\x20]+/g, ""))) {
      throw new TypeError("urls holds a script");
    }
    return text;
  });
}

function formOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new TypeError("form_definitions is no list");
  for (const definition of value) {
    const { key, title, type } = membersOf(definition, "a form definition");
    textOf(key, "key");
    textOf(title, "title");
    textOf(type, "type");
  }
  return value;
}
