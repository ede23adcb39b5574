/** Row 9: whatever is in an archive, nothing is written outside of the target, and what is installed stays. */

import { assert, assertEquals } from "@std/assert";
import { unpack } from "../../lib/packages/archive.ts";
import { ArchiveError } from "../../lib/packages/archive_error.ts";
import { PackageStore } from "../../lib/packages/store.ts";
import { packageTgz, streamOf } from "../packages/archives.ts";
import { type HostileArchive, hostileArchives, MARK, mutatedArchives } from "./hostile_archives.ts";

const NAME = "airdcpp-example";
/** Longest that one archive may take. The slowest, a bomb, needs a fraction of this. */
const DEADLINE_MS = 20_000;

/** Everything below a folder, links as links; content of files up to 100 bytes. */
async function snapshot(folder: string, skip?: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(`${folder}/${below}`)) {
    const path = `${below}${name}`;
    if (path === skip) continue;
    const { isFile, isDirectory, mode, size } = await Deno.lstat(`${folder}/${path}`);
    const kind = isFile ? "file" : isDirectory ? "folder" : "other";
    const content = isFile && size <= 100
      ? await Deno.readTextFile(`${folder}/${path}`)
      : `${size}`;
    found.push(`${kind} ${path} ${mode?.toString(8)} ${isFile ? content : ""}`);
    if (isDirectory) found.push(...await snapshot(folder, undefined, `${path}/`));
  }
  return found.sort();
}

/** A folder with something to harm around the target. */
async function withTarget(test: (outer: string, target: string) => Promise<void>): Promise<void> {
  const outer = await Deno.realPath(await Deno.makeTempDir({ prefix: "outrigger-hostile-" }));
  try {
    await Deno.writeTextFile(`${outer}/canary`, "alive");
    await Deno.mkdir(`${outer}/inner`);
    await Deno.writeTextFile(`${outer}/inner/canary`, "alive");
    await test(outer, `${outer}/inner/target`);
  } finally {
    await Deno.remove(outer, { recursive: true });
  }
}

/** How the unpacking of an archive ends: what it threw, or nothing. */
async function outcome(
  { what, bytes, limits = {} }: HostileArchive,
  target: string,
): Promise<unknown> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    await unpack(streamOf(bytes, 3000), target, { signal, limits });
    return undefined;
  } catch (error) {
    assert(!signal.aborted, `${what}: it takes too long`);
    return error;
  }
}

/** In the target there are plain files and folders, with plain permissions. */
async function assertPlain(target: string, what: string): Promise<void> {
  if (!await Deno.stat(target).catch(() => undefined)) return;
  for (const line of await snapshot(target)) {
    assert(/^(file|folder) /.test(line), `${what}: ${line}`);
    if (Deno.build.os === "windows") continue;
    assert(/ (100644|100755|40755) /.test(line), `${what}: ${line}`);
  }
}

Deno.test("unpack() refuses every hostile archive and writes nothing outside", async () => {
  await withTarget(async (outer, target) => {
    const archives = await hostileArchives(outer);
    assert(archives.length > 400, `${archives.length}`);
    const before = await snapshot(outer, "inner/target");
    const taken: string[] = [];
    for (const archive of archives) {
      const error = await outcome(archive, target);
      if (!(error instanceof ArchiveError)) taken.push(`${archive.what}: ${error}`);
      await assertPlain(target, archive.what);
      await Deno.remove(target, { recursive: true });
    }
    assertEquals(taken, []);
    assertEquals(await snapshot(outer, "inner/target"), before);
    for (const path of ["/evil", "/etc/evil"]) {
      assertEquals(await Deno.stat(path).catch(() => undefined), undefined);
    }
  });
});

Deno.test("unpack() gets through damaged archives, right or with an error", async () => {
  await withTarget(async (outer, target) => {
    const archives = await mutatedArchives(
      Number(Deno.env.get("OUTRIGGER_SEED") ?? 20_251_121),
      800,
    );
    const before = await snapshot(outer, "inner/target");
    let refused = 0;
    for (const archive of archives) {
      const error = await outcome(archive, target);
      if (error !== undefined) {
        assert(error instanceof ArchiveError, `${archive.what}: ${error}`);
        refused++;
      }
      await assertPlain(target, archive.what);
      await Deno.remove(target, { recursive: true });
    }
    assertEquals(await snapshot(outer, "inner/target"), before);
    // Some changes hurt and some do not, or else little was tested.
    assert(refused > 100 && refused < archives.length - 50, `${refused} of ${archives.length}`);
  });
});

Deno.test("PackageStore keeps what is installed, whatever comes as its update", async () => {
  await withTarget(async (outer, target) => {
    const store = new PackageStore(target);
    await store.open();
    try {
      const staged = await store.stage(streamOf(await packageTgz({}, { "main.js": "good" })));
      await (await store.replace(staged)).accept();
      const before = await snapshot(outer);
      for (const { what, bytes, limits = {} } of await hostileArchives(outer)) {
        const error = await store.stage(streamOf(bytes), { limits }).catch((error) => error);
        assert(error instanceof ArchiveError, `${what}: ${error}`);
        assert(!error.message.includes(MARK));
      }
      assertEquals(await snapshot(outer), before);
      assertEquals((await store.manifest(NAME)).version, "1.0.0");
    } finally {
      store.close();
    }
  });
});
