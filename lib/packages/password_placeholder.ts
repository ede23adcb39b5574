/**
 * Passwords among settings: others than their owner see a placeholder (contracts: AirDC++ 18, 9).
 *
 * @module
 */

import { fieldOf, invalid, isObject } from "./field_problems.ts";
import type { Definition } from "./setting_type.ts";
import { sameValue } from "./setting_value.ts";

/** What stands for a password that is not shown. */
export const PASSWORD_PLACEHOLDER = "••••••••";

/** A stored value with every password that is not empty replaced. */
export function withoutPasswords(definition: Definition, value: unknown): unknown {
  const hidden = (one: unknown) => one === "" ? "" : PASSWORD_PLACEHOLDER;
  if (definition.type === "password") return hidden(value);
  if (!Array.isArray(value)) return value;
  if (definition.itemType === "password") return value.map(hidden);
  if (!definition.definitions.some(hasPassword)) return value;
  return value.map((item) => withoutPasswordsOf(definition, item));
}

function withoutPasswordsOf({ definitions }: Definition, item: unknown): unknown {
  if (!isObject(item)) return item;
  return Object.fromEntries(definitions.map((property) => [
    property.key,
    withoutPasswords(property, fieldOf(item, property.key)),
  ]));
}

function hasPassword({ type, itemType, definitions }: Definition): boolean {
  return type === "password" || itemType === "password" || definitions.some(hasPassword);
}

/**
 * What somebody sends who was shown placeholders, with the passwords that they stand for.
 *
 * In lists of structs the placeholder stands for the password of the item that is equal in everything
 * else; where there is none, and the list is as long as before, for that of the item in its place. In
 * lists of passwords it stands for the one in its place, in a list as long as before. So an entry can be
 * edited, added, moved or removed, but no password gets into an entry that it was not meant for unseen.
 *
 * @param json as it was sent; it is not checked
 * @param current the stored value
 * @throws {FieldError} `invalid` for a placeholder that could stand for more than one password or none
 */
export function withPasswords(definition: Definition, json: unknown, current: unknown): unknown {
  if (definition.type === "password") return json === PASSWORD_PLACEHOLDER ? current : json;
  if (!Array.isArray(json) || !Array.isArray(current)) return json;
  const sameLength = json.length === current.length;
  if (definition.itemType === "password") {
    return json.map((one, at) => {
      if (one !== PASSWORD_PLACEHOLDER) return one;
      if (!sameLength) throw ambiguous(definition);
      return current[at];
    });
  }
  if (!definition.definitions.some(hasPassword)) return json;
  const free = new Set(current.keys());
  const hiding = json.map((item) => isHiding(definition, item));
  const exact = json.map((item, at) => {
    if (!hiding[at]) return undefined;
    const found = [...free].filter((index) => isEqualElse(definition, item, current[index]));
    const index = found.includes(at) ? at : found[0];
    if (index !== undefined) free.delete(index);
    return index;
  });
  return json.map((item, at) => {
    if (!hiding[at]) return item;
    const from = exact[at] ?? (sameLength && free.has(at) ? at : undefined);
    if (from === undefined) throw ambiguous(definition);
    return filled(definition, item, current[from]);
  });
}

function ambiguous({ key }: Definition) {
  return invalid(key, "has a hidden password that cannot be told from others; enter it again");
}

function isHiding({ definitions }: Definition, item: unknown): boolean {
  return isObject(item) && definitions.some((property) => {
    const given = fieldOf(item, property.key);
    return hasPassword(property) &&
      (given === PASSWORD_PLACEHOLDER ||
        (Array.isArray(given) && given.includes(PASSWORD_PLACEHOLDER)));
  });
}

/** Whether all properties that are no passwords are equal. */
function isEqualElse({ definitions }: Definition, item: unknown, other: unknown): boolean {
  return isObject(item) && isObject(other) && definitions.every((property) => {
    if (hasPassword(property)) return true;
    const given = fieldOf(item, property.key) ?? property.defaultValue;
    return sameValue(given, fieldOf(other, property.key));
  });
}

function filled({ definitions }: Definition, item: unknown, source: unknown): unknown {
  if (!isObject(item) || !isObject(source)) return item;
  const passwords = definitions.filter((property) =>
    hasPassword(property) && Object.hasOwn(item, property.key)
  ).map((property) => [
    property.key,
    withPasswords(property, item[property.key], fieldOf(source, property.key)),
  ]);
  return Object.fromEntries([...Object.entries(item), ...passwords]);
}
