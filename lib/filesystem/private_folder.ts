/**
 * A folder for what nobody else may read.
 *
 * @module
 */

/**
 * Makes a folder, or takes one that is there: a folder of this user's own, for nobody else to look
 * into. Works at once, because a start may wait for it.
 *
 * @throws {Error} when it is a link or a file, belongs to somebody else or cannot be made
 */
export function preparePrivateFolder(path: string): void {
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  const info = Deno.lstatSync(path);
  if (info.isSymlink || !info.isDirectory) {
    throw new Error(`"${path}" is not a folder of its own but a link or a file`);
  }
  if (Deno.build.os === "windows") return;
  if (info.uid !== null && info.uid !== Deno.uid()) {
    throw new Error(`"${path}" belongs to user ${info.uid}, not to this one (${Deno.uid()})`);
  }
  if ((info.mode ?? 0) & 0o077) Deno.chmodSync(path, 0o700);
}
