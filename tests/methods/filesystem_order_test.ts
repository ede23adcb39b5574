import { assert, assertEquals } from "@std/assert";
import { CallError, startTestHost, type TestClient } from "../../lib/testing.ts";

/** The value of a call, or the code of its error. */
async function outcome(page: TestClient, verb: string, data: unknown): Promise<unknown> {
  try {
    return await page.call(`filesystem.${verb}`, data, { timeoutMs: 20_000 });
  } catch (error) {
    if (error instanceof CallError) return error.code;
    throw error;
  }
}

Deno.test("calls of a page on the same file are answered as if it had waited for each", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const one = `${app.folder}/wörk/one.txt`;
  const two = `${app.folder}/wörk/./two.txt`;
  const folder = `${app.folder}/wörk`;
  const long = "long ".repeat(300_000);
  const calls: [verb: string, data: unknown, expected: unknown][] = [
    ["readFile", { path: one }, "NE_FS_FILRDER"],
    ["writeFile", { path: one, data: "x" }, "NE_FS_FILWRER"],
    ["createDirectory", { path: folder }, {
      success: true,
      message: `Directory ${folder} was created`,
    }],
    ["writeFile", { path: one, data: long }, { success: true }],
    ["appendFile", { path: one, data: "1" }, { success: true }],
    ["appendFile", { path: one, data: "2" }, { success: true }],
    ["readFile", { path: one, pos: long.length - 1 }, " 12"],
    ["copy", { source: one, destination: two }, {
      success: true,
      message: "Copy operation was successful",
    }],
    ["writeFile", { path: one, data: "short" }, { success: true }],
    ["readFile", { path: two, pos: long.length }, "12"],
    ["readFile", { path: one }, "short"],
    ["move", { source: one, destination: two }, {
      success: true,
      message: "File move operation was successful",
    }],
    ["readFile", { path: one }, "NE_FS_FILRDER"],
    ["readFile", { path: `${folder}/two.txt` }, "short"],
    ["readDirectory", { path: folder }, [
      { entry: "two.txt", path: `${folder}/two.txt`, type: "FILE" },
    ]],
    ["remove", { path: `${folder}/` }, { success: true, message: `${folder}/ was removed` }],
    ["readFile", { path: two }, "NE_FS_FILRDER"],
    ["getStats", { path: folder }, "NE_FS_NOPATHE"],
  ];
  // Whether they may overtake each other depends on chance: it gets many.
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(calls.map(([verb, data]) => outcome(page, verb, data)));
    for (const [index, [verb, data, expected]] of calls.entries()) {
      const call = `round ${round}, ${verb} ${JSON.stringify(data).slice(0, 100)}`;
      assertEquals(answers[index], expected, call);
    }
  }
});

Deno.test("calls on different files do not wait for each other", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const path = (index: number) => `${app.folder}/file ${index}`;
  // Its text comes in pieces: many small calls are answered in between.
  const large = "x".repeat(32 << 20);
  await Deno.writeTextFile(path(0), large);
  const answered: string[] = [];
  const slow = outcome(page, "readFile", { path: path(0) }).then((text) => {
    answered.push("large");
    return text;
  });
  const quick = Array.from({ length: 100 }, async (_, index) => {
    await outcome(page, "writeFile", { path: path(index + 1), data: `${index}` });
    answered.push("small");
  });
  await Promise.all(quick);
  assert(await slow === large);
  assert(answered.indexOf("large") > 0, "a large file kept everybody waiting");
  const texts = quick.map((_, index) => outcome(page, "readFile", { path: path(index + 1) }));
  assertEquals(await Promise.all(texts), quick.map((_, index) => `${index}`));
});

Deno.test("calls that tell what there is come after those that make it", async () => {
  await using app = await startTestHost({ files: { "root/a": "" } });
  const page = await app.connectPage();
  const path = `${app.folder}/root/new`;
  const [, watcher, watchers, process, processes] = await Promise.all([
    page.call("filesystem.createDirectory", { path }),
    page.call("filesystem.createWatcher", { path }),
    page.call("filesystem.getWatchers"),
    page.call("os.spawnProcess", { command: "sleep 10" }),
    page.call("os.getSpawnedProcesses"),
  ]);
  assertEquals(watchers, [{ id: watcher, path }]);
  assertEquals(processes, [process]);
});
