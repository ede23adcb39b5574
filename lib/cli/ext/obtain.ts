/**
 * Getting a package to this machine, and knowing what it is before it is installed.
 *
 * @module
 */

import { join } from "@std/path";
import type { Manifest } from "../../packages/manifest.ts";
import { CommandError } from "../command.ts";
import { type Place, registryOf } from "./place.ts";
import { ProgressBar } from "./progress.ts";

/** A package that could be installed. */
export interface Obtained extends AsyncDisposable {
  /** The archive; what was downloaded is removed in the end. */
  archive: string;
  manifest: Manifest;
}

/** What the words of a command mean. */
export type Wanted =
  | { file: string }
  | { url: string }
  /** Of the registry. `version` may be a version, a tag or a range. */
  | { name: string; version?: string };

/**
 * Reads what is to be installed.
 *
 * @example
 * ```ts
 * import { wanted } from "./obtain.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wanted("airdcpp-a@^1.2.0"), { name: "airdcpp-a", version: "^1.2.0" });
 * assertEquals(wanted("./a.tgz"), { file: "./a.tgz" });
 * assertEquals(wanted("https://example.org/a.tgz"), { url: "https://example.org/a.tgz" });
 * ```
 */
export function wanted(word: string): Wanted {
  if (/^https?:\/\//i.test(word)) return { url: word };
  if (/\.(?:tgz|tar\.gz)$/i.test(word) || /^(?:\.|\/|~|[A-Za-z]:|\\)/.test(word)) {
    return { file: word };
  }
  const at = word.indexOf("@", 1);
  if (at < 0) return { name: word };
  return { name: word.slice(0, at), version: word.slice(at + 1) };
}

/**
 * Gets a package, shows how far that has come, and checks it as an installation would.
 *
 * @throws {CommandError} when it cannot be had, or no host would take it
 */
export async function obtain(what: Wanted, { settings }: Place): Promise<Obtained> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const archive = "file" in what ? what.file : join(folder, "package.tgz");
    const expected = "file" in what ? undefined : await fetchPackage(what, { archive, settings });
    const { inspect } = await import("../../packages/inspect.ts");
    const { manifest } = await inspect(archive);
    const reason = settings.blocked.get(manifest.name);
    if (reason !== undefined) throw new Error(`"${manifest.name}" is blocked: ${reason}`);
    if (
      expected !== undefined &&
      (expected.name !== manifest.name || expected.version !== manifest.version)
    ) {
      throw new Error(
        `the registry says it is ${expected.name} ${expected.version}, its package.json ` +
          `${manifest.name} ${manifest.version}`,
      );
    }
    return { archive, manifest, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    if (error instanceof CommandError) throw error;
    const shown = "file" in what ? what.file : "url" in what ? what.url : what.name;
    throw new CommandError(`Cannot install "${shown}": ${(error as Error).message}`);
  }
}

/** @returns what the registry says it is */
async function fetchPackage(
  what: Exclude<Wanted, { file: string }>,
  { archive, settings }: { archive: string; settings: Place["settings"] },
): Promise<{ name: string; version: string } | undefined> {
  const { download } = await import("../../packages/download.ts");
  const found = "url" in what
    ? undefined
    : await (await registryOf(settings)).resolve(what.name, what.version);
  const url = found?.tarball ?? (what as { url: string }).url;
  const label = found === undefined
    ? new URL(url).pathname.split("/").at(-1) || url
    : `${found.name} ${found.version}`;
  const bar = new ProgressBar(label);
  let fine = false;
  try {
    await download(url, {
      to: archive,
      ...(found === undefined ? {} : { integrity: found.integrity }),
      ...(settings.downloadHosts ? { allowHosts: settings.downloadHosts } : {}),
      onProgress: (progress) => bar.update(progress),
    });
    fine = true;
  } finally {
    bar.end({ fine });
  }
  return found;
}
