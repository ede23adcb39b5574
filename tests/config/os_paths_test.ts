import { assertEquals, assertThrows } from "@std/assert";
import { OS_PATH_NAMES, osPath, type OsPathOptions } from "../../lib/config/os_paths.ts";

function all(options: Partial<OsPathOptions> & Pick<OsPathOptions, "os">): Record<string, unknown> {
  const whole = { env: () => undefined, home: "/home/u", ...options };
  return Object.fromEntries(OS_PATH_NAMES.map((name) => [name, osPath(name, whole)]));
}

function env(variables: Record<string, string>): OsPathOptions["env"] {
  const values = new Map(Object.entries(variables));
  return (name) => values.get(name);
}

Deno.test("osPath() knows the defaults of Linux", () => {
  assertEquals(all({ os: "linux" }), {
    config: "/home/u/.config",
    data: "/home/u/.local/share",
    cache: "/home/u/.cache",
    documents: "/home/u/Documents",
    pictures: "/home/u/Pictures",
    music: "/home/u/Music",
    video: "/home/u/Videos",
    downloads: "/home/u/Downloads",
    desktop: "/home/u/Desktop",
    saveGames1: "/home/u/.local/share",
    saveGames2: "/home/u/.local/share",
    temp: "/tmp",
    home: "/home/u",
  });
});

Deno.test("osPath() knows the folders of macOS", () => {
  const support = "/home/u/Library/Application Support";
  assertEquals(all({ os: "darwin" }), {
    config: support,
    data: support,
    cache: "/home/u/Library/Caches",
    documents: "/home/u/Documents",
    pictures: "/home/u/Pictures",
    music: "/home/u/Music",
    video: "/home/u/Movies",
    downloads: "/home/u/Downloads",
    desktop: "/home/u/Desktop",
    saveGames1: support,
    saveGames2: support,
    temp: "/tmp",
    home: "/home/u",
  });
});

Deno.test("osPath() knows the folders of Windows, with slashes", () => {
  const variables = { APPDATA: "D:\\Roam\\", LOCALAPPDATA: "D:\\Local", TEMP: "D:\\T" };
  assertEquals(all({ os: "windows", home: "C:\\Users\\u", env: env(variables) }), {
    config: "D:/Roam",
    data: "D:/Roam",
    cache: "D:/Local",
    documents: "C:/Users/u/Documents",
    pictures: "C:/Users/u/Pictures",
    music: "C:/Users/u/Music",
    video: "C:/Users/u/Videos",
    downloads: "C:/Users/u/Downloads",
    desktop: "C:/Users/u/Desktop",
    saveGames1: "C:/Users/u/Documents/My Games",
    saveGames2: "C:/Users/u/Saved Games",
    temp: "D:/T",
    home: "C:/Users/u",
  });
});

Deno.test("osPath() reads XDG variables and refuses relative ones", () => {
  const options = { os: "linux", home: "/h" } as const;
  const get = (name: string, variables: Record<string, string>) =>
    osPath(name, { ...options, env: env(variables) });
  assertEquals(get("data", { XDG_DATA_HOME: "/d/" }), "/d");
  assertEquals(get("data", { XDG_DATA_HOME: "" }), "/h/.local/share");
  assertEquals(get("temp", { TMP: "/t", TEMP: "/u" }), "/t");
  assertThrows(() => get("cache", { XDG_CACHE_HOME: "x" }), TypeError, "XDG_CACHE_HOME");
});

Deno.test("osPath() reads user-dirs.dirs below the configuration folder", () => {
  const text = [
    '# XDG_MUSIC_DIR="/no"',
    'XDG_MUSIC_DIR="$HOME/Musik"',
    'XDG_VIDEOS_DIR="/media/\\"v\\""',
    'XDG_DESKTOP_DIR="$HOME"',
    'XDG_PICTURES_DIR="relative"',
    'XDG_DOWNLOAD_DIR="$HOMEX/x"',
  ].join("\n");
  const options: OsPathOptions = {
    os: "freebsd",
    home: "/h",
    env: env({ XDG_CONFIG_HOME: "/c" }),
    readText: (path) => path === "/c/user-dirs.dirs" ? text : undefined,
  };
  const got = ["music", "video", "desktop", "pictures", "downloads", "documents"].map((name) =>
    osPath(name, options)
  );
  assertEquals(got, [
    "/h/Musik",
    '/media/"v"',
    "/h",
    "/h/Pictures",
    "/h/Downloads",
    "/h/Documents",
  ]);
});

Deno.test("osPath() knows no other names", () => {
  for (const name of ["", "savedGames1", "__proto__", "constructor", "Data"]) {
    assertEquals(osPath(name, { os: "linux", env: () => undefined, home: "/h" }), undefined);
  }
});
