/**
 * What a package says it needs: `outrigger.permissions` of its package.json.
 *
 * @module
 */

import { parseHostPattern } from "../auth/host_pattern.ts";
import type { FileRoot } from "../auth/scopes.ts";
import { isJsonObject, JsonFields, shownValue } from "./json_fields.ts";
import { rootProblem } from "./package_path.ts";

/** What a package asks for. It gets it only if the user grants it; absent keys ask for nothing. */
export interface PackagePermissions {
  /** Absolute, or below `${PACKAGE}` or `${SETTINGS}`. */
  filesystemRoots?: FileRoot[];
  netHosts?: string[];
  commands?: string[];
  /** Names of environment variables. */
  env?: string[];
  nativeAllowList?: string[];
}

/**
 * Reads `outrigger`, whose absence asks for nothing. Unknown keys are left to later versions.
 *
 * @param problems gets what is wrong
 */
export function parsePermissions(outrigger: unknown, problems: string[]): PackagePermissions {
  if (outrigger === undefined) return {};
  if (!isJsonObject(outrigger)) {
    problems.push(`"outrigger" must be an object, not ${shownValue(outrigger)}`);
    return {};
  }
  const path = "outrigger.permissions";
  const asked = new JsonFields(outrigger, { path: "outrigger", problems });
  const permissions = asked.optional("permissions", {}, isJsonObject, "an object");
  const fields = new JsonFields(permissions, { path, problems });
  const filesystemRoots = parseRoots(fields, { path, problems });
  const lists = {
    netHosts: fields.strings("netHosts", hostProblem),
    commands: fields.strings("commands", (name) => name === "" ? "is empty" : undefined),
    env: fields.strings("env", envProblem),
    nativeAllowList: fields.strings("nativeAllowList"),
  };
  const result: PackagePermissions = filesystemRoots ? { filesystemRoots } : {};
  for (const key of ["netHosts", "commands", "env", "nativeAllowList"] as const) {
    const list = lists[key];
    if (list !== undefined) result[key] = list;
  }
  return result;
}

function parseRoots(
  fields: JsonFields,
  { path, problems }: { path: string; problems: string[] },
): FileRoot[] | undefined {
  const key = "filesystemRoots";
  const value = fields.get(key);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    fields.wrong(key, "an array of paths");
    return undefined;
  }
  return value.flatMap((item: unknown, index): FileRoot[] => {
    // A text may be written to, as in a configuration.
    const root = typeof item === "string" ? { path: item, access: "write" } : item;
    if (!isJsonObject(root)) {
      fields.problem(key, `must hold paths, or {"path", "access"}, not ${shownValue(item)}`);
      return [];
    }
    const own = new JsonFields(root, { path: `${path}.${key}[${index}]`, problems });
    const folder = own.string("path");
    const access = own.get("access");
    if (access !== "read" && access !== "write") own.wrong("access", '"read" or "write"');
    const problem = own.get("path") === folder ? rootProblem(folder) : undefined;
    if (problem !== undefined) own.problem("path", `${problem}: ${shownValue(folder)}`);
    return [{ path: folder, access: access === "read" ? "read" : "write" }];
  });
}

function hostProblem(pattern: string): string | undefined {
  return parseHostPattern(pattern) === undefined ? "is no host, host:port or *.host" : undefined;
}

function envProblem(name: string): string | undefined {
  return /^[^=\0]+$/.test(name) ? undefined : "is no name of a variable";
}
