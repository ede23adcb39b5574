/**
 * Where the browser's profile may be (contracts: Neutralino 7.3, 9.3, 11.17).
 *
 * @module
 */

import type { LoadedConfig } from "../config/load.ts";
import { under } from "../config/locations.ts";
import { userFolder } from "../config/user_folder.ts";

/**
 * Folders for the profile, the best first: `<dataPath>/.tmp`, and the same in the system's folder for
 * data, for an app that is where its user may not write. Under `neu run` only the latter: `neu build`
 * packs all of `.tmp` into the app, and with it what the developer's browser has kept.
 */
export async function profilePlaces(
  { settings: { applicationId }, locations: { tempPath }, devExtension }: LoadedConfig,
): Promise<[string, ...string[]]> {
  const data = await userFolder("data").catch(() => undefined);
  if (data === undefined) return [tempPath];
  const system = under(under(data, applicationId), ".tmp");
  if (devExtension || system === tempPath) return [system];
  return [tempPath, system];
}
