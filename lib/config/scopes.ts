/**
 * Scopes as a config has them, ready to be asked.
 *
 * @module
 */

import type { FileRoot, Scopes } from "../auth/scopes.ts";
import type { NativeLists, Restrictions } from "../auth/grant.ts";
import { given } from "./layers.ts";
import { type Constants, insertConstants } from "./path_constants.ts";
import type { Layer, RawExtension } from "./schema.ts";

type RawLists = Pick<RawExtension & Layer, keyof NativeLists | keyof Scopes>;
type RawScopes = Pick<RawExtension & Layer, keyof Scopes>;

/**
 * The scopes of an entry, or of the config itself, with path constants replaced.
 *
 * @param raw gives the value of a key
 */
export function resolveScopes(
  raw: <Key extends keyof Scopes>(key: Key) => RawScopes[Key],
  constants: Constants,
): Scopes {
  return {
    ...given("dispatchTo", raw("dispatchTo")),
    ...given("callTo", raw("callTo")),
    ...given("broadcast", raw("broadcast")),
    ...given(
      "filesystemRoots",
      raw("filesystemRoots")?.map((root): FileRoot => {
        const { path, access } = typeof root === "string"
          ? { path: root, access: "write" as const }
          : root;
        return { path: insertConstants(path, constants), access };
      }),
    ),
    ...given("commands", raw("commands")?.map((name) => insertConstants(name, constants))),
    ...given("netHosts", raw("netHosts")),
  };
}

/** Lists and scopes as they are written. */
export function restrictions(
  raw: <Key extends keyof NativeLists | keyof Scopes>(key: Key) => RawLists[Key],
): Restrictions {
  return {
    ...given("nativeAllowList", raw("nativeAllowList")),
    ...given("nativeBlockList", raw("nativeBlockList")),
    ...resolveScopes(raw, () => undefined),
  };
}

/** A sentence for a config that bounds files but not the programs that could get round that. */
export function scopeWarning(
  of: string,
  { filesystemRoots, commands }: Scopes,
): string | undefined {
  if (filesystemRoots === undefined || commands !== undefined) return undefined;
  return `"filesystemRoots" of ${of} bounds native methods only, and "commands" is absent: programs ` +
    `that ${of} starts can use any file. "commands": [] allows none`;
}
