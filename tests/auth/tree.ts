/**
 * A folder `root` full of links, beside a file that nobody may read.
 *
 * @module
 */

/** What stands in all files outside of `root`. */
export const SECRET = "nobody may read this";

/**
 * Makes `secret.txt`, `root` with `in.txt` and links in and out of it, and `inner`, a link to `root`.
 */
export async function withTree(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "outrigger-roots-" }));
  try {
    await makeTree(folder);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The same in a folder that is there. */
export async function makeTree(folder: string): Promise<void> {
  const at = (path: string) => `${folder}/${path}`;
  for (const path of ["root", "root/sub", "root/trap", "root/trap/deep", "other"]) {
    await Deno.mkdir(at(path));
  }
  for (const path of ["root/in.txt", "root/sub/in.txt", "root/trap/in.txt"]) {
    await Deno.writeTextFile(at(path), "fine");
  }
  for (const path of ["secret.txt", "other/secret.txt"]) await Deno.writeTextFile(at(path), SECRET);
  for (
    const [path, target] of [
      ["inner", "root"],
      ["root/out", "../secret.txt"],
      ["root/abs", at("secret.txt")],
      ["root/up", ".."],
      ["root/dangling", "../none.txt"],
      ["root/chain", "dangling"],
      ["root/circle", "circle2"],
      ["root/circle2", "circle"],
      ["root/linked", "trap"],
      ["root/trap/deep/out", at("other")],
      ["root/sub/back", "../in.txt"],
    ] as const
  ) await Deno.symlink(target, at(path));
}
