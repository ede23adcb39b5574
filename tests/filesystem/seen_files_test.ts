import { assertEquals } from "@std/assert";
import { SeenFiles } from "../../lib/filesystem/seen_files.ts";

Deno.test("SeenFiles forgets after a second, however often a file is written meanwhile", () => {
  let now = 0;
  const seen = new SeenFiles(() => now);
  assertEquals(seen.sizeOf("/a"), undefined);
  seen.add("/a", 1);
  now = 999;
  assertEquals(seen.sizeOf("/a"), 1);
  seen.add("/a", 2);
  assertEquals(seen.sizeOf("/a"), 2);
  now = 1000;
  assertEquals(seen.sizeOf("/a"), undefined);
  seen.add("/a", 3);
  assertEquals(seen.sizeOf("/a"), 3);
  seen.delete("/a");
  assertEquals(seen.sizeOf("/a"), undefined);
});

Deno.test("SeenFiles holds a few hundred files, and none once something was moved", () => {
  const seen = new SeenFiles(() => 0);
  for (let i = 0; i < 10_000; i++) seen.add(`/${i}`, i);
  const kept = Array.from({ length: 10_000 }, (_, i) => seen.sizeOf(`/${i}`)).filter((size) =>
    size !== undefined
  );
  assertEquals(kept.at(-1), 9999);
  assertEquals(kept.length <= 256, true);
  seen.clear();
  assertEquals(seen.sizeOf("/9999"), undefined);
});
