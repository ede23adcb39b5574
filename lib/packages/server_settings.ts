/**
 * The module `settings`: settings of the host itself (contracts: AirDC++ 8.7, 12.4).
 *
 * @module
 */

import type { Engine } from "./engines.ts";
import { invalid, isObject, shown } from "./field_problems.ts";
import { serverDefinitions, type ServerKey } from "./server_definitions.ts";
import { type Definition, serializeDefinition } from "./setting_definition.ts";
import { sameValue, storedDefault, storedValue, ValueBudget } from "./setting_value.ts";
import { SettingsFile, type SettingsFileOptions } from "./settings_file.ts";

export { SERVER_KEYS, type ServerKey } from "./server_definitions.ts";

/** Settings of {@linkcode ServerSettings}. */
export interface ServerSettingsOptions extends SettingsFileOptions {
  /** Values that the host's own configuration decides; the API cannot change them. */
  fixed?: Partial<Record<ServerKey, unknown>>;
  /** Decides defaults. Default: this one. */
  os?: typeof Deno.build.os;
}

/** Name of the file. */
export const SERVER_SETTINGS_FILE = "web-server.json";

const MODES = ["current", "force_auto", "force_manual"];
const MOST_KEYS = 1000;
const MOST_CHARACTERS = 1 << 20;
const SECOND = 1000;

/**
 * Values are kept in a file, but only those that differ from the host's own defaults. Defaults that
 * `setDefaults` changes last as long as the host runs.
 */
export class ServerSettings {
  /** With the present defaults. */
  readonly #definitions: Map<string, Definition>;
  /** The defaults that the file is compared with. */
  readonly #original: ReadonlyMap<string, unknown>;
  readonly #fixed = new Map<string, unknown>();
  readonly #values = new Map<string, unknown>();
  /** What another version has written is kept. */
  readonly #unknown = new Map<string, unknown>();
  readonly #file: SettingsFile;
  readonly #os: typeof Deno.build.os;

