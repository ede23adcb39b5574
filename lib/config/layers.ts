/**
 * Values given over defaults.
 *
 * @module
 */

/** A member that is there only when its value is. */
export function given<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { [K in Key]?: Value } {
  return value === null || value === undefined ? {} : { [key]: value } as { [K in Key]: Value };
}

/** The defaults with every member of `values` that is present and has the default's type. */
export function overlay<Defaults extends object>(defaults: Defaults, values: unknown): Defaults {
  const result = { ...defaults };
  if (typeof values !== "object" || values === null) return result;
  for (const key of Object.keys(defaults) as (keyof Defaults & string)[]) {
    const value: unknown = Object.hasOwn(values, key) ? Reflect.get(values, key) : undefined;
    if (typeof value === typeof defaults[key]) result[key] = value as Defaults[typeof key];
  }
  return result;
}
