/**
 * Finding the endpoint of a path.
 *
 * @module
 */

import type { ApiMethod, ApiModule, EntityTable, Route } from "./route.ts";

interface Node {
  readonly literals: Map<string, Node>;
  readonly placeholders: { name: string; pattern: RegExp | undefined; node: Node }[];
  readonly methods: Map<ApiMethod, Route>;
}

/** An endpoint and the values of its path's placeholders. */
export interface Found {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** The endpoints of one module. */
export interface ModuleRoutes {
  readonly entity: EntityTable | undefined;
  /**
   * Looks an endpoint up.
   *
   * @param segments from the version on: those before index 2 are not looked at
   * @returns `"method"` when the path is known with other methods only, `"shape"` when it is not known
   */
  find(method: ApiMethod, segments: readonly string[]): Found | "method" | "shape";
}

const NO_PARAMS: ReadonlyMap<string, string> = new Map();

/**
 * Makes the table of a module.
 *
 * @param extra further routes, such as those for listeners
 * @throws {Error} for a route outside of the module, or two of the same method and path
 */
export function tableOf(module: ApiModule, extra: readonly Route[] = []): ModuleRoutes {
  const root = node();
  for (const route of [...module.routes, ...extra]) add(root, module.name, route);
  return {
    entity: module.entity,
    find(method, segments) {
      const values: string[] = [];
      const search: Search = { method, segments, names: [], values, known: false };
      const route = match(root, 2, search);
      if (route === undefined) return search.known ? "method" : "shape";
      if (values.length === 0) return { route, params: NO_PARAMS };
      return { route, params: new Map(search.names.map((name, at) => [name, values[at]!])) };
    },
  };
}

interface Search {
  readonly method: ApiMethod;
  readonly segments: readonly string[];
  readonly names: string[];
  readonly values: string[];
  /** Whether the path is known with any method. */
  known: boolean;
}

function match(at: Node, index: number, search: Search): Route | undefined {
  if (index === search.segments.length) {
    if (at.methods.size > 0) search.known = true;
    return at.methods.get(search.method);
  }
  const segment = search.segments[index]!;
  const literal = at.literals.get(segment);
  const found = literal === undefined ? undefined : match(literal, index + 1, search);
  if (found !== undefined) return found;
  for (const { name, pattern, node } of at.placeholders) {
    if (pattern !== undefined && !pattern.test(segment)) continue;
    search.names.push(name);
    search.values.push(segment);
    const found = match(node, index + 1, search);
    if (found !== undefined) return found;
    search.names.pop();
    search.values.pop();
  }
  return undefined;
}

function node(): Node {
  return { literals: new Map(), placeholders: [], methods: new Map() };
}

function add(root: Node, module: string, route: Route): void {
  const [first, ...segments] = route.path.split("/");
  if (first !== module) throw new Error(`Route ${route.path} is not one of module ${module}`);
  let at = root;
  for (const segment of segments) at = child(at, segment);
  if (at.methods.has(route.method)) throw new Error(`Two routes ${route.method} ${route.path}`);
  at.methods.set(route.method, route);
}

function child(at: Node, segment: string): Node {
  const placeholder = /^\{(\w+)(?::(.+))?\}$/.exec(segment);
  if (placeholder === null) {
    let next = at.literals.get(segment);
    if (next === undefined) at.literals.set(segment, next = node());
    return next;
  }
  const [, name, source] = placeholder;
  const pattern = source === undefined ? undefined : new RegExp(`^(?:${source})$`);
  const same = at.placeholders.find((other) =>
    other.name === name && other.pattern?.source === pattern?.source
  );
  if (same !== undefined) return same.node;
  const made = { name: name!, pattern, node: node() };
  at.placeholders.push(made);
  return made.node;
}
