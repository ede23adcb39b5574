/**
 * Choosing where an app's files come from (contracts: Neutralino 1.6).
 *
 * @module
 */

import { wireError } from "../errors.ts";
import type { Log } from "../log.ts";
import { AsarFormatError } from "./asar.ts";
import { BundleSource } from "./bundle.ts";
import { DirectorySource } from "./directory.ts";
import type { ResourceSource } from "./source.ts";

/** Which source an app asks for, with `--res-mode` or by saying nothing. */
export type ResourceMode = ResourceSource["kind"];

/** What {@linkcode openResources} needs. */
export interface OpenResourcesOptions {
  /** The app's folder. */
  appPath: string;
  /** The preferred source; absent: whatever is there. */
  resMode?: ResourceMode | undefined;
  log: Log;
}

/**
 * Opens the app's files: the archive `resources.neu` where there is one and `directory` was not
 * asked for, else the folder. This host carries no embedded archive, so `embedded` means `bundle`.
 *
 * A missing archive is worth a warning only where one was asked for: ordinary apps under
 * development have none. An archive that is there and can't be read always is.
 */
export async function openResources(
  { appPath, resMode, log }: OpenResourcesOptions,
): Promise<ResourceSource> {
  if (resMode !== "directory") {
    const path = appPath.endsWith("/") || appPath === ""
      ? `${appPath}resources.neu`
      : `${appPath}/resources.neu`;
    try {
      return await BundleSource.open(path);
    } catch (error) {
      const { code, message } = wireError("NE_RS_TREEGER", path);
      if (error instanceof Deno.errors.NotFound) {
        const text = `${code}: ${message}`;
        if (resMode === undefined) log.debug(text);
        else log.warning(text);
      } else if (error instanceof AsarFormatError) {
        log.warning(
          `${wireError("NE_RS_UNBLDRE", path).code}: Cannot use "${path}": ${error.message}`,
        );
      } else {
        log.warning(`${code}: Cannot read "${path}": ${String(error)}`);
      }
    }
  }
  return new DirectorySource(appPath);
}
