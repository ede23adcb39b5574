import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ArchiveError } from "../../lib/packages/archive_error.ts";
import { ManifestError } from "../../lib/packages/manifest.ts";
import { PackageStore, type Replacement } from "../../lib/packages/store.ts";
import { packageTgz, streamOf, tgz } from "./archives.ts";

const isWindows = Deno.build.os === "windows";
const NAME = "airdcpp-example";

/** A store that is open, and its folder. */
async function withStore(
  test: (store: PackageStore, path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-store-" });
  const store = new PackageStore(`${folder}/packages`);
  try {
    await store.open();
    await test(store, store.path);
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function put(
  store: PackageStore,
  version: string,
  name: string = NAME,
): Promise<Replacement> {
  return await store.replace(await store.stage(await packageOf(version, name)));
}

async function install(store: PackageStore, version: string, name?: string): Promise<void> {
  await (await put(store, version, name)).accept();
}

async function packageOf(version: string, name = NAME): Promise<ReadableStream<Uint8Array>> {
  return streamOf(await packageTgz({ name, version }, { "main.js": version, [version]: "" }));
}

/** The names in a folder, in alphabetical order. */
function list(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

/** What the host keeps for itself is as it should be when nothing is under way. */
function assertTidy(path: string): void {
  for (const folder of ["pending", "previous", "staging"]) {
    assertEquals(list(`${path}/.outrigger/${folder}`), [], folder);
  }
}

function assertVersion(path: string, version: string, name = NAME): void {
  const folder = `${path}/${name}/package`;
  assertEquals(list(folder), [version, "main.js", "package.json"]);
  assertEquals(Deno.readTextFileSync(`${folder}/main.js`), version);
}

Deno.test("PackageStore installs, updates and removes packages", async () => {
  await withStore(async (store, path) => {
    assertEquals(await store.names(), []);
    const staged = await store.stage(await packageOf("1.0.0"));
    assertEquals([staged.manifest.version, staged.files], ["1.0.0", 3]);
    assertEquals(await store.names(), []);
    const first = await store.replace(staged);
    assertEquals("previous" in first, false);
    await first.accept();
    assertVersion(path, "1.0.0");
    assertTidy(path);
    // What a former update could not remove is in nobody's way.
    await Deno.mkdir(`${path}/.outrigger/previous/${NAME}/old`, { recursive: true });
    const { settings, logs } = store.folders(NAME);
    await Deno.mkdir(settings);
    await Deno.writeTextFile(`${settings}/config.json`, "{}");
    await Deno.mkdir(logs);
    const second = await put(store, "2.0.0");
    assertEquals(second.previous?.version, "1.0.0");
    assertVersion(path, "2.0.0");
    await second.accept();
    assertVersion(path, "2.0.0");
    assertEquals(list(`${path}/.outrigger/previous`), []);
    store.close();
    await store.open();
    assertTidy(path);
    assertEquals(list(`${path}/${NAME}`), ["logs", "package", "settings"]);
    assertEquals(await Deno.readTextFile(`${settings}/config.json`), "{}");
    assertEquals((await store.manifest(NAME)).version, "2.0.0");
    await store.remove(NAME);
    await store.remove(NAME);
    assertEquals(list(path), [".outrigger"]);
    assertTidy(path);
  });
});

Deno.test("Replacement.undo() puts the former version back, or nothing where there was none", async () => {
  await withStore(async (store, path) => {
    await (await put(store, "1.0.0")).undo();
    assertEquals(list(path), [".outrigger"]);
    await install(store, "1.0.0");
    const replacement = await put(store, "2.0.0");
    await replacement.undo();
    assertVersion(path, "1.0.0");
    assertTidy(path);
    await assertRejects(() => replacement.accept(), Error, "already");
    await assertRejects(() => replacement.undo(), Error, "already");
    assertVersion(path, "1.0.0");
    await install(store, "3.0.0");
    assertVersion(path, "3.0.0");
  });
});

Deno.test("Replacement.undo() of a new package leaves settings that were there", async () => {
  await withStore(async (store, path) => {
    await Deno.mkdir(`${path}/${NAME}/settings`, { recursive: true });
    await (await put(store, "1.0.0")).undo();
    assertEquals(list(`${path}/${NAME}`), ["settings"]);
    await install(store, "1.0.0");
    assertEquals(list(`${path}/${NAME}`), ["package", "settings"]);
  });
});

Deno.test("PackageStore.open() takes back what was not accepted", async () => {
  await withStore(async (store, path) => {
    await put(store, "1.0.0", "airdcpp-new");
    await install(store, "1.0.0");
    await put(store, "2.0.0");
    store.close();
    const again = new PackageStore(path);
    const messages = await again.open();
    assertEquals(messages.length, 2, `${messages}`);
    assert(messages.some((text) => text.includes(`"${NAME}"`) && text.includes("is back")));
    assert(messages.some((text) => text.includes(`"airdcpp-new"`) && text.includes("undone")));
    assertVersion(path, "1.0.0");
    assertTidy(path);
    assertEquals(await again.names(), [NAME]);
    const late = await again.replace(await again.stage(await packageOf("3.0.0")));
    again.close();
    await assertRejects(() => late.accept(), Error, "closed");
    assertEquals((await store.open()).length, 1);
    assertVersion(path, "1.0.0");
  });
});

Deno.test("PackageStore.open() recovers from every step of a replacement", async () => {
  // What is on the disk before a step, and what must be there after the next start.
  const old = `${NAME}/package/main.js`;
  const aside = `.outrigger/previous/${NAME}/main.js`;
  const update = `.outrigger/pending/${NAME}.update`;
  const first = `.outrigger/pending/${NAME}.install`;
  const rows: [string, Record<string, string>, string | undefined][] = [
    ["update: announced", { [old]: "old", [update]: "" }, "old"],
    ["update: the old one is aside", { [aside]: "old", [update]: "" }, "old"],
    ["update: the new one is in place", { [old]: "new", [aside]: "old", [update]: "" }, "old"],
    ["update: accepted", { [old]: "new", [aside]: "old" }, "new"],
    ["update: the old one is half removed", { [old]: "new", [`${aside}x`]: "" }, "new"],
    ["install: announced", { [first]: "" }, undefined],
    ["install: in place", { [old]: "new", [first]: "" }, undefined],
    ["install: accepted", { [old]: "new" }, "new"],
    ["unpacking", { [old]: "old", ".outrigger/staging/x/package/main.js": "new" }, "old"],
    ["removing", { ".outrigger/staging/x/package/main.js": "old" }, undefined],
    ["a file that is none of ours", { [old]: "old", ".outrigger/pending/readme": "" }, "old"],
  ];
  for (const [what, files, expected] of rows) {
    await withStore(async (store, path) => {
      store.close();
      for (const [file, content] of Object.entries(files)) {
        await Deno.mkdir(`${path}/${file}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeTextFile(`${path}/${file}`, content);
      }
      await store.open();
      store.close();
      await store.open();
      assertEquals(
        list(path),
        expected === undefined ? [".outrigger"] : [".outrigger", NAME],
        what,
      );
      for (const folder of ["previous", "staging"]) {
        assertEquals(list(`${path}/.outrigger/${folder}`), [], what);
      }
      if (expected !== undefined) {
        assertEquals(await Deno.readTextFile(`${path}/${old}`), expected, what);
      }
      await install(store, "9.0.0");
      assertVersion(path, "9.0.0");
    });
  }
});

for (const how of ["open", "replace", "remove"] as const) {
  Deno.test(`PackageStore.open() tells what it cannot take back, ${how}() tries again`, {
    ignore: isWindows,
  }, async () => {
    await withStore(async (store, path) => {
      await install(store, "1.0.0", "airdcpp-other");
      await install(store, "1.0.0");
      await put(store, "2.0.0");
      store.close();
      await Deno.rename(`${path}/${NAME}`, `${path}/moved`);
      await Deno.symlink("moved", `${path}/${NAME}`);
      const messages = await store.open();
      assertEquals(messages.length, 1);
      assert(messages[0]!.includes("cannot be undone") && messages[0]!.includes("is a link"));
      assertVersion(path, "1.0.0", "airdcpp-other");
      // The former version is kept until it can be put back.
      assertEquals(list(`${path}/.outrigger/previous`), [NAME]);
      await assertRejects(() => put(store, "3.0.0"), Error, "is a link");
      await assertRejects(() => store.remove(NAME), Error, "is a link");
      await Deno.remove(`${path}/${NAME}`);
      if (how === "replace") {
        const replacement = await put(store, "3.0.0");
        assertEquals(replacement.previous?.version, "1.0.0");
        await replacement.undo();
      } else {
        if (how === "remove") await store.remove(NAME);
        store.close();
        await store.open();
      }
      if (how === "remove") assertEquals(await store.names(), ["airdcpp-other", "moved"]);
      else assertVersion(path, "1.0.0");
    });
  });
}

Deno.test("PackageStore.replace() leaves the old version where it fails", async () => {
  await withStore(async (store, path) => {
    await install(store, "1.0.0");
    const staged = await store.stage(await packageOf("2.0.0"));
    // What was unpacked is gone when it is needed.
    const folder = `${path}/.outrigger/staging`;
    await Deno.remove(`${folder}/${list(folder)[0]}`, { recursive: true });
    await assertRejects(() => store.replace(staged));
    assertVersion(path, "1.0.0");
    assertTidy(path);
    await install(store, "3.0.0");
    assertVersion(path, "3.0.0");
    const fresh = await store.stage(await packageOf("1.0.0", "airdcpp-fresh"));
    await Deno.remove(`${folder}/${list(folder)[0]}`, { recursive: true });
    await assertRejects(() => store.replace(fresh));
    assertEquals(await store.names(), [NAME]);
  });
});

Deno.test("PackageStore does one thing at a time with a package", async () => {
  await withStore(async (store, path) => {
    const [a, b] = [
      await store.stage(await packageOf("1.0.0")),
      await store.stage(await packageOf("2.0.0")),
    ];
    const replacement = await store.replace(a);
    await assertRejects(() => store.replace(a), Error, "installed already");
    await assertRejects(() => store.replace(b), Error, "being installed");
    await assertRejects(() => store.remove(NAME), Error, "being installed");
    await replacement.accept();
    await a.discard();
    assertVersion(path, "1.0.0");
    await (await store.replace(b)).accept();
    assertVersion(path, "2.0.0");
    await Promise.all(
      ["airdcpp-a", "airdcpp-b", "airdcpp-c"].map((name) => install(store, "1.0.0", name)),
    );
    assertEquals(await store.names(), ["airdcpp-a", "airdcpp-b", "airdcpp-c", NAME]);
    assertTidy(path);
  });
});

Deno.test("PackageStore.replace() refuses names that differ in case alone", async () => {
  await withStore(async (store, path) => {
    await install(store, "1.0.0");
    await assertRejects(() => put(store, "2.0.0", "airdcpp-Example"), Error, "beside");
    assertVersion(path, "1.0.0");
    assertEquals(await store.names(), [NAME]);
  });
});

Deno.test("PackageStore.stage() leaves nothing behind of what it refuses", async () => {
  await withStore(async (store, path) => {
    const rows: [Uint8Array, typeof ArchiveError | typeof ManifestError, string][] = [
      [await tgz({ path: "package/../../a" }), ArchiveError, "leads upwards"],
      [(await packageTgz()).subarray(0, 100), ArchiveError, "truncated"],
      [await tgz({ path: "package/main.js" }), ManifestError, "it is not there"],
      [await tgz({ path: "package/package.json/", type: "5" }), ManifestError, "no file"],
      [await packageTgz({ name: "../airdcpp-x" }), ManifestError, '"name"'],
      [await packageTgz({ main: "../../main.js" }), ManifestError, "leads out"],
      [
        await tgz({ path: "p/package.json", content: "x".repeat(1 << 21) }),
        ManifestError,
        "larger",
      ],
    ];
    for (const [bytes, type, message] of rows) {
      await assertRejects<Error>(() => store.stage(streamOf(bytes)), type, message);
      assertTidy(path);
    }
    const staged = await store.stage(await packageOf("1.0.0"));
    await staged.discard();
    assertTidy(path);
    const limits = { fileBytes: 10 };
    const source = await packageOf("1.0.0");
    await assertRejects(() => store.stage(source, { limits }), ArchiveError, "larger than 10");
    // `main` need not be there: engines complete its name.
    await (await store.stage(streamOf(await packageTgz({ main: "dist/main" })))).discard();
  });
});

Deno.test("PackageStore is open in one program at a time", async () => {
  await withStore(async (store, path) => {
    const other = new PackageStore(path);
    await assertRejects(() => other.open(), Error, `in use by process ${Deno.pid}`);
    store.close();
    // Of a process whose number had more digits.
    await Deno.writeTextFile(`${path}/.outrigger/lock`, "12345678901\n");
    await other.open();
    await assertRejects(() => store.open(), Error, `in use by process ${Deno.pid}`);
    await assertRejects(() => store.open(), Error, "in use");
    other.close();
    other.close();
    await store.open();
  });
});

Deno.test("PackageStore changes nothing unless it is open", async () => {
  await withStore(async (store, path) => {
    await install(store, "1.0.0");
    const staged = await store.stage(await packageOf("2.0.0"));
    const replacement = await put(store, "1.0.0", "airdcpp-other");
    store.close();
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    for (
      const work of [
        () => store.replace(staged),
        () => store.stage(source),
        () => store.remove(NAME),
        () => replacement.accept(),
        () => replacement.undo(),
      ]
    ) await assertRejects(async () => void await work(), Error, "are closed");
    assert(cancelled);
    await store.open();
    await assertRejects(() => replacement.accept(), Error, "are closed");
    assertVersion(path, "1.0.0");
  });
});

Deno.test("PackageStore keeps its own folder to its user", { ignore: isWindows }, async () => {
  await withStore((_, path) => {
    for (const folder of ["", "/pending", "/previous", "/staging"]) {
      assertEquals(Deno.statSync(`${path}/.outrigger${folder}`).mode! & 0o777, 0o700);
    }
    return Promise.resolve();
  });
});

Deno.test("PackageStore.names() lists folders that are not hidden", async () => {
  await withStore(async (store, path) => {
    for (const name of ["b", "a", ".hidden"]) await Deno.mkdir(`${path}/${name}`);
    await Deno.writeTextFile(`${path}/file`, "");
    assertEquals(await store.names(), ["a", "b"]);
  });
});

Deno.test("PackageStore.manifest() reads what was put there by hand", async () => {
  await withStore(async (store, path) => {
    await assertRejects(() => store.manifest(NAME), Error, "There is no package");
    await install(store, "1.0.0");
    assertEquals((await store.manifest(NAME)).name, NAME);
    await Deno.rename(`${path}/${NAME}`, `${path}/airdcpp-other`);
    await assertRejects(() => store.manifest("airdcpp-other"), Error, `another name, "${NAME}"`);
    await Deno.mkdir(`${path}/${NAME}/package`, { recursive: true });
    await assertRejects(() => store.manifest(NAME), ManifestError, "not there");
  });
});

Deno.test("PackageStore.setDisabled() keeps a flag in the settings (contract 6.7)", async () => {
  await withStore(async (store, path) => {
    await assertRejects(() => store.setDisabled(NAME, true), Error, "no package");
    assertEquals(await store.isDisabled(NAME), false);
    await install(store, "1.0.0");
    await store.setDisabled(NAME, false);
    assertEquals(list(`${path}/${NAME}`), ["package"]);
    for (const disabled of [true, true, false, false, true]) {
      await store.setDisabled(NAME, disabled);
      assertEquals(await store.isDisabled(NAME), disabled);
    }
    assertEquals(Deno.readTextFileSync(`${path}/${NAME}/settings/DISABLED`), "");
    await install(store, "2.0.0");
    assertEquals(await store.isDisabled(NAME), true);
  });
});

Deno.test("PackageStore.folders() takes no name that leads elsewhere", () => {
  const store = new PackageStore("/packages");
  assertEquals(store.folders(NAME), {
    root: `/packages/${NAME}`,
    package: `/packages/${NAME}/package`,
    settings: `/packages/${NAME}/settings`,
    logs: `/packages/${NAME}/logs`,
  });
  for (const name of ["", ".", "..", ".outrigger", "a/b", "a\\b", "../a", "a\0"]) {
    assertThrows(() => store.folders(name), Error, "cannot be the folder", name);
  }
});

Deno.test("PackageStore follows no link out of its folder", { ignore: isWindows }, async () => {
  await withStore(async (store, path) => {
    const outside = path.replace(/packages$/, "outside");
    const reset = async () => {
      await Deno.remove(outside, { recursive: true }).catch(() => {});
      await Deno.mkdir(`${outside}/package`, { recursive: true });
      await Deno.writeTextFile(`${outside}/package/keep`, "kept");
      await Deno.remove(`${path}/${NAME}`, { recursive: true }).catch(() => {});
    };
    const untouched = () => {
      assertEquals(list(outside), ["package"]);
      assertEquals(list(`${outside}/package`), ["keep"]);
    };
    await reset();
    await Deno.symlink(outside, `${path}/${NAME}`);
    assertEquals(await store.names(), [NAME]);
    await assertRejects(() => store.manifest(NAME), Error, "is a link");
    await assertRejects(() => put(store, "1.0.0"), Error, "is a link");
    await assertRejects(() => store.remove(NAME), Error, "is a link");
    await assertRejects(() => store.setDisabled(NAME, true), Error, "is a link");
    untouched();

    await reset();
    await Deno.mkdir(`${path}/${NAME}`);
    await Deno.symlink(`${outside}/package`, `${path}/${NAME}/package`);
    await Deno.symlink(outside, `${path}/${NAME}/settings`);
    await assertRejects(() => store.manifest(NAME), Error, "is a link");
    await assertRejects(() => put(store, "1.0.0"), Error, "is a link");
    await assertRejects(() => store.setDisabled(NAME, true), Error, "is a link");
    await assertRejects(() => store.setDisabled(NAME, false), Error, "is a link");
    untouched();
    await store.remove(NAME);
    untouched();
    assertEquals(await store.names(), []);

    await reset();
    await install(store, "1.0.0");
    await Deno.remove(`${path}/${NAME}/package/main.js`);
    await Deno.symlink(`${outside}/package/keep`, `${path}/${NAME}/package/main.js`);
    await assertRejects(() => store.manifest(NAME), ManifestError, "through a link");
    await install(store, "2.0.0");
    assertVersion(path, "2.0.0");
    untouched();
    store.close();
    for (const own of ["pending", "previous", "staging"]) {
      await Deno.remove(`${path}/.outrigger/${own}`, { recursive: true });
      await Deno.symlink(outside, `${path}/.outrigger/${own}`);
      await assertRejects(() => store.open(), Error, "link");
      await Deno.remove(`${path}/.outrigger/${own}`);
    }
    untouched();
    await Deno.remove(`${path}/.outrigger`, { recursive: true });
    await Deno.symlink(outside, `${path}/.outrigger`);
    await assertRejects(() => store.open(), Error, "link");
    untouched();
  });
});
