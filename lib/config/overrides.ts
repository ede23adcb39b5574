/**
 * Laying command-line values over a configuration (contracts: Neutralino 1.2, "Precedence").
 *
 * @module
 */

import type { Override } from "./flags.ts";
import { MODES } from "./schema.ts";

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/**
 * A deep copy of parsed JSON made of plain objects only. A key `__proto__` is left out: no code
 * that copies the result key by key can then change a prototype.
 */
export function cloneJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloneJson);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (key !== "__proto__") copy[key] = cloneJson(member);
  }
  return copy;
}

/**
 * Writes every override to its place in `config`, and into all four modes where the flag says so.
 * Missing and `null` parents are made; a parent of another type is left for the validation to name.
 */
export function applyOverrides(config: JsonObject, overrides: readonly Override[]): void {
  for (const { flag, target, value } of overrides) {
    write(config, target, value);
    if (!flag.everyMode) continue;
    for (const mode of MODES) {
      const path = ["modes", mode, ...target];
      // A mode-level `logging` replaces the root one as a whole: one that the flag alone would
      // bring into being must not hide the root's other members.
      const parent = target.slice(0, -1);
      if (parent.length > 0 && read(config, ["modes", mode, ...parent]) === undefined) continue;
      write(config, path, value);
    }
  }
}

function write(config: JsonObject, path: readonly string[], value: unknown): void {
  let parent = config;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(parent, key) ? parent[key] : undefined;
    if (next === undefined || next === null) {
      const made: JsonObject = {};
      parent[key] = made;
      parent = made;
    } else if (isObject(next)) {
      parent = next;
    } else {
      return;
    }
  }
  const last = path.at(-1);
  if (last !== undefined) parent[last] = value;
}

function read(config: JsonObject, path: readonly string[]): unknown {
  let value: unknown = config;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value ?? undefined;
}

/** Whether a JSON value is an object, arrays not counted. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
