import { assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { inParallel } from "../../lib/filesystem/parallel.ts";

Deno.test("inParallel() gives results in order and runs a few at a time", async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel(Array.from({ length: 100 }, (_, i) => i), async (i) => {
    most = Math.max(most, ++running);
    for (let wait = i % 5; wait >= 0; wait--) await Promise.resolve();
    running--;
    return i * 2;
  });
  assertEquals(results, Array.from({ length: 100 }, (_, i) => i * 2));
  assertLessOrEqual(most, 8);
  assertEquals(await inParallel([], () => Promise.reject(new Error())), []);
});

Deno.test("inParallel() begins nothing after a failure, and ends when all that runs has", async () => {
  let begun = 0;
  let ended = 0;
  await assertRejects(
    () =>
      inParallel(Array.from({ length: 100 }, (_, i) => i), async (i) => {
        begun++;
        if (i === 3) throw new Error("third");
        for (let wait = 0; wait < 20; wait++) await Promise.resolve();
        ended++;
      }),
    Error,
    "third",
  );
  assertLessOrEqual(begun, 16);
  assertEquals(ended, begun - 1);
});
