/**
 * A folder of the user who runs the host (contracts: Neutralino 1.7).
 *
 * @module
 */

import { osPath, type OsPathOptions } from "./os_paths.ts";

/** What the answer depends on. */
export interface UserFolderOptions extends Pick<OsPathOptions, "os" | "env"> {
  /** `null` on Windows. */
  uid: number | null;
  /** The home directory that the system's list of users has. */
  listedHome(): Promise<string>;
  /** The text of a file; rejects when there is none. */
  readText(path: string): Promise<string>;
}

/** This machine. */
const SYSTEM: UserFolderOptions = {
  os: Deno.build.os,
  env: (name) => Deno.env.get(name),
  get uid() {
    return Deno.uid();
  },
  async listedHome() {
    const { userInfo } = await import("node:os");
    return userInfo().homedir;
  },
  readText: (path) => Deno.readTextFile(path),
};

/** Those that `user-dirs.dirs` may put elsewhere. */
const XDG_USER_DIRS = new Set(["documents", "pictures", "music", "video", "downloads", "desktop"]);

/**
 * One of the user's folders by its name for `os.getPath`.
 *
 * On Linux folders are below `$HOME`; for root, and for `home` itself, what the system's list of users
 * says counts.
 *
 * @returns `undefined` for another name
 * @throws {TypeError} when the XDG variable that decides is a relative path
 */
export async function userFolder(
  name: string,
  options: UserFolderOptions = SYSTEM,
): Promise<string | undefined> {
  const { os, env, uid, listedHome, readText } = options;
  const own = os === "windows" ? env("USERPROFILE") : env("HOME");
  const listed = os === "darwin" || (os !== "windows" && (uid === 0 || name === "home"));
  const home = own && !listed ? own : await listedHome().catch(() => own ?? "");
  let text: string | undefined;
  if (XDG_USER_DIRS.has(name) && os !== "windows" && os !== "darwin") {
    const config = osPath("config", { os, env, home });
    text = await readText(`${config}/user-dirs.dirs`).catch(() => undefined);
  }
  return osPath(name, { os, env, home, readText: () => text });
}
