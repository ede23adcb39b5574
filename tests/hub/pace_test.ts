import { assert, assertEquals } from "@std/assert";
import { Pace } from "../../lib/hub/pace.ts";

Deno.test("Pace waits for nobody when queues are short", () => {
  assertEquals(new Pace().wait(() => [{ queuedBytes: 2 ** 20 }, { queuedBytes: 0 }]), undefined);
});

Deno.test("Pace gives up a reader that takes nothing, until it takes something again", async () => {
  const pace = new Pace();
  const reader = { queuedBytes: 2 ** 22 };
  const readers = () => [reader];
  await pace.wait(readers);
  // More is put into its queue, and still nobody waits.
  reader.queuedBytes += 2 ** 20;
  assertEquals(pace.wait(readers), undefined);
  reader.queuedBytes = 2 ** 21;
  const waiting = pace.wait(readers);
  assert(waiting instanceof Promise);
  reader.queuedBytes = 0;
  await waiting;
});

Deno.test("Pace no longer waits for a reader that has left", async () => {
  let readers = [{ queuedBytes: 2 ** 22 }];
  const waiting = new Pace().wait(() => readers);
  readers = [];
  await waiting;
});
