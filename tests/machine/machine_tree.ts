/** Folders of a made-up machine, for tests. */

import { dirname, join } from "@std/path";

/** Texts of files by path. Those that begin with `-> ` are links. */
export type Files = Record<string, string>;

/** Runs a test with the files of a machine. */
export async function withMachine(
  files: Files,
  test: (root: string) => void | Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "outrigger-machine-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      const target = join(root, path);
      await Deno.mkdir(dirname(target), { recursive: true });
      if (text.startsWith("-> ")) await Deno.symlink(text.slice(3), target);
      else await Deno.writeTextFile(target, `${text}\n`);
    }
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Files in a folder. */
export function inFolder(folder: string, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]),
  );
}
