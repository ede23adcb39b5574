/**
 * Definitions of settings, read from JSON and written to it (contracts: AirDC++ 8.2).
 *
 * @module
 */

import { FieldError } from "./field_error.ts";
import {
  fieldOf,
  invalid,
  isObject,
  type JsonObject,
  missing,
  requiredText,
  shown,
} from "./field_problems.ts";
import {
  DEFAULT_MAX,
  DEFAULT_MIN,
  type Definition,
  SETTING_TYPES,
  type SettingOption,
  type SettingType,
} from "./setting_type.ts";
import { storedDefault, ValueBudget } from "./setting_value.ts";

export type { Definition, SettingOption, SettingType } from "./setting_type.ts";

/** How definitions are read. */
export interface ParseOptions {
  /** Decides how paths are written. Default: this one. */
  os?: typeof Deno.build.os;
  /** Allows lists as properties of structs; for the host's own settings only. Default false. */
  nestedLists?: boolean;
}

/** Of one list of definitions. */
const MOST_DEFINITIONS = 500;
const MOST_OPTIONS = 2000;
/** Characters of one text, and of all together, defaults among them. */
const LONGEST_KEY = 200;
const LONGEST_TEXT = 20_000;
const MOST_CHARACTERS = 1 << 20;

interface Place {
  options: ParseOptions;
  budget: ValueBudget;
  /** Whether they are properties of a struct. */
  nested: boolean;
}

/**
 * Reads definitions, as an extension posts them.
 *
 * As in the original, `null` stands for an absent optional field, unknown fields and options of types
 * that have none are ignored, and a text with options needs a default that is one of them.
 *
 * @throws {FieldError} `missing_field` or `invalid` with the name of the definition's field; for a
 * default that may not be, `invalid` with the setting's key; `already_exists` for a key given twice
 */
export function parseDefinitions(json: unknown, options: ParseOptions = {}): Definition[] {
  const budget = new ValueBudget(MOST_CHARACTERS);
  return parseList(json, "definitions", { options, budget, nested: false });
}

function parseList(json: unknown, field: string, place: Place): Definition[] {
  if (!Array.isArray(json)) throw invalid(field, `is ${shown(json)}, expected a list`);
  if (json.length > MOST_DEFINITIONS) {
    throw invalid(field, `has ${json.length} definitions; ${MOST_DEFINITIONS} are allowed`);
  }
  const keys = new Set<string>();
  return json.map((one) => {
    const definition = parseDefinition(one, place);
    const { key } = definition;
    if (keys.has(key)) {
      throw new FieldError("key", {
        code: "already_exists",
        message: `${shown(key)} is defined twice`,
      });
    }
    keys.add(key);
    return definition;
  });
}

function parseDefinition(json: unknown, place: Place): Definition {
  if (!isObject(json)) throw invalid("definitions", `has ${shown(json)}, which is no object`);
  const key = requiredText(json, "key", LONGEST_KEY);
  const title = requiredText(json, "title", LONGEST_TEXT);
  const type = parseType(json, "type");
  const allowLists = !place.nested || place.options.nestedLists === true;
  if (type === "struct" || (type === "list" && !allowLists)) {
    throw invalid("type", `of setting ${shown(key)} is ${type}, which cannot stand here`);
  }
  const help = optionalText(json, "help");
  place.budget.take(key.length + title.length + help.length, key);
  const definition: Definition = {
    key,
    title,
    type,
    defaultValue: undefined,
    optional: optionalBoolean(json, type),
    help,
    min: optionalInteger(json, "min") ?? DEFAULT_MIN,
    max: optionalInteger(json, "max") ?? DEFAULT_MAX,
    options: [],
    definitions: [],
  };
  if (type === "list") {
    definition.itemType = itemTypeOf(json);
    if (definition.itemType === "struct") {
      const properties = fieldOf(json, "definitions") ?? undefined;
      if (properties === undefined) throw missing("definitions");
      definition.definitions = parseList(properties, "definitions", { ...place, nested: true });
    }
  }
  definition.options = parseOptions(json, definition, place.budget);
  definition.defaultValue = parseDefault(json, definition, place);
  return definition;
}

