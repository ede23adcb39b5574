/**
 * Where an operating system keeps a user's folders (contracts: Neutralino 1.7, `os.getPath`).
 *
 * @module
 */

/** The names `os.getPath` knows. */
export const OS_PATH_NAMES = [
  "config",
  "data",
  "cache",
  "documents",
  "pictures",
  "music",
  "video",
  "downloads",
  "desktop",
  "saveGames1",
  "saveGames2",
  "temp",
  "home",
] as const;

/** One of them. */
export type OsPathName = typeof OS_PATH_NAMES[number];

/** What the answer depends on. */
export interface OsPathOptions {
  os: typeof Deno.build.os;
  env: (name: string) => string | undefined;
  /** The user's home directory; on Linux only read where no variable decides. */
  readonly home: string;
  /** The text of a file, `undefined` when it can't be read; for `user-dirs.dirs`. */
  readText?: (path: string) => string | undefined;
}

/** Key in `user-dirs.dirs`, folder below home on Linux, on macOS and on Windows. */
const USER_FOLDERS = new Map<OsPathName, readonly [string, string, string, string]>([
  ["documents", ["XDG_DOCUMENTS_DIR", "Documents", "Documents", "Documents"]],
  ["pictures", ["XDG_PICTURES_DIR", "Pictures", "Pictures", "Pictures"]],
  ["music", ["XDG_MUSIC_DIR", "Music", "Music", "Music"]],
  ["video", ["XDG_VIDEOS_DIR", "Videos", "Movies", "Videos"]],
  ["downloads", ["XDG_DOWNLOAD_DIR", "Downloads", "Downloads", "Downloads"]],
  ["desktop", ["XDG_DESKTOP_DIR", "Desktop", "Desktop", "Desktop"]],
]);

/**
 * One of the user's folders, with `/` separators and no trailing slash.
 *
 * @param name see {@linkcode OS_PATH_NAMES}
 * @returns `undefined` for another name
 * @throws {TypeError} when the XDG variable that decides is a relative path
 */
export function osPath(name: string, options: OsPathOptions): string | undefined {
  const known = OS_PATH_NAMES.find((other) => other === name);
  if (known === undefined) return undefined;
  const path = options.os === "windows"
    ? windowsPath(known, options)
    : options.os === "darwin"
    ? macPath(known, options)
    : xdgPath(known, options);
  return tidyPath(path, options.os);
}

/** `/` separators on Windows, and without the trailing slash; a root stays a root. */
export function tidyPath(path: string, os: typeof Deno.build.os): string {
  const slashed = os === "windows" ? path.replaceAll("\\", "/") : path;
  return slashed.length > 1 && slashed.endsWith("/") ? slashed.slice(0, -1) : slashed;
}

function xdgPath(name: OsPathName, options: OsPathOptions): string {
  const { env, readText } = options;
  const folder = USER_FOLDERS.get(name);
  if (folder !== undefined) {
    const [key, fallback] = folder;
    const text = readText?.(`${xdgPath("config", options)}/user-dirs.dirs`);
    return userDir(text ?? "", key, options.home) ?? `${options.home}/${fallback}`;
  }
  switch (name) {
    case "config":
      return xdgVariable("XDG_CONFIG_HOME", env) ?? `${options.home}/.config`;
    case "cache":
      return xdgVariable("XDG_CACHE_HOME", env) ?? `${options.home}/.cache`;
    case "temp":
      return posixTemp(env);
    case "home":
      return options.home;
    default:
      return xdgVariable("XDG_DATA_HOME", env) ?? `${options.home}/.local/share`;
  }
}

function macPath(name: OsPathName, { env, home }: OsPathOptions): string {
  const folder = USER_FOLDERS.get(name);
  if (folder !== undefined) return `${home}/${folder[2]}`;
  switch (name) {
    case "cache":
      return `${home}/Library/Caches`;
    case "temp":
      return posixTemp(env);
    case "home":
      return home;
    default:
      return `${home}/Library/Application Support`;
  }
}

function windowsPath(name: OsPathName, { env, home }: OsPathOptions): string {
  const folder = USER_FOLDERS.get(name);
  if (folder !== undefined) return `${home}\\${folder[3]}`;
  const local = env("LOCALAPPDATA") || `${home}\\AppData\\Local`;
  switch (name) {
    case "cache":
      return local;
    case "saveGames1":
      return `${home}\\Documents\\My Games`;
    case "saveGames2":
      return `${home}\\Saved Games`;
    case "temp":
      return env("TMP") || env("TEMP") || `${local}\\Temp`;
    case "home":
      return home;
    default:
      return env("APPDATA") || `${home}\\AppData\\Roaming`;
  }
}

function xdgVariable(name: string, env: OsPathOptions["env"]): string | undefined {
  const value = env(name);
  if (!value) return undefined;
  if (!value.startsWith("/")) {
    throw new TypeError(`${name} is ${JSON.stringify(value)}, expected an absolute path`);
  }
  return value;
}

function posixTemp(env: OsPathOptions["env"]): string {
  return env("TMPDIR") || env("TMP") || env("TEMP") || env("TEMPDIR") || "/tmp";
}

/** A line such as `XDG_MUSIC_DIR="$HOME/Music"`; the last one counts, as for a shell. */
function userDir(text: string, key: string, home: string): string | undefined {
  let found: string | undefined;
  for (const line of text.split("\n")) {
    const match = /^\s*(XDG_[A-Z]+_DIR)\s*=\s*"((?:[^"\\]|\\.)*)"/.exec(line);
    if (match?.[1] !== key) continue;
    const value = (match[2] ?? "").replace(/\\(.)/g, "$1");
    if (value === "$HOME" || value.startsWith("$HOME/")) found = home + value.slice(5);
    else if (value.startsWith("/")) found = value;
  }
  return found;
}
