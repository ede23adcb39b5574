/**
 * Finding and reading the configuration file (contracts: Neutralino 1.3).
 *
 * @module
 */

import { StartError } from "../errors.ts";
import type { ResourceSource } from "../resources/source.ts";

/** The first is the one of section 1.3, the second that of the published guide. */
const DEFAULT_NAMES = ["/neutralino.config.json", "/neutralinojs.config.json"] as const;

/** A configuration larger than this is a mistake. */
const MAX_BYTES = 16_777_216;
/** Levels of objects and lists within each other, ten times what any configuration has. */
const DEEPEST = 100;

/** A configuration file. */
export interface FoundConfig {
  /** `/`-rooted, as in `NL_CONFIGFILE`. */
  configFile: string;
  /** Parsed; absent when there is no file. */
  config?: unknown;
}

/**
 * Reads the configuration through the app's resources.
 *
 * @param explicit the name given by `--config-file`
 * @throws {StartError} when a name was given and there is no such file, or the file cannot be read or
 * is no JSON
 */
export async function readConfig(
  source: ResourceSource,
  explicit?: string,
): Promise<FoundConfig> {
  for (const configFile of explicit === undefined ? DEFAULT_NAMES : [explicit]) {
    const file = await source.open(configFile);
    const name = configFile.slice(1);
    if (file === undefined) {
      const problem = obstacle(source, configFile);
      if (problem === undefined) continue;
      throw new StartError(`Cannot read the configuration "${name}": ${problem}`);
    }
    if (file.size > MAX_BYTES) {
      file.close();
      throw new StartError(
        `Cannot read the configuration "${name}": it has ${file.size} bytes, expected at most ${MAX_BYTES}`,
      );
    }
    const text = new TextDecoder().decode(await file.bytes());
    return { configFile, config: await parseConfig(text, name) };
  }
  if (explicit !== undefined) {
    throw new StartError(
      `Cannot read the configuration "${explicit.slice(1)}": no such file in "${source.root}"`,
    );
  }
  return { configFile: DEFAULT_NAMES[0] };
}

/**
 * Why a file that is there cannot be read. To go on with the defaults, as without a file, would drop
 * what it forbids.
 *
 * @returns `undefined` when nothing is there
 */
function obstacle({ kind, root }: ResourceSource, configFile: string): string | undefined {
  if (kind !== "directory") return undefined;
  const path = (root || ".") + configFile;
  try {
    Deno.lstatSync(path);
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : (error as Error).message;
  }
  try {
    // Checked first: to open a named pipe would wait for its writer.
    if (!Deno.statSync(path).isFile) return "it is no file";
    Deno.openSync(path).close();
    return "it is a link that leads out of the app's folder";
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Parses a configuration: JSON, or JSON with comments and trailing commas.
 *
 * @param name the file's name for the message
 * @throws {StartError} naming file, line and column, or what is nested more than 100 levels deep
 */
export async function parseConfig(text: string, name: string): Promise<unknown> {
  const config = await parseText(text, name);
  if (!isDeeper(config, DEEPEST)) return config;
  throw new StartError(
    `Cannot use the configuration "${name}": it is nested more than ${DEEPEST} levels deep`,
  );
}

/** Level by level: what walks down by calling itself could end in a stack overflow. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((it) => typeof it === "object" && it !== null ? Object.values(it) : []);
  }
  return false;
}

async function parseText(text: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // Commented files are rare: the second parser is loaded only for them.
    const { parse } = await import("@std/jsonc");
    try {
      return parse(text);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      const found = /unexpected (.+?) in JSONC at position (\d+)/s.exec(message);
      const { line, column } = position(text, found ? Number(found[2]) : text.length);
      const what = found?.[1]?.replaceAll(/\s+/g, " ") ?? "end of the file";
      throw new StartError(
        `Cannot read the configuration "${name}": line ${line}, column ${column}: unexpected ${what}, expected JSON`,
        { cause },
      );
    }
  }
}

function position(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
