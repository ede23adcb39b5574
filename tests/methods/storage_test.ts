import { assertEquals } from "@std/assert";
import { linux, needs } from "../tools.ts";
import { CallError, startTestHost } from "../../lib/testing.ts";

Deno.test("storage.setData and storage.clear of two pages at the same time both succeed", async () => {
  await using app = await startTestHost();
  const one = await app.connectPage();
  const other = await app.connectPage();
  const calls = Array.from({ length: 200 }, (_, i) => [
    one.call("storage.setData", { key: `k${i % 5}`, data: "x".repeat(1000) }),
    other.call("storage.clear"),
  ]).flat();
  const results = await Promise.all(calls) as { success: boolean }[];
  assertEquals(results.filter(({ success }) => !success), []);
  const left = await Array.fromAsync(Deno.readDir(`${app.folder}/.storage`)).catch(() => []);
  assertEquals(left.filter(({ name }) => name.endsWith(".partial")), []);
});

Deno.test({
  name: "storage.getData does not wait for a named pipe",
  ...needs(linux),
  async fn() {
    await using app = await startTestHost();
    const page = await app.connectPage();
    await page.call("storage.setData", { key: "a", data: "x" });
    const pipe = `${app.folder}/.storage/pipe.neustorage`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const error = await page.call("storage.getData", { key: "pipe" }).catch((error) => error);
    assertEquals((error as CallError).code, "NE_ST_NOSTKEX");
  },
});
