import { assertEquals } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";

Deno.test("resources are read after what was extracted over them, without waiting in between", async () => {
  const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(100_000));
  await using app = await startTestHost({
    files: Object.fromEntries(texts.map((text, i) => [`${i}.txt`, text])),
  });
  const page = await app.connectPage();
  const read = texts.map((_, i) => {
    void page.call("resources.extractFile", {
      path: `/${i}.txt`,
      destination: `${app.folder}/./now.txt`,
    });
    return page.call("resources.readFile", { path: "now.txt" });
  });
  assertEquals(await Promise.all(read), texts);
});
