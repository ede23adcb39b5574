/**
 * The settings of packages, looked at before a host starts.
 *
 * @module
 */

import { isAccess } from "../airdcpp/permissions.ts";
import type { PackagesSettings } from "../config/settings.ts";
import { StartError } from "../errors.ts";
import { urlProblem } from "../packages/web_get.ts";

/**
 * What the configuration says of packages, as far as reading it does not tell what is wrong.
 *
 * @throws {StartError} for access that there is not, and a registry that is no address
 */
export function checkedPackages(settings: PackagesSettings): PackagesSettings {
  const { registry } = settings;
  const problem = urlProblem(registry);
  if (problem !== undefined) {
    throw new StartError(
      `Cannot use the configuration: "packages.registry" is "${registry}", which ${problem}`,
    );
  }
  const check = (key: string, permissions: readonly string[] = []) => {
    const unknown = permissions.find((permission) => !isAccess(permission));
    if (unknown === undefined) return;
    throw new StartError(
      `Cannot use the configuration: "packages.${key}.permissions" has "${unknown}", ` +
        `expected access strings such as "admin", "settings_view", "events_edit"`,
    );
  };
  settings.users.forEach(({ permissions }, index) => check(`users.${index}`, permissions));
  for (const [name, { permissions }] of settings.grants) check(`grants.${name}`, permissions);
  return settings;
}
