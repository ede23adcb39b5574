/**
 * Values of settings: which are accepted, and how they are stored (contracts: AirDC++ 8.4).
 *
 * @module
 */

import { fieldOf, invalid, isObject, shown } from "./field_problems.ts";
import { type Definition, isPathType, isTextType, type SettingType } from "./setting_type.ts";

type OperatingSystem = typeof Deno.build.os;

/** How much the values of one request may hold, together with what defaults add to them. */
export class ValueBudget {
  #left: number;

  /** @param characters about; one that is no text counts as a few */
  constructor(characters: number) {
    this.#left = characters;
  }

  get left(): number {
    return this.#left;
  }

  /** @throws {FieldError} when it is used up */
  take(characters: number, field: string): void {
    this.#left -= characters + COST_OF_VALUE;
    if (this.#left < 0) throw invalid(field, "is more than all settings together may hold");
  }
}

const COST_OF_VALUE = 8;

/** How values are converted. */
export interface ConversionOptions {
  budget: ValueBudget;
  /** Decides how paths are written. Default: this one. */
  os?: OperatingSystem;
}

/**
 * A value in the form it is stored in, a copy.
 *
 * Deviating from the original, fractions and booleans are no numbers (8.4, HOST). As there, options of
 * a list of numbers match nothing, because their ids are texts.
 *
 * @param json as it came from JSON
 * @throws {FieldError} `invalid`, with the setting's key or that of the property of a list's item
 *
 * @example
 * ```ts
 * import { parseDefinitions } from "./setting_definition.ts";
 * import { storedValue, ValueBudget } from "./setting_value.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [definition] = parseDefinitions([
 *   { key: "folder", title: "Folder", type: "directory_path", default_value: "" },
 * ]);
 * const budget = new ValueBudget(1000);
 * assertEquals(storedValue(definition!, "/tmp", { budget, os: "linux" }), "/tmp/");
 * ```
 */
export function storedValue(
  definition: Definition,
  json: unknown,
  options: ConversionOptions,
): unknown {
  const value = convert(definition, json, options);
  checkOptions(definition, value);
  return value;
}

/**
 * The default of a definition as it is stored. It may be empty also where values may not.
 *
 * @throws {FieldError} as {@linkcode storedValue}
 */
export function storedDefault(
  definition: Definition,
  json: unknown,
  options: ConversionOptions,
): unknown {
  return storedValue({ ...definition, optional: true }, json ?? null, options);
}

/** Whether two stored values are the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}

function convert(definition: Definition, json: unknown, options: ConversionOptions): unknown {
  const { key, type, optional } = definition;
  if (type === "list") return convertList(definition, json, options);
  const value = convertScalar(definition, { type, json, emptyAllowed: optional, ...options });
  options.budget.take(typeof value === "string" ? value.length : 0, key);
  return value;
}

interface Scalar extends ConversionOptions {
  /** The type of the setting, or of the items of a list. */
  type: SettingType;
  json: unknown;
  emptyAllowed: boolean;
  /** An item is never nothing. */
  isItem?: boolean;
}

function convertScalar(definition: Definition, scalar: Scalar): unknown {
  const { type, json, isItem } = scalar;
  if (isTextType(type)) return convertText(definition, scalar);
  switch (type) {
    case "boolean":
      if (typeof json === "boolean") return json;
      throw invalid(definition.key, `is ${shown(json)}, expected true or false`);
    case "number":
      return convertNumber(definition, json);
    case "hinted_user":
      if (json === null && !isItem) return null;
      return convertUser(definition, scalar);
    default:
      throw invalid(definition.key, `has a value of type ${type}, which is no single value`);
  }
}

function convertNumber({ key, min, max }: Definition, json: unknown): number {
  if (typeof json !== "number" || !Number.isInteger(json)) {
    throw invalid(key, `is ${shown(json)}, expected a whole number`);
  }
  if (json < min || json > max) {
    throw invalid(key, `is ${json}, expected a number from ${min} to ${max}`);
  }
  return json;
}

function convertText({ key }: Definition, { type, json, emptyAllowed, os }: Scalar): string {
  const given = json === null ? "" : json;
  // What is shown of a wrong value might be a password.
  if (typeof given !== "string") throw invalid(key, "is no text");
  let text = given.split("\0", 1)[0]!;
  if (isPathType(type)) text = cleanPath(text, { folder: type === "directory_path", os });
  if (text === "" && !emptyAllowed) throw invalid(key, "is empty");
  return text;
}

/**
 * A path without characters that no file name has: control characters, and on Windows also `<>"|?*`
 * and colons behind the drive. One of a folder ends with the separator.
 */
function cleanPath(
  path: string,
  { folder, os = Deno.build.os }: { folder: boolean; os: OperatingSystem | undefined },
): string {
  // deno-lint-ignore no-control-regex
  let clean = path.replace(/[\x01-\x1f\x7f]/g, "_");
  const separator = os === "windows" ? "\\" : "/";
  if (os === "windows") {
    const slashed = clean.replaceAll("/", "\\");
    const start = /^(\\\\\?\\)?([A-Za-z]:)?/.exec(slashed)![0];
    clean = start + slashed.slice(start.length).replace(/[<>"|?*:]/g, "_");
  }
  return folder && clean !== "" && !clean.endsWith(separator) ? clean + separator : clean;
}

function convertUser({ key }: Definition, { json, budget }: Scalar): Record<string, string> {
  if (!isObject(json)) throw invalid(key, `is ${shown(json)}, expected a user`);
  const user = ["cid", "hub_url", "nicks"].map((name) => {
    const value = fieldOf(json, name);
    if (typeof value !== "string" || value === "") {
      throw invalid(key, `is a user without "${name}"`);
    }
    budget.take(value.length, key);
    return [name, value];
  });
  return Object.fromEntries(user);
}

function convertList(definition: Definition, json: unknown, options: ConversionOptions) {
  const { key, optional } = definition;
  if (json !== null && !Array.isArray(json)) throw invalid(key, "is no list");
  const items: unknown[] = json ?? [];
  if (items.length === 0 && !optional) throw invalid(key, "is empty");
  options.budget.take(0, key);
  const type = definition.itemType!;
  return items.map((item) => {
    if (type === "struct") return convertStruct(definition, item, options);
    const scalar = { type, json: item, emptyAllowed: false, isItem: true, ...options };
    const value = convertScalar(definition, scalar);
    options.budget.take(typeof value === "string" ? value.length : 0, key);
    return value;
  });
}

function convertStruct(
  { key, definitions }: Definition,
  json: unknown,
  options: ConversionOptions,
): Record<string, unknown> {
  if (!isObject(json) || Object.keys(json).length === 0) {
    throw invalid(key, "has an item without properties");
  }
  return Object.fromEntries(definitions.map((property) => {
    const given = fieldOf(json, property.key);
    options.budget.take(property.key.length, key);
    // A default may be empty where a value may not; then the item has to name one.
    const value = given === undefined ? property.defaultValue : given;
    return [property.key, storedValue(property, value, options)];
  }));
}

function checkOptions({ key, options }: Definition, value: unknown): void {
  if (options.length === 0) return;
  for (const one of Array.isArray(value) ? value : [value]) {
    if (options.some(({ id }) => id === one)) continue;
    throw invalid(key, `has ${shown(one)}, which is none of its options`);
  }
}