  private constructor(file: SettingsFile, { fixed = {}, os }: ServerSettingsOptions) {
    this.#os = os ?? Deno.build.os;
    const definitions = serverDefinitions(this.#os);
    this.#definitions = new Map(definitions.map((one) => [one.key, one]));
    this.#original = new Map(definitions.map(({ key, defaultValue }) => [key, defaultValue]));
    this.#file = file;
    const budget = new ValueBudget(MOST_CHARACTERS);
    for (const [key, value] of Object.entries(fixed)) {
      if (value === undefined) continue;
      this.#fixed.set(key, storedValue(this.#definition(key), value, { budget, os: this.#os }));
    }
  }

  /**
   * Reads `web-server.json`; values in it that may not be are left out, and reported.
   *
   * @param folder must exist
   * @throws {Error} when the file cannot be read
   * @throws {FieldError} when a fixed value may not be
   */
  static async open(folder: string, options: ServerSettingsOptions): Promise<ServerSettings> {
    const path = `${folder}/${SERVER_SETTINGS_FILE}`;
    const file = new SettingsFile(path, options);
    const settings = new ServerSettings(file, options);
    for (const [key, value] of await file.load()) {
      try {
        settings.#read(key, value);
      } catch (error) {
        options.report(`In "${path}", ${(error as Error).message}: its default is used`);
      }
    }
    return settings;
  }

  /**
   * Values by key (E29).
   *
   * @param keys a list of keys; there is nothing here that has an automatic value, so that `mode`
   * makes no difference
   * @throws {FieldError} for a key that there is not, or another mode
   */
  get(keys: unknown, mode: unknown = "current"): Record<string, unknown> {
    if (!MODES.some((one) => one === mode)) {
      throw invalid("value_mode", `is ${shown(mode)}, expected ${MODES.join(", ")}`);
    }
    return this.#each(keys, (definition) => this.#value(definition));
  }

  /** Defaults by key (E33); throws as `get`. */
  defaults(keys: unknown): Record<string, unknown> {
    return this.#each(keys, ({ defaultValue }) => defaultValue);
  }

  /** Definitions as they are sent (E32); throws as `get`. */
  definitions(keys: unknown): Record<string, unknown>[] {
    return checkedKeys(keys).map((key) => serializeDefinition(this.#definition(key)));
  }

  /**
   * Stores values (E30). Other than in the original, one that may not be leaves all as they were.
   *
   * @throws {FieldError} also for a value that the host's configuration decides, unless it is the same
   */
  set(values: unknown): void {
    const changes = this.#convert(values, storedValue);
    for (const [{ key }, value] of changes) {
      if (this.#fixed.has(key) && !sameValue(value, this.#fixed.get(key))) {
        throw invalid(key, "is decided by the host's own configuration");
      }
    }
    for (const [definition, value] of changes) {
      if (!this.#fixed.has(definition.key)) this.#store(definition, value);
    }
    this.#saveSoon();
  }

  /** Takes values back to their defaults (E31); throws as `get`. */
  reset(keys: unknown): void {
    const definitions = checkedKeys(keys).map((key) => this.#definition(key));
    for (const { key } of definitions) this.#values.delete(key);
    this.#saveSoon();
  }

  /** Changes defaults until the host ends (E34); all or none, throws as `set`. */
  setDefaults(values: unknown): void {
    for (const [definition, defaultValue] of this.#convert(values, storedDefault)) {
      this.#definitions.set(definition.key, { ...definition, defaultValue });
    }
  }

  /** Whether only an admin may change it: what decides which programs run, and the network (18, 8). */
  needsAdmin(key: string): boolean {
    return key === "extension_engines" || key.startsWith("web_");
  }

  get engines(): readonly Engine[] {
    return this.#of("extension_engines") as Engine[];
  }

  get debugMode(): boolean {
    return this.#of("extensions_debug_mode") as boolean;
  }

  /** How long the host's start waits for extensions. */
  get initTimeoutMs(): number {
    return this.#number("extensions_init_timeout") * SECOND;
  }

  get pingIntervalMs(): number {
    return this.#number("ping_interval") * SECOND;
  }

  get pingTimeoutMs(): number {
    return this.#number("ping_timeout") * SECOND;
  }

  /** 0: sessions do not end by themselves. */
  get defaultIdleTimeoutMinutes(): number {
    return this.#number("default_idle_timeout");
  }

  get autoUpdate(): boolean {
    return this.#of("extensions_auto_update") as boolean;
  }

  get menuHookTimeoutMs(): number {
    return this.#number("list_menuitems_hook_timeout") * SECOND;
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  #read(key: string, value: unknown): void {
    const definition = this.#definitions.get(key);
    if (definition === undefined) {
      this.#unknown.set(key, value);
      return;
    }
    const budget = new ValueBudget(MOST_CHARACTERS);
    this.#store(definition, storedValue(definition, value, { budget, os: this.#os }));
  }

  #store({ key, defaultValue }: Definition, value: unknown): void {
    // With another default for the time being, it is still to be the same after the next start.
    const isDefault = sameValue(value, defaultValue) && sameValue(value, this.#original.get(key));
    if (isDefault) this.#values.delete(key);
    else this.#values.set(key, value);
  }

  #saveSoon(): void {
    this.#file.saveSoon(() => {
      const changed = [...this.#values].filter(([key, value]) =>
        !sameValue(value, this.#original.get(key))
      );
      return Object.fromEntries([...this.#unknown, ...changed]);
    });
  }

  #convert(
    values: unknown,
    convert: typeof storedValue,
  ): (readonly [definition: Definition, value: unknown])[] {
    if (!isObject(values)) throw invalid("settings", `is ${shown(values)}, expected an object`);
    const budget = new ValueBudget(MOST_CHARACTERS);
    return Object.keys(values).map((key) => {
      const definition = this.#definition(key);
      return [definition, convert(definition, values[key], { budget, os: this.#os })] as const;
    });
  }

  #each(keys: unknown, value: (definition: Definition) => unknown): Record<string, unknown> {
    const entries = checkedKeys(keys).map((key) => [key, value(this.#definition(key))]);
    return Object.fromEntries(entries);
  }

  #definition(key: string): Definition {
    const definition = this.#definitions.get(key);
    if (definition === undefined) throw invalid(key, "is no setting of the host");
    return definition;
  }

  #value({ key, defaultValue }: Definition): unknown {
    if (this.#fixed.has(key)) return this.#fixed.get(key);
    return this.#values.has(key) ? this.#values.get(key) : defaultValue;
  }

  #of(key: ServerKey): unknown {
    return this.#value(this.#definition(key));
  }

  #number(key: ServerKey): number {
    return this.#of(key) as number;
  }
}

function checkedKeys(keys: unknown): string[] {
  if (!Array.isArray(keys)) throw invalid("keys", `is ${shown(keys)}, expected a list`);
  if (keys.length > MOST_KEYS) throw invalid("keys", `has more than ${MOST_KEYS} members`);
  return keys.map((key) => {
    if (typeof key === "string") return key;
    throw invalid("keys", `has ${shown(key)}, which is no key`);
  });
}
