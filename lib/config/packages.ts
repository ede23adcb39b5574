/**
 * `packages` of a configuration.
 *
 * @module
 */

import { given } from "./layers.ts";
import { isObject } from "./overrides.ts";
import { type Constants, insertConstants } from "./path_constants.ts";
import type { RawPackages } from "./schema.ts";
import { resolveScopes } from "./scopes.ts";
import type { PackageGrant, PackagesSettings } from "./settings.ts";

/** Where packages come from unless the configuration says otherwise. */
export const DEFAULT_REGISTRY = "https://registry.npmjs.org";

/** What a package may do that no grant names. */
export const DEFAULT_PACKAGE_GRANT: PackageGrant = {
  foreignModules: "strict",
  appPid: true,
  env: {},
};

/**
 * The configuration as `app.getConfig` tells it: whoever may ask that need not be a user of the API.
 */
export function withoutPasswords(raw: Record<string, unknown>): Record<string, unknown> {
  const { packages } = raw;
  if (!isObject(packages) || !Array.isArray(packages.users)) return raw;
  const users = packages.users.map((user) => isObject(user) ? { ...user, password: "***" } : user);
  return { ...raw, packages: { ...packages, users } };
}

/** The settings of packages; `undefined` unless they are enabled. */
export function resolvePackages(
  raw: RawPackages | null | undefined,
  constants: Constants,
): (Omit<PackagesSettings, "path"> & { path?: string }) | undefined {
  if (!raw?.enabled) return undefined;
  return {
    ...given("path", raw.path ? insertConstants(raw.path, constants) : undefined),
    registry: (raw.registry || DEFAULT_REGISTRY).replace(/\/+$/, ""),
    ...given("downloadHosts", raw.downloadHosts),
    users: (raw.users ?? []).map(({ username, password, permissions }) => ({
      username,
      password,
      permissions: permissions ?? [],
    })),
    grants: new Map(
      Object.entries(raw.grants ?? {}).map(([name, grant]): [string, PackageGrant] => [name, {
        ...given("permissions", grant.permissions),
        foreignModules: grant.foreignModules ?? DEFAULT_PACKAGE_GRANT.foreignModules,
        appPid: grant.appPid ?? DEFAULT_PACKAGE_GRANT.appPid,
        env: grant.env ?? {},
        ...given("nativeAllowList", grant.nativeAllowList),
        ...given("nativeBlockList", grant.nativeBlockList),
        ...resolveScopes((key) => grant[key], constants),
      }]),
    ),
    ...given(
      "engines",
      raw.engines?.map((engine) => ({
        name: engine.name,
        command: engine.command,
        arguments: engine.arguments ?? [],
      })),
    ),
    blocked: new Map(Object.entries(raw.blocked ?? {})),
  };
}
