/**
 * The file by which backends find the host, as long as that runs.
 *
 * @module
 */

import { AuthInfoFile } from "../auth/auth_info.ts";
import type { Credential } from "../auth/token.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Log } from "../log.ts";

/** Writes it where the configuration wants it. Failing is only logged. */
export function exportAuthInfo(
  { settings, locations }: LoadedConfig,
  { log, cleanUp, ...contents }: {
    port: number;
    credential: Credential;
    log: Log;
    cleanUp: AsyncDisposableStack;
  },
): void {
  if (!settings.exportAuthInfo) return;
  try {
    const file = AuthInfoFile.write(locations.tempPath, contents);
    cleanUp.defer(() => file.remove());
    log.info(`Auth info was exported to ${file.path}`);
  } catch (error) {
    log.error(`Cannot export the auth info: ${(error as Error).message}`);
  }
}
