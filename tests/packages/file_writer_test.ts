import { assertEquals, assertRejects } from "@std/assert";
import { FileWriter, type WriteJob } from "../../lib/packages/file_writer.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-writer-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function doAll(folder: string, jobs: WriteJob[]): Promise<void> {
  const writer = new FileWriter(folder);
  try {
    for (const job of jobs) await writer.do(job);
    await writer.finish();
  } finally {
    await writer.stop();
  }
}

const { AlreadyExists, NotFound } = Deno.errors;
const bytes = new TextEncoder().encode("new");
const WAYS: [string, WriteJob[]][] = [
  ["whole", [{ file: "a", mode: 0o644, bytes }]],
  ["in pieces", [{ create: "a", mode: 0o644 }, { append: bytes }, { close: true }]],
];

for (const [how, jobs] of WAYS) {
  Deno.test(`FileWriter replaces no file and follows no link, ${how}`, async () => {
    await inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/a`, "old");
      await assertRejects(() => doAll(folder, jobs), AlreadyExists);
      assertEquals(await Deno.readTextFile(`${folder}/a`), "old");
      await Deno.rename(`${folder}/a`, `${folder}/b`);
      if (Deno.build.os !== "windows") {
        for (const target of ["b", "nowhere"]) {
          await Deno.symlink(`${folder}/${target}`, `${folder}/a`);
          await assertRejects(() => doAll(folder, jobs), AlreadyExists);
          await Deno.remove(`${folder}/a`);
        }
        await assertRejects(() => Deno.lstat(`${folder}/nowhere`), NotFound);
      }
      assertEquals(await Deno.readTextFile(`${folder}/b`), "old");
      await doAll(folder, jobs);
      assertEquals(await Deno.readTextFile(`${folder}/a`), "new");
    });
  });
}

Deno.test("FileWriter does nothing more once something has failed", async () => {
  await inFolder(async (folder) => {
    const writer = new FileWriter(folder);
    await Deno.writeTextFile(`${folder}/a`, "old");
    await writer.do({ file: "a", mode: 0o644, bytes });
    await writer.stop();
    for (const job of [{ folder: "f" }, { file: "b", mode: 0o644, bytes }]) {
      await assertRejects(() => writer.do(job), AlreadyExists);
    }
    await assertRejects(() => writer.finish(), AlreadyExists);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["a"]);
  });
});
