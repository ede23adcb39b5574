import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { inspect } from "../../lib/packages/inspect.ts";
import { pack, type Packed } from "../../lib/packages/pack.ts";
import { manifestOf } from "./archives.ts";

type Files = Readonly<Record<string, string>>;

/** A folder with a package and one for what comes out. */
async function withPackage<T>(
  { manifest = {}, files = { "main.js": "" } }: {
    manifest?: Record<string, unknown>;
    files?: Files;
  },
  body: (folder: string, to: string) => Promise<T>,
): Promise<T> {
  const root = await Deno.makeTempDir({ prefix: "outrigger-pack-" });
  const json = JSON.stringify(manifestOf({ main: "main.js", version: "1.2.3", ...manifest }));
  try {
    await Deno.mkdir(join(root, "to"));
    for (const [path, text] of Object.entries({ "package.json": json, ...files })) {
      const place = join(root, "from", path);
      await Deno.mkdir(dirname(place), { recursive: true });
      await Deno.writeTextFile(place, text);
    }
    return await body(join(root, "from"), join(root, "to"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("pack() makes an archive that an installation takes, named by the package", async () => {
  const deep = `${"d".repeat(90)}/${"e".repeat(90)}/${"f".repeat(90)}.js`;
  const files = { "main.js": "1", [deep]: "2", "ü.txt": "3" };
  await withPackage({ files }, async (folder, to) => {
    const packed = await pack(folder, { to });
    assertEquals(packed.path, `${to}/airdcpp-example-1.2.3.tgz`);
    assertEquals(namesIn(to), ["airdcpp-example-1.2.3.tgz"]);
    const { manifest, files } = await inspect(packed.path);
    assertEquals(manifest, packed.manifest);
    assertEquals(files, packed.files.map(({ path }) => path));
    assertEquals(files, [deep, "main.js", "package.json", "ü.txt"].sort());
    assertEquals(packed.bytes, (await Deno.stat(packed.path)).size);
    assertEquals(packed.warnings, []);
  });
});

Deno.test("pack() gives the same bytes again, over what it made before, which it leaves out", async () => {
  await withPackage({}, async (folder) => {
    const first = await Deno.readFile((await pack(folder, { to: folder })).path);
    const later = new Date("2031-02-03");
    await Deno.utime(join(folder, "main.js"), later, later);
    const again = await pack(folder, { to: folder });
    assertEquals(await Deno.readFile(again.path), first);
    assertEquals(again.files.map(({ path }) => path), ["main.js", "package.json"]);
  });
});

const REFUSED:
  readonly (readonly [what: string, manifest: Record<string, unknown>, said: string])[] = [
    ["a name that no package has", { name: "example" }, "airdcpp-"],
    ["no main", { main: undefined }, "main"],
    ["a main elsewhere", { main: "../x.js" }, "main"],
    ["a version that is a path", { version: "../../1" }, "version"],
    ["another version of the API", { airdcpp: { apiVersion: 2 } }, "version 2 of the API"],
    ["another system", { os: ["never"] }, "never"],
    ["files that are no list", { files: "dist" }, '"files"'],
  ];

for (const [what, manifest, said] of REFUSED) {
  Deno.test(`pack() refuses ${what}, and leaves nothing`, async () => {
    await withPackage({ manifest }, async (folder, to) => {
      await assertRejects(() => pack(folder, { to }), Error, said);
      assertEquals(namesIn(to), []);
    });
  });
}

Deno.test("pack() refuses names that are one on some systems, as an installation does", async () => {
  const files = { "main.js": "", "readme.md": "a", "README.md": "b" };
  await withPackage({ files }, async (folder, to) => {
    if (namesIn(folder).length < 4) return; // Such a system.
    await assertRejects(() => pack(folder, { to }), Error);
    assertEquals(namesIn(to), []);
  });
});

Deno.test("pack() refuses a folder without package.json, or with one that is no JSON", async () => {
  await withPackage({ files: { "package.json": "{" } }, async (folder, to) => {
    await assertRejects(() => pack(folder, { to }), Error, "JSON");
    await assertRejects(() => pack(to, { to }), Error, "there is none");
  });
});

Deno.test("pack() warns of what is likely to be a mistake", async () => {
  const warnings = async (manifest: Record<string, unknown>, files: Files = { "main.js": "" }) => {
    let packed: Packed | undefined;
    await withPackage({ manifest, files }, async (folder, to) => {
      packed = await pack(folder, { to, engines: ["node", "python3"] });
    });
    return packed!.warnings;
  };
  const cases: [
    manifest: Record<string, unknown>,
    files: Files | undefined,
    said: RegExp | null,
  ][] = [
    [{ main: "dist/main" }, { "dist/main.js": "" }, null],
    [{ main: "dist/main" }, { "main.js": "" }, /"main" is "dist\/main"/],
    [{ main: "main.js", files: ["lib"] }, { "lib/a.js": "" }, /"main" is "main\.js"/],
    [{ engines: { ruby: "", node: "" } }, undefined, null],
    [{ engines: { ruby: "" } }, undefined, /no host knows the engine "ruby"/],
    [{ version: "1.2" }, undefined, /"version" is "1\.2"/],
    [{ version: "1.2.3-beta.1" }, undefined, null],
  ];
  for (const [manifest, files, said] of cases) {
    const found = await warnings(manifest, files);
    const label = JSON.stringify([manifest, found]);
    if (said === null) assertEquals(found, [], label);
    else assert(found.length === 1 && said.test(found[0]!), label);
  }
});

Deno.test("inspect() refuses what is no archive, or is not there", async () => {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-inspect-test-" });
  try {
    await Deno.writeTextFile(`${folder}/a.tgz`, "no archive");
    await assertRejects(() => inspect(`${folder}/a.tgz`), Error);
    await assertRejects(() => inspect(`${folder}/b.tgz`), Error, "cannot read");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
