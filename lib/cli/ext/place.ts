/**
 * Where the packages are that a command is about.
 *
 * @module
 */

import { resolve } from "@std/path";
import { resolvePackages } from "../../config/packages.ts";
import type { PackagesSettings } from "../../config/settings.ts";
import type { NpmRegistry } from "../../packages/npm_registry.ts";
import { CommandError, type Input } from "../command.ts";
import { requireApp } from "../running_host.ts";

/** A folder of packages and what the configuration says of them. */
export interface Place {
  /** An absolute path. */
  folder: string;
  settings: Omit<PackagesSettings, "path">;
}

/** What holds where there is no configuration. */
const UNCONFIGURED = resolvePackages({ enabled: true }, () => undefined)!;

/**
 * The place that `--packages`, or the configuration of the app in `--path`, names.
 *
 * @throws {CommandError} when the configuration cannot be read, or does not enable packages
 */
export async function placeOf(input: Input): Promise<Place> {
  const { settings, locations, configFile } = await requireApp(input);
  if (settings.packages === undefined) {
    throw new CommandError(
      `Packages are off: pass --packages=DIR, or put "packages": {"enabled": true} into ` +
        `"${configFile.slice(1)}" (the app is ${
          resolve(locations.appPath)
        }; --path=DIR names another)`,
    );
  }
  return { folder: resolve(locations.packagesPath), settings: settings.packages };
}

/** The registry that packages come from. */
export async function registryOf(
  { registry, downloadHosts }: Place["settings"],
): Promise<NpmRegistry> {
  const { NpmRegistry } = await import("../../packages/npm_registry.ts");
  try {
    return new NpmRegistry(registry, downloadHosts && { tarballHosts: downloadHosts });
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

/** What the configuration says of packages, or what holds without one. */
export async function settingsOf(input: Input): Promise<Place["settings"]> {
  return (await requireApp(input)).settings.packages ?? UNCONFIGURED;
}
