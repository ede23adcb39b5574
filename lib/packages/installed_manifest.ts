/**
 * The manifest of a package that is unpacked.
 *
 * @module
 */

import { absoluteAsFarAsExists } from "../filesystem/real_path.ts";
import { type Manifest, ManifestError, MAX_MANIFEST_BYTES, parseManifest } from "./manifest.ts";

/**
 * Reads and checks the package.json in a folder. Its script may be absent, because engines complete
 * its name, but no link may lead to it from outside (contracts: AirDC++ 18 #4).
 *
 * @throws {ManifestError} with all that is wrong
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const manifest = parseManifest(await readText(`${folder}/package.json`));
  const { main } = manifest;
  if (main !== undefined) {
    const base = await absoluteAsFarAsExists(folder);
    const script = await absoluteAsFarAsExists(`${folder}/${main}`);
    if (script !== base && !script.startsWith(`${base}/`)) {
      throw new ManifestError([`"main" leads out of the package through a link`]);
    }
  }
  return manifest;
}

async function readText(path: string): Promise<string> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ManifestError(["it is not there"]);
    throw error;
  }
  if (!info.isFile) throw new ManifestError(["it is no file"]);
  if (info.size > MAX_MANIFEST_BYTES) {
    throw new ManifestError([`it is larger than ${MAX_MANIFEST_BYTES} bytes`]);
  }
  return await Deno.readTextFile(path);
}
