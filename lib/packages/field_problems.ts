/**
 * Fields of JSON that somebody sent, read one by one, and what is said of wrong ones.
 *
 * @module
 */

import { FieldError } from "./field_error.ts";

/** A JSON object, whose keys anybody may have chosen. Ask it by {@linkcode fieldOf} only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** For a field whose value may not be. */
export function invalid(field: string, why: string): FieldError {
  return new FieldError(field, { code: "invalid", message: `"${shortened(field)}" ${why}` });
}

/** For a field that must be there. */
export function missing(field: string): FieldError {
  return new FieldError(field, {
    code: "missing_field",
    message: `"${shortened(field)}" is missing`,
  });
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field of an object; `undefined` when it has none of its own. */
export function fieldOf(object: JsonObject, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}

/**
 * A text that must be there.
 *
 * @throws {FieldError} when it is missing, `null`, empty, no text or longer than `most` characters
 */
export function requiredText(object: JsonObject, field: string, most: number): string {
  const value = fieldOf(object, field) ?? undefined;
  if (value === undefined) throw missing(field);
  if (typeof value !== "string") throw invalid(field, "is no text");
  if (value === "") throw invalid(field, "is empty");
  if (value.length > most) throw invalid(field, `has more than ${most} characters`);
  return value;
}

/** How a value is shown in a message. */
export function shown(value: unknown): string {
  return shortened(JSON.stringify(value) ?? String(value));
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text;
}
