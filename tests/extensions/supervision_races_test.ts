/**
 * Several who start, stop, restart, load and unload the same extensions at the same time.
 *
 * @module
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CallError } from "../../lib/testing.ts";
import { act, change, connectAs, info, posixTest, waiting, withExtensions } from "./supervised.ts";

posixTest("an extension that is stopped while it is restarted stays stopped", async () => {
  await using app = await withExtensions({ ...waiting(), stopTimeoutMs: 300 });
  const page = await app.connectPage();
  const other = await app.connectPage();
  await act(page, "start");
  await using _x = await connectAs(app);
  await change(page, "connected");
  const restarting = act(page, "restart");
  await change(page, "stopping");
  await act(other, "stop");
  await restarting;
  assertEquals((await info(page)).state, "stopped");
  // Whoever asks later has it started.
  await act(page, "start");
  assertEquals((await info(page)).state, "starting");
});

posixTest("an extension starts behind one that is being restarted, or stopped", async () => {
  for (const verb of ["restart", "stop"]) {
    await using app = await withExtensions(
      { command: "sleep 300; true", dependsOn: ["x1"] },
      { ...waiting("x1"), stopTimeoutMs: 300 },
    );
    const page = await app.connectPage();
    const other = await app.connectPage();
    await act(page, "start", "x1");
    const first = await connectAs(app, "x1");
    await change(page, "connected", "x1");
    const asked = act(page, verb, "x1");
    await change(page, "stopping", "x1");
    const starting = act(other, "start", "x0");
    await asked;
    await first.close();
    await using _second = await connectAs(app, "x1");
    await starting;
    assertEquals([verb, (await info(page, "x0")).state], [verb, "starting"]);
  }
});

posixTest("nothing is built on an extension that is being unloaded", async () => {
  await using app = await withExtensions({ ...waiting(), stopTimeoutMs: 300 });
  const page = await app.connectPage();
  const other = await app.connectPage();
  await act(page, "start");
  await using _x = await connectAs(app);
  await change(page, "connected");
  const unloading = act(page, "unload");
  await change(page, "stopping");
  const dependant = { id: "y", dependsOn: ["x"] };
  const refused = await assertRejects(() => other.call("extensions.load", dependant), CallError);
  assertMatch(refused.message, /"y" depends on "x", which is not there/);
  const gone = await assertRejects(() => act(other, "start"), CallError);
  assertEquals(gone.code, "OR_EX_UNKNOWN");
  await unloading;
  await other.call("extensions.load", { id: "z" });
});
