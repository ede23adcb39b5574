/**
 * The manifest of a package that is unpacked.
 *
 * @module
 */

import { absoluteAsFarAsExists } from "../filesystem/real_path.ts";
import { mainCandidates } from "./main_file.ts";
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
  const problem = main === undefined ? undefined : await mainProblem(folder, main);
  if (problem !== undefined) throw new ManifestError([problem]);
  return manifest;
}

/**
 * What is wrong with where a package's script is, in a clause. To be asked before each start: what
 * lies in the folder may have changed since the package was read.
 *
 * @param folder that of the unpacked package
 */
export async function mainProblem(folder: string, main: string): Promise<string | undefined> {
  const base = await absoluteAsFarAsExists(folder);
  // As engines complete the name: each file that may be meant.
  for (const path of mainCandidates(main)) {
    const script = await absoluteAsFarAsExists(`${folder}/${path}`);
    if (script !== base && !script.startsWith(`${base}/`)) {
      return '"main" leads out of the package through a link';
    }
  }
  return undefined;
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
