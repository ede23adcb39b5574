/**
 * Installs, updates, undoes and removes one package over and over until it is killed. Before and after
 * each step it tells on stdout, as a JSON line, which versions may be there (`null`: none).
 *
 * Arguments: folder, seed, JSON with the versions that may be there.
 */

import { PackageStore } from "../../lib/packages/store.ts";
import { packageTgz, streamOf } from "./archives.ts";
import { randomFrom } from "./random.ts";

export const WORKER_PACKAGE = "airdcpp-killed";
const PREPARED = 10;

/** A package of which every file can be told apart from that of another version. */
export async function versionedPackage(version: string, files: number): Promise<Uint8Array> {
  const contents: Record<string, string> = {};
  const hashes: Record<string, string> = {};
  for (let index = 0; index < files; index++) {
    const path = `${index % 3 ? "lib/" : ""}file${index}${index % 5 ? "" : `-${version}`}.js`;
    contents[path] = `${version} ${index}\n`.repeat(1 + 37 * index);
    hashes[path] = await sha256(contents[path]);
  }
  return await packageTgz({ name: WORKER_PACKAGE, version, main: "file0" }, {
    ...contents,
    "hashes.json": JSON.stringify(hashes),
  });
}

export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex?.() ?? Array.from(new Uint8Array(digest)).join();
}

function tell(...versions: (string | null)[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(versions)}\n`));
}

async function work(path: string, seed: number, possible: (string | null)[]): Promise<void> {
  const random = randomFrom(seed);
  const packages = await Promise.all(
    Array.from({ length: PREPARED }, async (_, index) => {
      const version = `${seed}.${index}.0`;
      return { version, bytes: await versionedPackage(version, 5 + Math.floor(random() * 30)) };
    }),
  );
  tell(...possible);
  const store = new PackageStore(path);
  await store.open();
  const isThere = (await store.names()).includes(WORKER_PACKAGE);
  let there = isThere ? (await store.manifest(WORKER_PACKAGE)).version : null;
  if (!possible.includes(there)) throw new Error(`${there} is none of ${possible}`);
  tell(there);
  while (true) {
    if (there !== null && random() < 0.15) {
      tell(there, null);
      await store.remove(WORKER_PACKAGE);
      tell(there = null);
      continue;
    }
    const { version, bytes } = packages[Math.floor(random() * PREPARED)]!;
    const staged = await store.stage(streamOf(bytes, 4000));
    tell(there, version);
    const replacement = await store.replace(staged);
    if (random() < 0.2) {
      // Until the end of the process the old version counts.
      tell(there);
      await replacement.undo();
    } else {
      await replacement.accept();
      there = version;
    }
    tell(there);
  }
}

if (import.meta.main) {
  const [path, seed, possible] = Deno.args;
  await work(path!, Number(seed), JSON.parse(possible!));
}
