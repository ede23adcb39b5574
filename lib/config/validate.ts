/**
 * Checking a configuration and saying readably what is wrong with it.
 *
 * @module
 */

import {
  type BaseIssue,
  type GenericSchema,
  getDotPath,
  type InferOutput,
  safeParse,
} from "valibot";
import { StartError } from "../errors.ts";
import type { Override } from "./flags.ts";
import { ConfigFile, Extension, type RawExtension } from "./schema.ts";

const MOST = 5;
const LONGEST = 60;

/** What {@linkcode validateConfig} needs to name a problem. */
export interface ValidateOptions {
  /** The file's name for the message. */
  name: string;
  /** Values from the command line that are already in the configuration. */
  overrides?: readonly Override[];
}

/**
 * Checks a configuration as a whole, before any of it is used.
 *
 * @param config parsed JSON
 * @returns the same values, typed
 * @throws {StartError} one line that names up to five keys, their values and what was expected
 */
export function validateConfig(
  config: unknown,
  { name, overrides = [] }: ValidateOptions,
): ConfigFile {
  return validate(ConfigFile, config, `the configuration ${JSON.stringify(name)}`, overrides);
}

/**
 * Checks one entry of `extensions` that came by another way than the file.
 *
 * @throws {StartError} see {@linkcode validateConfig}
 */
export function validateExtension(entry: unknown): RawExtension {
  return validate(Extension, entry, "the definition", []);
}

function validate<Schema extends GenericSchema>(
  schema: Schema,
  config: unknown,
  what: string,
  overrides: readonly Override[],
): InferOutput<Schema> {
  const result = safeParse(schema, config);
  if (result.success) return result.output;
  const problems = new Map<string, string>();
  for (const issue of result.issues) {
    const path = getDotPath(issue) ?? "";
    if (!problems.has(path)) problems.set(path, describe(issue, path, config, overrides));
  }
  // A flag that is written into every mode has one problem, not five.
  const texts = [...new Set(problems.values())];
  const shown = texts.slice(0, MOST);
  if (texts.length > MOST) shown.push(`and ${texts.length - MOST} more`);
  throw new StartError(`Cannot use ${what}: ${shown.join("; ")}`);
}

function describe(
  issue: BaseIssue<unknown>,
  path: string,
  config: unknown,
  overrides: readonly Override[],
): string {
  let value: unknown = config;
  for (const { key } of issue.path ?? []) {
    const holder: unknown = value;
    value = typeof holder === "object" && holder !== null
      ? Reflect.get(holder, key as PropertyKey)
      : undefined;
  }
  const override = overrides.find(({ flag, target }) =>
    path === target.join(".") ||
    flag.everyMode && path.startsWith("modes.") && path.endsWith(`.${target.join(".")}`)
  );
  const subject = override !== undefined
    ? `the flag "--${override.flag.name}"`
    : path === ""
    ? "it"
    : JSON.stringify(path);
  return `${subject} is ${quote(value)}, expected ${issue.message}`;
}

/** A value as JSON, cut where it is long. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
