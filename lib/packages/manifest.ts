/**
 * package.json of an extension (contracts: AirDC++ 2.3).
 *
 * @module
 */

import { isJsonObject, JsonFields, shownValue } from "./json_fields.ts";
import { isDeeperThan } from "../router/json_depth.ts";
import { scriptProblem } from "./package_path.ts";
import { type PackagePermissions, parsePermissions } from "./package_permissions.ts";

/** What an extension tells of itself. */
export interface Manifest {
  name: string;
  description: string;
  /** Usually a semantic version, but any text may stand here. */
  version: string;
  author: string;
  homepage: string;
  /** The script, relative to the folder of the package; a file of just this name need not be there. */
  main?: string;
  /** Never to be looked up in a registry. */
  private: boolean;
  /** Names of engines, the first of which that is there runs it. */
  engines: string[];
  /** Systems that it runs on; absent: all. */
  os?: string[];
  apiVersion: number;
  minApiFeatureLevel: number;
  /** It tells when it is ready. */
  signalReady: boolean;
  keywords: string[];
  /** What it would like to be allowed. */
  permissions: PackagePermissions;
}

/** Thrown for a package.json that cannot be used. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  /** Everything that is wrong, a sentence without its end each. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The package.json cannot be used: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

/** The API that this host has (contracts: AirDC++ 1.3). */
export const API_VERSION = 1;
/** See {@linkcode API_VERSION}. */
export const API_FEATURE_LEVEL = 10;

/** Largest package.json, in bytes. */
export const MAX_MANIFEST_BYTES = 1 << 20;
const MAX_DEPTH = 64;
const MAX_NAME = 214;
/** Also what entities of the API are called (contracts: AirDC++ 1.2). */
const NAME = /^airdcpp-[A-Za-z0-9._-]+$/;

/**
 * Why a text may not be the name of a package; `undefined` for one that may.
 *
 * @example
 * ```ts
 * import { nameProblem } from "./manifest.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nameProblem("airdcpp-example"), undefined);
 * assertEquals(typeof nameProblem("airdcpp-../example"), "string");
 * ```
 */
export function nameProblem(name: string): string | undefined {
  if (name.length > MAX_NAME) return `is longer than ${MAX_NAME} characters`;
  if (NAME.test(name)) return undefined;
  return `must be "airdcpp-" and letters, digits, dots, dashes or underscores, not ${
    shownValue(name)
  }`;
}

/**
 * Reads a package.json.
 *
 * @param options.managed whether the host is to start it, which needs `main`. Default true
 * @throws {ManifestError} which names everything that is wrong
 */
export function parseManifest(text: string, { managed = true } = {}): Manifest {
  const json = parseObject(text);
  const problems: string[] = [];
  const fields = new JsonFields(json, { problems });
  const api = fields.get("airdcpp");
  if (!isJsonObject(api)) fields.wrong("airdcpp", "an object");
  const apiFields = new JsonFields(isJsonObject(api) ? api : {}, {
    path: "airdcpp",
    // Without the object, that it is absent says enough.
    problems: isJsonObject(api) ? problems : [],
  });
  const name = fields.string("name");
  const wrongName = fields.get("name") === name ? nameProblem(name) : undefined;
  if (wrongName !== undefined) fields.problem("name", wrongName);
  const main = managed ? parseScript(fields) : fields.optional("main", "", isString, "a string");
  const os = fields.strings("os");
  const apiVersion = apiFields.get("apiVersion");
  if (typeof apiVersion !== "number") apiFields.wrong("apiVersion", "a number");
  const manifest: Manifest = {
    name,
    description: fields.string("description"),
    version: fields.string("version"),
    author: parseAuthor(fields),
    homepage: fields.optional("homepage", "", isString, "a string"),
    ...(fields.get("main") === undefined ? {} : { main }),
    private: fields.optional("private", false, isBoolean, "true or false"),
    engines: parseEngines(fields),
    ...(os === undefined ? {} : { os }),
    apiVersion: Number(apiVersion),
    minApiFeatureLevel: apiFields.optional("minApiFeatureLevel", 0, isNumber, "a number"),
    signalReady: apiFields.optional("signalReady", false, isBoolean, "true or false"),
    keywords: parseKeywords(fields.get("keywords")),
    permissions: parsePermissions(fields.get("outrigger"), problems),
  };
  if (problems.length > 0) throw new ManifestError(problems);
  return manifest;
}

/**
 * Why an extension cannot run here; `undefined` for one that can. Looked at when it is installed and
 * again at each start.
 *
 * @param options.platform `win32`, `darwin`, `linux`, `freebsd` or `other`, for which all are fit
 */
export function incompatibility(
  manifest: Pick<Manifest, "apiVersion" | "minApiFeatureLevel" | "os">,
  { platform }: { platform: string },
): string | undefined {
  const { apiVersion, minApiFeatureLevel, os } = manifest;
  if (apiVersion !== API_VERSION) {
    return `it needs version ${apiVersion} of the API, this is ${API_VERSION}`;
  }
  if (minApiFeatureLevel > API_FEATURE_LEVEL) {
    return `it needs feature level ${minApiFeatureLevel} of the API, this is ${API_FEATURE_LEVEL}`;
  }
  // Entries such as "!win32" are names like others: nothing fits them (contracts: AirDC++ 2.3).
  if (os === undefined || os.length === 0 || platform === "other" || os.includes(platform)) {
    return undefined;
  }
  return `it runs on ${os.map(shownValue).join(", ")} only, this is "${platform}"`;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  // Counted in bytes only where the number of characters does not tell.
  if (
    text.length > MAX_MANIFEST_BYTES ||
    text.length * 3 > MAX_MANIFEST_BYTES &&
      new TextEncoder().encode(text).length > MAX_MANIFEST_BYTES
  ) {
    throw new ManifestError([`it is larger than ${MAX_MANIFEST_BYTES} bytes`]);
  }
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (isDeeperThan(MAX_DEPTH, plain)) {
    throw new ManifestError([`it is nested more than ${MAX_DEPTH} levels deep`]);
  }
  let json: unknown;
  try {
    json = JSON.parse(plain);
  } catch (error) {
    throw new ManifestError([`it is not JSON: ${(error as Error).message}`]);
  }
  if (isJsonObject(json)) return json;
  throw new ManifestError([`it must be an object, not ${shownValue(json)}`]);
}

function parseScript(fields: JsonFields): string {
  const main = fields.string("main");
  const problem = fields.get("main") === main ? scriptProblem(main) : undefined;
  if (problem !== undefined) fields.problem("main", `${problem}: ${shownValue(main)}`);
  return main;
}

function parseAuthor(fields: JsonFields): string {
  const author = fields.get("author");
  const name = isJsonObject(author) && Object.hasOwn(author, "name") ? author.name : author;
  if (typeof name === "string") return name;
  fields.wrong("author", 'a string, or an object with a string "name"');
  return "";
}

/** The keys in alphabetical order, not that of the file; of an array `"0"`, `"1"` and so on. */
function parseEngines(fields: JsonFields): string[] {
  const engines = fields.get("engines");
  if (engines !== undefined && (typeof engines !== "object" || engines === null)) {
    fields.wrong("engines", "an object");
  }
  const names = Object.keys(engines ?? {}).sort();
  return names.length === 0 ? ["node"] : names;
}

/** Nothing depends on them: what is no text is left out. */
function parseKeywords(keywords: unknown): string[] {
  return Array.isArray(keywords) ? keywords.filter(isString) : [];
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
