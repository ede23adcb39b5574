/**
 * What an archive is, by the steps that an installation takes before anything is put in place
 * (contracts: AirDC++ 3.4, steps 1 and 2).
 *
 * @module
 */

import { unpack } from "./archive.ts";
import { incompatibility, type Manifest, parseManifest } from "./manifest.ts";
import { platformName } from "./platform.ts";

/** What was found in an archive. */
export interface Inspected {
  manifest: Manifest;
  /** The files within its top folder, with `/`, in the order of their paths. */
  files: string[];
}

/**
 * Unpacks an archive into a folder of its own and looks at it. Nothing of it is run, nothing is left.
 *
 * @throws {Error} when no host would install it, with the reason
 */
export async function inspect(archive: string): Promise<Inspected> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-inspect-" });
  try {
    const opened = await Deno.open(archive).catch((cause: Error) => {
      throw new Error(`cannot read "${archive}": ${cause.message}`, { cause });
    });
    const { top } = await unpack(opened.readable, `${folder}/unpacked`);
    const root = `${folder}/unpacked/${top}`;
    const text = await Deno.readTextFile(`${root}/package.json`).catch((cause: Error) => {
      throw new Error("it has no package.json in its top folder", { cause });
    });
    const manifest = parseManifest(text);
    const problem = incompatibility(manifest, { platform: platformName() });
    if (problem !== undefined) throw new Error(problem);
    return { manifest, files: await filesBelow(root) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function filesBelow(folder: string, parent = ""): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${parent}`)) {
    if (isDirectory) files.push(...await filesBelow(folder, `${parent}${name}/`));
    else files.push(parent + name);
  }
  return files.sort();
}
