import { assertEquals, assertRejects } from "@std/assert";
import { type ErrorCode, HostError } from "../../lib/errors.ts";
import { MountTable } from "../../lib/server/mounts.ts";
import { FolderSource } from "./folder_source.ts";

async function withFolder(test: (folder: string, mounts: MountTable) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/a`);
    await Deno.mkdir(`${folder}/b`);
    await Deno.writeTextFile(`${folder}/file`, "");
    await using mounts = new MountTable((root) => new FolderSource(root));
    await test(folder, mounts);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function assertCode(promise: Promise<void>, code: ErrorCode, parameter: string) {
  const error = await assertRejects(() => promise, HostError);
  assertEquals(error.code, code);
  assertEquals(error.message.includes(parameter), true, error.message);
}

Deno.test("MountTable.lookup() takes the longest prefix, on a segment's boundary", () =>
  withFolder(async (folder, mounts) => {
    const real = await Deno.realPath(folder);
    await mounts.mount("/m", `${folder}/a`);
    await mounts.mount("/m/n", `${folder}/b`);
    const found = (path: string) => {
      const hit = mounts.lookup(path);
      return hit === undefined ? undefined : [hit.source.root.slice(real.length), hit.path];
    };
    assertEquals(found("/m/x.txt"), ["/a", "/x.txt"]);
    assertEquals(found("/m/n/x.txt"), ["/b", "/x.txt"]);
    assertEquals(found("/m/nx.txt"), ["/a", "/nx.txt"]);
    assertEquals(found("/m"), ["/a", "/"]);
    assertEquals(found("/mf.txt"), undefined);
    assertEquals(found("/x/m/f.txt"), undefined);
  }));

Deno.test("MountTable.lookup() gives a mount of / what no other one captures", () =>
  withFolder(async (folder, mounts) => {
    await mounts.mount("", `${folder}/a`);
    await mounts.mount("/b/", `${folder}/b/`);
    assertEquals(mounts.lookup("/x/y.txt")?.path, "/x/y.txt");
    assertEquals(mounts.lookup("/b/y.txt")?.path, "/y.txt");
    assertEquals([...mounts.list()], [["/", `${folder}/a`], ["/b", `${folder}/b`]]);
  }));

Deno.test("MountTable.lookup() never matches a prefix without a leading slash", () =>
  withFolder(async (folder, mounts) => {
    await mounts.mount("m", `${folder}/a`);
    assertEquals(mounts.lookup("/m/x.txt"), undefined);
    assertEquals([...mounts.list().keys()], ["m"]);
  }));

Deno.test("MountTable.mount() refuses in the order of 6.12", () =>
  withFolder(async (folder, mounts) => {
    await mounts.mount("/m", `${folder}/a`);
    await assertCode(mounts.mount("/m", `${folder}/none`), "NE_FS_NOPATHE", `${folder}/none`);
    await assertCode(mounts.mount("/m", `${folder}/file`), "NE_FS_NOTADIR", `${folder}/file`);
    await assertCode(mounts.mount("/m/", `${folder}/b`), "NE_SR_MPINUSE", `${folder}/b`);
  }));

Deno.test("MountTable.mount() does not take an empty target for the root of all files", () =>
  withFolder(async (_folder, mounts) => {
    await assertCode(mounts.mount("/m", ""), "NE_FS_NOPATHE", "");
    assertEquals(mounts.list().size, 0);
    await mounts.mount("/m", "/");
    assertEquals(mounts.list(), new Map([["/m", "/"]]));
  }));

Deno.test("MountTable.mount() lets one of two simultaneous calls win", () =>
  withFolder(async (folder, mounts) => {
    const results = await Promise.allSettled(
      ["a", "b"].map((name) => mounts.mount("/m", `${folder}/${name}`)),
    );
    assertEquals(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assertEquals(mounts.list().size, 1);
  }));

Deno.test("MountTable.unmount() ends a mount; a second time it is unknown", () =>
  withFolder(async (folder, mounts) => {
    await mounts.mount("/m", `${folder}/a`);
    await mounts.unmount("/m/");
    assertEquals(mounts.lookup("/m/x.txt"), undefined);
    await assertCode(mounts.unmount("/m"), "NE_SR_NOMTPTH", "/m");
  }));

Deno.test("MountTable.list() is in ascending order and holds any name", () =>
  withFolder(async (folder, mounts) => {
    for (const path of ["/zz", "/a", "__proto__"]) await mounts.mount(path, `${folder}/a`);
    assertEquals([...mounts.list().keys()], ["/a", "/zz", "__proto__"]);
  }));
