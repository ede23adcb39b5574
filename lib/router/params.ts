/**
 * The parameters of a call.
 *
 * @module
 */

import { HostError } from "../errors.ts";

const NO_MEMBERS: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * Members of a request's `data`. `null` counts as absent, nothing is converted, and a value of the
 * wrong type fails the call with an unnamed `NE_RT_NATRTER` (contracts: Neutralino 5.3).
 */
export class Params {
  /** The data as it came. */
  readonly raw: unknown;
  /** Its members; none where it is no object. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(raw: unknown) {
    this.raw = raw;
    this.members = typeof raw === "object" && raw !== null && !Array.isArray(raw)
      ? raw as Record<string, unknown>
      : NO_MEMBERS;
  }

  /** The value of a member, `undefined` when it is absent or null. Inherited ones do not count. */
  value(name: string): unknown {
    if (!Object.hasOwn(this.members, name)) return undefined;
    return this.members[name] ?? undefined;
  }

  /** Whether a member is there and not null. */
  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** A text; `fallback` when absent. */
  string(name: string, fallback = ""): string {
    const value = this.value(name) ?? fallback;
    if (typeof value !== "string") throw wrongType();
    return value;
  }

  /** A whole number; fractions are cut off. `fallback` when absent. */
  int(name: string, fallback: number): number {
    const value = this.value(name) ?? fallback;
    if (typeof value !== "number") throw wrongType();
    return Math.trunc(value);
  }

  /** A boolean; `fallback` when absent. */
  bool(name: string, fallback: boolean): boolean {
    const value = this.value(name) ?? fallback;
    if (typeof value !== "boolean") throw wrongType();
    return value;
  }

  /** A list of texts; empty when absent. */
  strings(name: string): string[] {
    const value = this.value(name) ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
      throw wrongType();
    }
    return value;
  }

  /** Any JSON value; `null` when absent. */
  json(name: string): unknown {
    return this.value(name) ?? null;
  }
}

/** The error of a parameter whose type is wrong: it names none (section 5.3, rule 6). */
export function wrongType(): HostError {
  return new HostError("NE_RT_NATRTER");
}
