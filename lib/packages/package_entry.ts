/**
 * A package as an extension among all others.
 *
 * @module
 */

import { ENTRY_DEFAULTS } from "../config/extensions.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import type { PackagedExtension } from "./packaged_extension.ts";

/** In a folder of {@linkcode Packages.addFolder}. */
export const DEVELOPMENT_FOLDER = ".outrigger";

/** How long a package has to end on request before it is made to (contracts: AirDC++ 6.6, HOST). */
const STOP_MS = 5000;
/** Before a package that asked for it is started again (contracts: AirDC++ 6.5). */
const RESTART_MS = 3000;

/** What watches over extensions knows of a package. */
export function packageEntry(extension: PackagedExtension): ExtensionEntry {
  const { name, disabled, folders } = extension;
  const entry: ExtensionEntry = {
    id: name,
    ...ENTRY_DEFAULTS,
    packaged: true,
    handshake: "arguments",
    autoStart: !disabled,
    restart: "when-asked",
    restartDelayMs: RESTART_MS,
    stopTimeoutMs: STOP_MS,
  };
  if (folders === undefined) return entry;
  return {
    ...entry,
    // While it is being written, its manifest changes.
    get command() {
      const { main, version } = extension.manifest;
      return `${main} of package ${name} ${version}`;
    },
    watch: [folders.package],
    watchIgnore: [`${DEVELOPMENT_FOLDER}/`],
  };
}