function parseType(json: JsonObject, field: string): SettingType {
  const name = requiredText(json, field, LONGEST_TEXT);
  const type = SETTING_TYPES.find((type) => type === name);
  if (type === undefined) throw invalid(field, `is ${shown(name)}, which is no type`);
  return type;
}

function itemTypeOf(json: JsonObject): SettingType {
  const type = parseType(json, "item_type");
  if (type === "boolean" || type === "list") {
    throw invalid("item_type", `is ${type}, of which there are no lists`);
  }
  return type;
}

function optionalText(json: JsonObject, field: string): string {
  const value = fieldOf(json, field) ?? "";
  if (typeof value !== "string") throw invalid(field, `is ${shown(value)}, expected a text`);
  if (value.length > LONGEST_TEXT) {
    throw invalid(field, `has more than ${LONGEST_TEXT} characters`);
  }
  return value;
}

function optionalBoolean(json: JsonObject, type: SettingType): boolean {
  const value = fieldOf(json, "optional") ?? false;
  if (typeof value !== "boolean") {
    throw invalid("optional", `is ${shown(value)}, expected true or false`);
  }
  if (value && (type === "boolean" || type === "number")) {
    throw invalid("optional", `is true, but a ${type} always has a value`);
  }
  return value;
}

function optionalInteger(json: JsonObject, field: string): number | undefined {
  const value = fieldOf(json, field) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number" && (value | 0) === value) return value;
  throw invalid(field, `is ${shown(value)}, expected a whole number of 32 bits`);
}

function parseOptions(
  json: JsonObject,
  { type, itemType }: Definition,
  budget: ValueBudget,
): SettingOption[] {
  const honoured = [type, itemType].some((one) => one === "string" || one === "number");
  const given = fieldOf(json, "options") ?? undefined;
  if (!honoured || given === undefined) return [];
  if (!Array.isArray(given)) throw invalid("options", `is ${shown(given)}, expected a list`);
  if (given.length > MOST_OPTIONS) {
    throw invalid("options", `has ${given.length} members; ${MOST_OPTIONS} are allowed`);
  }
  return given.map((option): SettingOption => {
    if (!isObject(option)) throw invalid("options", `has ${shown(option)}, which is no object`);
    const name = requiredText(option, "name", LONGEST_TEXT);
    if (type !== "number") {
      const id = requiredText(option, "id", LONGEST_TEXT);
      budget.take(id.length + name.length, "options");
      return { id, name };
    }
    const id = optionalInteger(option, "id");
    if (id === undefined) throw missing("id");
    budget.take(name.length, "options");
    return { id, name };
  });
}

function parseDefault(json: JsonObject, definition: Definition, place: Place): unknown {
  const given = fieldOf(json, "default_value");
  if (given === undefined && !definition.optional) throw missing("default_value");
  const { budget, options: { os } } = place;
  return storedDefault(definition, given, { budget, ...(os === undefined ? {} : { os }) });
}

/**
 * A definition as it is sent (contracts: AirDC++ 8.2).
 *
 * @example
 * ```ts
 * import { parseDefinitions, serializeDefinition } from "./setting_definition.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const json = { key: "n", title: "N", type: "number", default_value: 3, max: 9 };
 * assertEquals(parseDefinitions([json]).map(serializeDefinition), [{ ...json, min: 0 }]);
 * ```
 */
export function serializeDefinition(definition: Definition): Record<string, unknown> {
  const { key, title, type, defaultValue, help, optional, options, min, max } = definition;
  return {
    key,
    title,
    type,
    default_value: defaultValue,
    ...(help === "" ? {} : { help }),
    ...(optional ? { optional } : {}),
    ...(options.length === 0 ? {} : { options }),
    ...(type === "number" ? { min, ...(max === DEFAULT_MAX ? {} : { max }) } : {}),
    ...(type === "list" ? { item_type: definition.itemType } : {}),
    ...(definition.itemType === "struct"
      ? { definitions: definition.definitions.map((one) => serializeDefinition(one)) }
      : {}),
  };
}
