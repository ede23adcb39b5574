/**
 * Reading the fields of a JSON object and collecting all that is wrong with them.
 *
 * @module
 */

import { shown } from "./archive_error.ts";

/** An object of a JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, and no array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value for a message: short, on one line. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return shown(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** The fields of one object. What is wrong with them goes to a list that others may share. */
export class JsonFields {
  readonly #object: JsonObject;
  readonly #prefix: string;
  readonly #problems: string[];

  /** @param options.path where the object is in the whole, for messages */
  constructor(object: JsonObject, { path = "", problems }: { path?: string; problems: string[] }) {
    this.#object = object;
    this.#prefix = path === "" ? "" : `${path}.`;
    this.#problems = problems;
  }

  /** The value of a field; `undefined` where it has none of its own. */
  get(key: string): unknown {
    return Object.hasOwn(this.#object, key) ? this.#object[key] : undefined;
  }

  /** Notes what is wrong with a field. */
  problem(key: string, what: string): void {
    this.#problems.push(`"${this.#prefix}${key}" ${what}`);
  }

  /** Notes that a field is absent, or not what it should be. */
  wrong(key: string, expected: string): void {
    const value = this.get(key);
    this.problem(
      key,
      value === undefined ? `is missing` : `must be ${expected}, not ${shownValue(value)}`,
    );
  }

  /** A text that must be there; `""` where it is not. */
  string(key: string): string {
    const value = this.get(key);
    if (typeof value === "string") return value;
    this.wrong(key, "a string");
    return "";
  }

  /** A value that may be absent; `null` counts as one of the wrong type. */
  optional<T>(key: string, fallback: T, is: (value: unknown) => value is T, expected: string): T {
    const value = this.get(key);
    if (value === undefined || is(value)) return value ?? fallback;
    this.wrong(key, expected);
    return fallback;
  }

  /** An array of strings, each of which passes `problemOf`; `undefined` when absent or wrong. */
  strings(
    key: string,
    problemOf: (text: string) => string | undefined = () => undefined,
  ): string[] | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
      this.wrong(key, "an array of strings");
      return undefined;
    }
    for (const item of value) {
      const problem = problemOf(item);
      if (problem !== undefined) this.problem(key, `has ${shown(item)}, which ${problem}`);
    }
    return value;
  }
}
