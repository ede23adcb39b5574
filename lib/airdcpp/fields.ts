/**
 * Reading the fields of a request's body.
 *
 * @module
 */

import { FieldError } from "../packages/field_error.ts";

/** How a number may be bounded. */
export interface NumberBounds {
  min?: number;
  max?: number;
}

/**
 * The members of a body. What is missing or wrong becomes a 422 (contracts: AirDC++ 10.2 #11);
 * `null` counts as missing.
 *
 * @example
 * ```ts
 * import { Fields } from "./fields.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const fields = new Fields({ text: "hello" });
 * assertEquals(fields.text("text"), "hello");
 * assertEquals(fields.optional("title", (name) => fields.text(name)), undefined);
 * assertThrows(() => fields.text("severity"));
 * ```
 */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>;

  /** @param body anything; what is no object has no members */
  constructor(body: unknown) {
    const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
    this.#members = isObject ? body as Record<string, unknown> : {};
  }

  /** Whether a member is there and not `null`. */
  has(name: string): boolean {
    return Object.hasOwn(this.#members, name) && this.#members[name] !== null;
  }

  /** `read(name)` if the member is there. */
  optional<T>(name: string, read: (name: string) => T): T | undefined {
    return this.has(name) ? read(name) : undefined;
  }

  /** Any value. @throws {FieldError} when it is missing */
  value(name: string): unknown {
    if (!this.has(name)) {
      throw new FieldError(name, {
        code: "missing_field",
        message: `Field "${name}" is missing`,
      });
    }
    return this.#members[name];
  }

  /** A text that is not empty. */
  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string" || value === "") throw invalid(name, "a text, not empty");
    return value;
  }

  boolean(name: string): boolean {
    const value = this.value(name);
    if (typeof value !== "boolean") throw invalid(name, "true or false");
    return value;
  }

  /** A whole number. */
  integer(name: string, { min = 0, max = 2 ** 31 - 1 }: NumberBounds = {}): number {
    const value = this.value(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
      throw invalid(name, `a whole number from ${min} to ${max}`);
    }
    return value;
  }

  /** A list of texts. */
  texts(name: string): string[] {
    const value = this.value(name);
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
      throw invalid(name, "a list of texts");
    }
    return value;
  }
}

/** The error of a field that is there and cannot be used. */
export function invalid(field: string, expected: string): FieldError {
  return new FieldError(field, {
    code: "invalid",
    message: `Field "${field}" is invalid, expected ${expected}`,
  });
}
