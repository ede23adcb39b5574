import { assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../lib/errors.ts";
import { takeProfile } from "../../lib/desktop/profile.ts";
import { withFolder } from "../process/real_processes.ts";

Deno.test("takeProfile() takes another place where it cannot write", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const profile = await takeProfile(`${folder}/file`, `${folder}/other`);
    assertEquals(profile.path, `${folder}/other/chromedata`);
    profile.release();
    await assertRejects(() => takeProfile(`${folder}/file`), StartError, `${folder}/file`);
  });
});

Deno.test("takeProfile() gives every host a profile of its own, and again what was given back", async () => {
  await withFolder(async (folder) => {
    const first = await takeProfile(folder);
    const second = await takeProfile(folder);
    assertEquals(first.path, `${folder}/chromedata`);
    assertEquals(second.path, `${folder}/chromedata-2`);
    first.release();
    const again = await takeProfile(folder);
    assertEquals(again.path, first.path);
    again.release();
    second.release();
  });
});
