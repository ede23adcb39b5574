/**
 * What packages may do (contracts: AirDC++ 9.5; 18 number 1).
 *
 * @module
 */

import type { Grant } from "../auth/grant.ts";
import { DEFAULT_PACKAGE_GRANT } from "../config/packages.ts";
import type { PackageGrant, PackagesSettings } from "../config/settings.ts";

/** Access of packages that no grant names: their own settings, the event log, and who else is there. */
export const DEFAULT_PERMISSIONS: readonly string[] = [
  "events_view",
  "events_edit",
  "settings_view",
  "settings_edit",
];

/** Native methods of packages that no grant names: offering calls and answering them. */
export const DEFAULT_METHODS: readonly string[] = [
  "extensions.provide",
  "extensions.answer",
  "extensions.answerPart",
  "extensions.answerProgress",
];

/** What the user lets a package do. */
export function grantOf({ grants }: Pick<PackagesSettings, "grants">, name: string): PackageGrant {
  return grants.get(name) ?? grants.get("*") ?? DEFAULT_PACKAGE_GRANT;
}

/** The access strings of a package's sessions. */
export function permissionsOf(
  settings: Pick<PackagesSettings, "grants">,
  name: string,
): readonly string[] {
  return grantOf(settings, name).permissions ?? DEFAULT_PERMISSIONS;
}

/** Which native methods a package may use, of those that the configuration allows everybody. */
export function nativeGrantOf(
  settings: Pick<PackagesSettings, "grants">,
  { name, all }: { name: string; all: Grant },
): Grant {
  const own = grantOf(settings, name);
  return all.narrowed({ nativeAllowList: [...DEFAULT_METHODS], ...own, of: name });
}
