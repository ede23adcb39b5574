/**
 * The packages in a folder, as far as their files tell; a host need not run.
 *
 * @module
 */

import type { Manifest } from "../../packages/manifest.ts";
import { CommandError } from "../command.ts";
import type { HostApi } from "./host_api.ts";

/** One extension, as `list` and `info` print it with `--json`. */
export interface ExtensionSummary {
  name: string;
  version: string;
  description: string;
  author: string;
  homepage: string;
  private: boolean;
  engines: string[];
  /** Not started with the host. */
  disabled: boolean;
  /** `null`: no host runs. */
  running: boolean | null;
  /** Whether it is installed here; otherwise a program elsewhere has registered it. */
  managed: boolean;
  /** Of its process, such as `failed`; `null`: no host runs it. */
  state: string | null;
}

/** A package on the disk. */
export interface Installed {
  manifest: Manifest;
  disabled: boolean;
  /** Holds `package`, `settings` and `logs`. */
  folder: string;
}

/** What is installed, in the order of the names, and what cannot be used. */
export async function installedIn(
  folder: string,
): Promise<{ packages: Installed[]; broken: { name: string; reason: string }[] }> {
  const { PackageStore } = await import("../../packages/store.ts");
  // Not opened: others may have it open, and nothing is changed.
  const store = new PackageStore(folder);
  const packages: Installed[] = [];
  const broken: { name: string; reason: string }[] = [];
  const names = await store.names().catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  });
  for (const name of names) {
    try {
      packages.push({
        manifest: await store.manifest(name),
        disabled: await store.isDisabled(name),
        folder: store.folders(name).root,
      });
    } catch (error) {
      broken.push({ name, reason: (error as Error).message });
    }
  }
  return { packages, broken };
}

/**
 * One that is installed.
 *
 * @throws {CommandError} that names those that are
 */
export async function requireInstalled(folder: string, name: string): Promise<Installed> {
  const { packages, broken } = await installedIn(folder);
  const found = packages.find(({ manifest }) => manifest.name === name);
  if (found !== undefined) return found;
  const problem = broken.find((it) => it.name === name);
  if (problem !== undefined) {
    throw new CommandError(`The package "${name}" cannot be used: ${problem.reason}`);
  }
  throw notThere(name, packages.map(({ manifest }) => manifest.name));
}

/**
 * Sees to it that the running host has all of these.
 *
 * @throws {CommandError} that names those that it has
 */
export async function requireKnown(api: HostApi, names: readonly string[]): Promise<void> {
  const there = (await api.get<ExtensionSummary[]>("extensions")).map(({ name }) => name).sort();
  const missing = names.find((name) => !there.includes(name));
  if (missing !== undefined) throw notThere(missing, there);
}

/** Names what is there instead. */
export function notThere(name: string, there: readonly string[]): CommandError {
  const known = there.length === 0 ? "none is" : `there are ${there.join(", ")}`;
  return new CommandError(`There is no package "${name}": ${known}`);
}

/** What is there, with what only the running host knows. */
export async function summaries(
  folder: string,
  api: HostApi | undefined,
): Promise<ExtensionSummary[]> {
  if (api !== undefined) {
    const all = await api.get<ExtensionSummary[]>("extensions");
    const found = all.map(async (it) => summary({ ...it, state: await processState(api, it) }));
    return (await Promise.all(found)).sort((a, b) => a.name < b.name ? -1 : 1);
  }
  const { packages } = await installedIn(folder);
  return packages.map(({ manifest, disabled }) =>
    summary({ ...manifest, disabled, running: null, managed: true, state: null })
  );
}

async function processState(
  api: HostApi,
  { name, managed }: ExtensionSummary,
): Promise<string | null> {
  if (!managed) return null;
  const path = `outrigger/packages/${encodeURIComponent(name)}`;
  // It may have been removed meanwhile.
  const details = await api.get<{ state: string }>(path).catch(() => undefined);
  return details?.state ?? null;
}

/** Nothing but what belongs to it. */
export function summary(it: ExtensionSummary): ExtensionSummary {
  const { name, version, description, author, homepage, engines, disabled, running } = it;
  return {
    name,
    version,
    description,
    author,
    homepage,
    private: it.private,
    engines: [...engines],
    disabled,
    running,
    managed: it.managed,
    state: it.state,
  };
}
