/**
 * Making the `.tgz` of a package out of its folder.
 *
 * @module
 */

import { defaultEngines } from "./engines.ts";
import { inspect } from "./inspect.ts";
import { mainFile } from "./main_file.ts";
import { type Manifest, ManifestError, parseManifest } from "./manifest.ts";
import { type PackageFile, packageFiles } from "./package_files.ts";
import { tgzStream } from "./tar_writer.ts";

/** A package that was made. */
export interface Packed {
  /** The archive. */
  path: string;
  manifest: Manifest;
  files: PackageFile[];
  /** Of all files together. */
  unpackedBytes: number;
  /** Of the archive. */
  bytes: number;
  /** What is likely to be a mistake, though a host would install it. */
  warnings: string[];
}

/** Settings of {@linkcode pack}. */
export interface PackOptions {
  /** Folder that the archive is written to. It is named `<name>-<version>.tgz`. */
  to: string;
  /** Names of engines that hosts know. Default: the usual ones. */
  engines?: readonly string[];
}

/** The one folder at the top of the archive, as npm names it. */
const TOP = "package";

/**
 * Packs a folder and looks at what came out as an installation would.
 *
 * @throws {Error} when there is no usable package.json, a file cannot be packed, or no host would
 * install the package; then no archive is left
 */
export async function pack(folder: string, options: PackOptions): Promise<Packed> {
  const text = await Deno.readTextFile(`${folder}/package.json`).catch((cause: Error) => {
    const is = cause instanceof Deno.errors.NotFound ? "there is none" : cause.message;
    throw new Error(`Cannot read "${folder}/package.json": ${is}`, { cause });
  });
  const declared = parseManifest(text);
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(declared.version)) {
    throw new ManifestError([`"version" names a file, so it cannot be "${declared.version}"`]);
  }
  const files = await packageFiles(folder, JSON.parse(text.replace(/^\uFEFF/, "")));
  const path = `${options.to}/${declared.name}-${declared.version}.tgz`;
  const unfinished = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const content = tgzStream(files.map((file) => ({
      ...file,
      path: `${TOP}/${file.path}`,
      open: async () => (await Deno.open(`${folder}/${file.path}`)).readable,
    })));
    await Deno.writeFile(unfinished, content, { createNew: true });
    const inspected = await inspect(unfinished);
    const { size } = await Deno.stat(unfinished);
    await Deno.rename(unfinished, path);
    return {
      path,
      manifest: inspected.manifest,
      files,
      unpackedBytes: files.reduce((sum, { size }) => sum + size, 0),
      bytes: size,
      warnings: warningsOf(inspected.manifest, {
        has: (path) => inspected.files.includes(path),
        engines: options.engines ?? defaultEngines().map(({ name }) => name),
      }),
    };
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    throw error;
  }
}

function warningsOf(
  { name, main = "", engines, version }: Manifest,
  { has, engines: known }: { has: (path: string) => boolean; engines: readonly string[] },
): string[] {
  const warnings: string[] = [];
  if (!engines.some((engine) => mainFile(main, { engine, has }) !== undefined)) {
    warnings.push(`"main" is "${main}", and there is no such file in the package: it cannot start`);
  }
  const unknown = engines.filter((engine) => !known.includes(engine));
  if (unknown.length === engines.length) {
    warnings.push(
      `no host knows the engine ${unknown.map((it) => `"${it}"`).join(" or ")} unless its user ` +
        `configures it; usual are ${known.join(", ")}`,
    );
  }
  if (!/^\d+\.\d+\.\d+(?:[-+].*)?$/.test(version)) {
    warnings.push(`"version" is "${version}": without three numbers nobody can update "${name}"`);
  }
  return warnings;
}
