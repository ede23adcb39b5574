import { assertEquals, assertRejects } from "@std/assert";
import { StartError, startHost } from "../lib/mod.ts";

// Timers left behind are told of by the sanitizer.
Deno.test("a start that fails behind its packages leaves nothing, and can be tried again", async () => {
  const folder = await Deno.makeTempDir();
  const args = [`--path=${folder}`, `--packages=${folder}/packages`];
  const develop = `${folder}/missing`;
  try {
    await assertRejects(
      () => startHost({ args, develop, show: false }),
      StartError,
      `Cannot run the package in "${develop}": `,
    );
    const host = await startHost({ args, show: false });
    await host.stop();
    assertEquals(await host.stopped, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
