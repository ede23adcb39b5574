/**
 * Values of settings as they are typed, by the definition of the setting (contracts: AirDC++ 8.2).
 *
 * @module
 */

import { CommandError, EXIT } from "../command.ts";

/** What a command needs to know of a setting. */
export interface Definition {
  key: string;
  title: string;
  type: string;
  default_value: unknown;
  item_type?: string;
  /** Of the items of a list of `struct`. */
  definitions?: Definition[];
}

/** A value for a terminal, where others may look: passwords are `***`. */
export function withoutSecrets(value: unknown, definition: Definition): unknown {
  const { type, definitions } = definition;
  if (type === "password") return value === null || value === "" ? value : "***";
  if (!Array.isArray(value)) return value;
  if (definition.item_type === "password") return value.map(() => "***");
  if (definitions === undefined) return value;
  return value.map((item) =>
    Object.fromEntries(
      definitions.map((
        it,
      ) => [it.key, withoutSecrets((item as Record<string, unknown>)[it.key], it)]),
    )
  );
}

/**
 * Reads a value as it is typed. JSON is taken as such; what is none is a text, or for a list its items
 * with commas between them.
 *
 * @throws {CommandError} for what cannot be a value of that type
 *
 * @example
 * ```ts
 * import { typedValue } from "./setting_values.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const of = (type: string) => ({ key: "k", title: "K", type, default_value: null });
 * assertEquals(typedValue("12", of("number")), 12);
 * assertEquals(typedValue("12", of("string")), "12");
 * assertEquals(typedValue("yes", of("boolean")), true);
 * assertEquals(typedValue("a, b", { ...of("list"), item_type: "string" }), ["a", "b"]);
 * ```
 */
export function typedValue(text: string, definition: Definition): unknown {
  const { key, type } = definition;
  const json = parsed(text);
  if (type === "boolean") {
    const value = BOOLEANS.get(text.toLowerCase());
    if (value !== undefined) return value;
    throw wrong(key, { text, expected: "true or false" });
  }
  if (type === "number") {
    if (typeof json === "number") return json;
    throw wrong(key, { text, expected: "a number" });
  }
  if (type === "list") {
    if (text === "") return [];
    if (Array.isArray(json) || json === null) return json;
    const { item_type } = definition;
    if (item_type === "struct" || text.startsWith("[")) {
      throw wrong(key, { text, expected: "a list in JSON" });
    }
    const item = { ...definition, type: item_type ?? "string" };
    return text.split(",").map((part) => typedValue(part.trim(), item));
  }
  if (type === "hinted_user") {
    if (json !== undefined && typeof json === "object") return json;
    throw wrong(key, { text, expected: "an object in JSON" });
  }
  // Of texts, only those in quotes are JSON: "12" typed as 12 is a text too.
  return typeof json === "string" ? json : text;
}

const BOOLEANS = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["off", false],
  ["0", false],
]);

/** `undefined`: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(key: string, { text, expected }: { text: string; expected: string }): CommandError {
  return new CommandError(
    `Cannot set "${key}" to ${JSON.stringify(text)}: expected ${expected}`,
    EXIT.usage,
  );
}
