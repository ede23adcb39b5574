/**
 * Where an app keeps its data (contracts: Neutralino 1.7).
 *
 * @module
 */

import { SecretFolders } from "../filesystem/secret_folders.ts";
import type { Locations } from "./settings.ts";

/**
 * An application id as it is used for names of folders (section 1.4): characters outside
 * `[A-Za-z0-9_.]` deleted, then runs of dots made one.
 */
export function sanitizeApplicationId(id: string): string {
  return id.replace(/[^A-Za-z0-9_.]/g, "").replace(/\.{2,}/g, ".");
}

/** What {@linkcode locate} depends on. */
export interface LocateOptions {
  /** `NL_PATH`. */
  appPath: string;
  /** Sanitised. */
  applicationId: string;
  /** `system`, or anything else for the app's folder. */
  dataLocation: string | null | undefined;
  /** The same for `storage.*`. */
  storageLocation: string | null | undefined;
  /** The user's data folder, `os.getPath("data")`; only called when it is used. */
  dataHome: () => string;
}

/** The app's places. */
export function locate(options: LocateOptions): Locations {
  const { appPath, applicationId, dataLocation, storageLocation, dataHome } = options;
  const system = () => under(dataHome(), applicationId);
  const dataPath = dataLocation === "system" ? system() : appPath;
  // Not below dataPath: the two are chosen independently (section 1.4).
  const storageRoot = storageLocation === "system" ? system() : appPath;
  return {
    appPath,
    dataPath,
    storagePath: under(storageRoot, ".storage"),
    tempPath: under(dataPath, ".tmp"),
    logFile: under(dataPath, "neutralinojs.log"),
    logsPath: under(dataPath, "logs"),
    packagesPath: under(dataPath, "packages"),
  };
}

/** What belongs to the host, in the folder of the packages. */
export const PACKAGES_OWN_FOLDER = ".outrigger";

/** Folders with what proves to the host who somebody is. */
export function secretFolders({ tempPath, packagesPath }: Locations): SecretFolders {
  return new SecretFolders([tempPath, under(packagesPath, PACKAGES_OWN_FOLDER)]);
}

/** A path below a folder, with one slash between. */
export function under(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
