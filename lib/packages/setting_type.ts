/**
 * What a setting is (contracts: AirDC++ 8.2, 8.3).
 *
 * @module
 */

/** The types that settings and items of lists have. */
export const SETTING_TYPES = [
  "boolean",
  "number",
  "string",
  "text",
  "password",
  "email",
  "url",
  "file_path",
  "existing_file_path",
  "directory_path",
  "hub_url",
  "hinted_user",
  "list",
  "struct",
] as const;

/** One of them. */
export type SettingType = typeof SETTING_TYPES[number];

/** One of the values that a setting may have. */
export interface SettingOption {
  /** A whole number for settings of type `number`, otherwise a text. */
  id: string | number;
  name: string;
}

/** A setting as its owner defined it; checked. */
export interface Definition {
  key: string;
  title: string;
  type: SettingType;
  /** In the form that values are stored in. */
  defaultValue: unknown;
  optional: boolean;
  /** `""`: none. */
  help: string;
  min: number;
  max: number;
  /** Empty: any value. */
  options: readonly SettingOption[];
  /** There for lists. */
  itemType?: SettingType;
  /** Properties of the items of a list of `struct`; otherwise empty. */
  definitions: readonly Definition[];
}

/** Least and greatest number where a definition names none. Negative values need a `min`. */
export const DEFAULT_MIN = 0;
export const DEFAULT_MAX = 2147483647;

const OTHERS: ReadonlySet<SettingType> = new Set([
  "boolean",
  "number",
  "hinted_user",
  "list",
  "struct",
]);

const PATHS: ReadonlySet<SettingType> = new Set([
  "file_path",
  "existing_file_path",
  "directory_path",
]);

/** Whether values of a type are texts. */
export function isTextType(type: SettingType): boolean {
  return !OTHERS.has(type);
}

/** Whether values of a type are paths. */
export function isPathType(type: SettingType): boolean {
  return PATHS.has(type);
}
