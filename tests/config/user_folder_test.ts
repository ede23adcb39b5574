import { assertEquals, assertRejects } from "@std/assert";
import { userFolder, type UserFolderOptions } from "../../lib/config/user_folder.ts";

function options(
  variables: Record<string, string>,
  others: Partial<UserFolderOptions> = {},
): UserFolderOptions {
  const values = new Map(Object.entries(variables));
  return {
    os: "linux",
    env: (name) => values.get(name),
    uid: 1000,
    listedHome: () => Promise.resolve("/listed"),
    readText: () => Promise.reject(new Deno.errors.NotFound()),
    ...others,
  };
}

Deno.test("userFolder() is below $HOME, and for root below the home of the list of users", async () => {
  const variables = { HOME: "/own" };
  const cases: [Partial<UserFolderOptions>, data: string, music: string, home: string][] = [
    [{}, "/own/.local/share", "/own/Music", "/listed"],
    [{ uid: 0 }, "/listed/.local/share", "/listed/Music", "/listed"],
    [{ os: "darwin" }, "/listed/Library/Application Support", "/listed/Music", "/listed"],
  ];
  for (const [others, ...expected] of cases) {
    const got = await Promise.all(
      ["data", "music", "home"].map((name) => userFolder(name, options(variables, others))),
    );
    assertEquals(got, expected);
  }
});

Deno.test("userFolder() does without $HOME and without a list of users", async () => {
  assertEquals(await userFolder("cache", options({})), "/listed/.cache");
  const listedHome = () => Promise.reject(new Error("no such user"));
  assertEquals(await userFolder("home", options({ HOME: "/own" }, { listedHome })), "/own");
  assertEquals(await userFolder("cache", options({}, { listedHome })), "/.cache");
});

Deno.test("userFolder() reads user-dirs.dirs where XDG_CONFIG_HOME says", async () => {
  const files = new Map([["/conf/user-dirs.dirs", 'XDG_MUSIC_DIR="$HOME/Musik"']]);
  const readText = (path: string) => Promise.resolve(files.get(path) ?? "");
  const given = options({ HOME: "/own", XDG_CONFIG_HOME: "/conf" }, { readText });
  assertEquals(await userFolder("music", given), "/own/Musik");
});

Deno.test("userFolder() knows the profile of Windows", async () => {
  const given = options({ USERPROFILE: "C:\\Users\\u" }, { os: "windows", uid: null });
  assertEquals(await userFolder("home", given), "C:/Users/u");
  assertEquals(await userFolder("documents", given), "C:/Users/u/Documents");
});

Deno.test("userFolder() refuses a relative XDG variable and knows no other names", async () => {
  await assertRejects(() => userFolder("data", options({ XDG_DATA_HOME: "x" })), TypeError);
  await assertRejects(() => userFolder("music", options({ XDG_CONFIG_HOME: "x" })), TypeError);
  assertEquals(await userFolder("nothing", options({ HOME: "/own" })), undefined);
});
