/**
 * The settings of one extension while it runs: definitions and values (contracts: AirDC++ 8.1, 8.5).
 *
 * @module
 */

import { fieldOf, invalid, isObject, shown } from "./field_problems.ts";
import { withoutPasswords, withPasswords } from "./password_placeholder.ts";
import type { Definition } from "./setting_type.ts";
import { sameValue, storedValue, ValueBudget } from "./setting_value.ts";

export { PASSWORD_PLACEHOLDER } from "./password_placeholder.ts";

/** Settings of {@linkcode SettingsSheet}. */
export interface SheetOptions {
  /** Decides how paths are written. Default: this one. */
  os?: typeof Deno.build.os;
  /** About how many characters all values together may have. Default 4 Mi. */
  maxCharacters?: number;
}

interface Stored {
  value: unknown;
  characters: number;
}

const MOST_CHARACTERS = 4 << 20;

/** Values are kept in memory; whoever defined them keeps them for the next time. */
export class SettingsSheet {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #options: SheetOptions;
  /** Only what differs from its default. */
  readonly #stored = new Map<string, Stored>();

  /** @param definitions with different keys, as `parseDefinitions` gives them */
  constructor(definitions: readonly Definition[], options: SheetOptions = {}) {
    this.#definitions = new Map(definitions.map((one) => [one.key, one]));
    this.#options = options;
  }

  /** In the order in which they were given. */
  get definitions(): readonly Definition[] {
    return [...this.#definitions.values()];
  }

  /** The definition of a key. */
  definition(key: string): Definition | undefined {
    return this.#definitions.get(key);
  }

  /** Every key with its value or default, passwords among them. */
  values(): Record<string, unknown> {
    // `fromEntries` defines members, so that `__proto__` is one like any other.
    return Object.fromEntries(this.definitions.map((one) => [one.key, this.#value(one)]));
  }

  /**
   * Stores values; all or none.
   *
   * @param patch an object; unnamed keys stay as they are
   * @param options.redacted whether the sender was shown {@linkcode redacted} values, so that a
   * placeholder means the password that is there: see `withPasswords`. For the owner, who sees
   * everything, it is a text like others. Default false.
   * @returns exactly the keys of `patch` in the form that is stored, passwords among them
   * @throws {FieldError} `invalid`, for a key that is not defined or a value that may not be
   */
  change(patch: unknown, { redacted = false } = {}): Record<string, unknown> {
    if (!isObject(patch)) throw invalid("settings", `is ${shown(patch)}, expected an object`);
    const { maxCharacters = MOST_CHARACTERS, os } = this.#options;
    const budget = new ValueBudget(maxCharacters);
    const changes = Object.keys(patch).map((key) => {
      const definition = this.#definitions.get(key);
      if (definition === undefined) throw invalid(key, "is no setting that is defined");
      const given = redacted
        ? withPasswords(definition, patch[key], this.#value(definition))
        : patch[key];
      const before = budget.left;
      const options = { budget, ...(os === undefined ? {} : { os }) };
      const value = storedValue(definition, given, options);
      return { definition, value, characters: before - budget.left };
    });
    const kept = [...this.#stored].filter(([key]) => !Object.hasOwn(patch, key));
    for (const [key, { characters }] of kept) budget.take(characters, key);
    for (const { definition: { key, defaultValue }, value, characters } of changes) {
      if (value === null || sameValue(value, defaultValue)) this.#stored.delete(key);
      else this.#stored.set(key, { value, characters });
    }
    return Object.fromEntries(changes.map(({ definition, value }) => [definition.key, value]));
  }

  /** Values of this sheet with a placeholder for every password that is not empty. */
  redacted(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
      Object.keys(values).map((key) => {
        const definition = this.#definitions.get(key);
        const value = fieldOf(values, key);
        return [key, definition === undefined ? value : withoutPasswords(definition, value)];
      }),
    );
  }

  #value({ key, defaultValue }: Definition): unknown {
    const stored = this.#stored.get(key);
    return stored === undefined ? defaultValue : stored.value;
  }
}
