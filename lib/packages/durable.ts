/**
 * Making sure that what was written is on the disk, should the machine lose its power.
 *
 * @module
 */

import { inParallel } from "../filesystem/parallel.ts";

/** Waits until the entries of a folder are on the disk. On Windows folders cannot be waited for. */
export async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os !== "windows") await sync(path);
}

/** Waits until everything below a folder is on the disk: its files first, then what names them. */
export async function syncTree(folder: string): Promise<void> {
  const files: string[] = [];
  const folders: string[] = [folder];
  // The list grows while it is gone through.
  for (const path of folders) {
    for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
      if (isFile) files.push(`${path}/${name}`);
      if (isDirectory) folders.push(`${path}/${name}`);
    }
  }
  await inParallel(files, sync);
  await inParallel(folders, syncFolder);
}

async function sync(path: string): Promise<void> {
  // Windows writes back only what is open for writing.
  using file = await Deno.open(path, { read: true, write: Deno.build.os === "windows" });
  await file.sync();
}
