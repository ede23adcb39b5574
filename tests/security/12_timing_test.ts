/** Row 12: secrets are hashed before they are compared, and the lint sees to it that it stays so. */

import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { digestKey, SecretDigest } from "../../lib/auth/token.ts";

Deno.test("a comparison looks at hashes only, and at all of them", () => {
  const secret = new SecretDigest("a secret");
  assert(secret.matches("a secret"));
  // The secret itself is not kept, so that nothing can be compared with it.
  assertEquals(Object.values(secret).includes("a secret"), false);
  assertEquals(JSON.stringify(secret), "{}");
  for (const candidate of ["", "a", "a secre", "a secret!", "b secret", "a secret".repeat(9999)]) {
    assertEquals(secret.matches(candidate), false, candidate.slice(0, 20));
  }
});

Deno.test("look-up keys are hashes: equal beginnings of secrets give different beginnings of keys", () => {
  const first = digestKey("x".repeat(96) + "a");
  const second = digestKey("x".repeat(96) + "b");
  assertEquals(first.length, second.length);
  let same = 0;
  while (first[same] === second[same]) same++;
  assert(same < 12, `${same} equal digits`);
  assert(!first.includes("x"));
});

/** What `deno lint` finds in one file of a project with our plugin: the rules' names. */
async function lint(path: string, code: string): Promise<string[]> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const plugin = await Deno.readTextFile(new URL("../../.lint/house.ts", import.meta.url));
    await Deno.mkdir(join(folder, ".lint"));
    await Deno.writeTextFile(join(folder, ".lint", "house.ts"), plugin);
    await Deno.writeTextFile(
      join(folder, "deno.json"),
      JSON.stringify({ lint: { plugins: ["./.lint/house.ts"], rules: { tags: [] } } }),
    );
    const file = join(folder, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, code);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["lint", "--json", path],
      cwd: folder,
      stderr: "null",
    }).output();
    const { diagnostics } = JSON.parse(new TextDecoder().decode(stdout)) as {
      diagnostics: { code: string }[];
    };
    return [...new Set(diagnostics.map(({ code }) => code))];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const RULES: [rule: string, path: string, bad: string[], good: string[]][] = [
  [
    "outrigger/token-comparison",
    "lib/auth/a.ts",
    [
      "export const f = (token: string, b: string) => token === b;",
      "export const f = (a: { accessToken: string }, b: string) => b !== a.accessToken;",
      "export const f = (a: { connectToken: string }, b: string) => a.connectToken == b;",
      "export class A { #secret = ''; f(b: string) { return b != this.#secret; } }",
      "export const f = (password: string, b: string) => b === password;",
    ],
    [
      'export const f = (token: string) => token === "";',
      "export const f = (token?: string) => token === undefined;",
      "export const f = (a: string, b: string) => a === b;",
    ],
  ],
  [
    "outrigger/no-console",
    "lib/hub/a.ts",
    ["console.log(1);", "console.error(1);", "const { log } = { log: console.debug }; log();"],
    ["export const f = (log: { info(m: string): void }) => log.info('x');"],
  ],
  [
    "outrigger/method-table",
    "lib/methods/a.ts",
    ["export const table = { 'app.exit': () => {} };"],
    ["export const table = new Map([['app.exit', () => {}]]);", "export const a = { app: 1 };"],
  ],
  [
    "outrigger/floors",
    "lib/auth/a.ts",
    [
      'import { Router } from "../router/router.ts"; Router;',
      'export { startHost } from "../host.ts";',
      'export const f = () => import("../server/guard.ts");',
      'import { x } from "../nowhere/x.ts"; x;',
    ],
    [
      'import { wireError } from "../errors.ts"; wireError;',
      'import { join } from "@std/path"; join;',
    ],
  ],
];

for (const [rule, path, bad, good] of RULES) {
  Deno.test(`the rule ${rule} finds what it is for, and nothing else`, async () => {
    for (const code of bad) assertEquals(await lint(path, code), [rule], code);
    for (const code of good) assertEquals(await lint(path, code), [], code);
    // The rules are about the library only.
    assertEquals(await lint("tests/a.ts", bad[0]!), []);
  });
}

Deno.test("the project's own configuration has the plugin on", async () => {
  const text = await Deno.readTextFile(fromFileUrl(new URL("../../deno.json", import.meta.url)));
  assertEquals(JSON.parse(text).lint.plugins, ["./.lint/house.ts"]);
});
