import { assert, assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { CONFIG, withApp } from "./app.ts";

Deno.test("packages are off unless they are enabled, and then have defaults", () =>
  withApp(
    { [CONFIG]: { packages: { path: "p" } }, "two.json": { packages: { enabled: true } } },
    async (
      { folder, load },
    ) => {
      assertEquals((await load()).settings.packages, undefined);
      const { settings, locations } = await load(["--config-file=/two.json"]);
      assertEquals(settings.packages, {
        registry: "https://registry.npmjs.org",
        users: [],
        grants: new Map(),
        blocked: new Map(),
      });
      assertEquals(locations.packagesPath, `${folder}/packages`);
    },
  ));

Deno.test("the path of packages counts from the app, and on the command line from where one is", () =>
  withApp({
    [CONFIG]: { packages: { enabled: true, path: "in/it" } },
    "two.json": { packages: { enabled: true, path: "${NL_OSHOMEPATH}/mine" } },
  }, async ({ folder, load }) => {
    const path = async (...args: string[]) =>
      (await load(args, { cwd: "/some/where" })).locations.packagesPath;
    assertEquals(await path(), `${folder}/in/it`);
    assertEquals(await path("--config-file=/two.json"), "/home/u/mine");
    assertEquals(await path("--packages=../else/"), "/some/else");
    assertEquals(await path("--packages=/rooted"), "/rooted");
  }));

Deno.test("grants, users, engines and blocked packages are read", () =>
  withApp({
    [CONFIG]: {
      packages: {
        enabled: true,
        registry: "http://127.0.0.1:4873/",
        users: [{ username: "ann", password: "secret!" }],
        grants: {
          "airdcpp-a": { permissions: ["admin"], appPid: false, netHosts: ["*"] },
          "__proto__x": {},
        },
        engines: [{ name: "node", command: "node22;node" }],
        blocked: { "airdcpp-b": "it is broken" },
      },
    },
  }, async ({ load }) => {
    const { settings } = await load();
    const { registry, users, grants, engines, blocked } = settings.packages!;
    assertEquals(registry, "http://127.0.0.1:4873");
    assertEquals(users, [{ username: "ann", password: "secret!", permissions: [] }]);
    assertEquals(grants.get("airdcpp-a"), {
      permissions: ["admin"],
      foreignModules: "strict",
      appPid: false,
      env: {},
      netHosts: ["*"],
    });
    assertEquals(engines, [{ name: "node", command: "node22;node", arguments: [] }]);
    assertEquals([...blocked], [["airdcpp-b", "it is broken"]]);
    assert(!JSON.stringify(settings.raw).includes("secret!"), "app.getConfig tells no password");
    assertEquals((settings.raw.packages as { users: unknown }).users, [
      { username: "ann", password: "***" },
    ]);
  }));

for (
  const [packages, message] of [
    [{ enabled: 1 }, '"packages.enabled" is 1, expected true or false'],
    [
      { users: [{ username: "a b", password: "x" }] },
      '"packages.users.0.username" is "a b", expected letters',
    ],
    [{ users: [{ username: "ab" }] }, "expected"],
    [{ grants: { x: { foreignModules: "no" } } }, 'expected "strict" or "compat"'],
    [{ downloadHosts: ["http://x"] }, "expected a host"],
    [{ blocked: { a: 1 } }, "expected a reason"],
  ] as const
) {
  Deno.test(`packages ${JSON.stringify(packages)} is refused`, () =>
    withApp({ [CONFIG]: { packages } }, async ({ load }) => {
      await assertRejects(() => load(), StartError, message);
    }));
}
