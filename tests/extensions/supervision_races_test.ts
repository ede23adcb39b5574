/**
 * Several who start, stop, restart, load and unload the same extensions at the same time; connections
 * that end while their process goes on.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CallError } from "../../lib/testing.ts";
import { connectRaw } from "../e2e/raw_socket.ts";
import { isRunning } from "../process/real_processes.ts";
import {
  act,
  type Change,
  change,
  connectAs,
  info,
  path,
  posixTest,
  waiting,
  withExtensions,
} from "./supervised.ts";

/** An extension that stands, does not end by itself, and two pages that see it. */
async function connected() {
  const stack = new AsyncDisposableStack();
  const app = stack.use(await withExtensions({ ...waiting(), stopTimeoutMs: 300 }));
  const [page, other] = [await app.connectPage(), await app.connectPage()];
  await act(page, "start");
  stack.use(await connectAs(app));
  await change(page, "connected");
  return { page, other, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

posixTest("an extension that is stopped while it is restarted stays stopped", async () => {
  await using x = await connected();
  const { page, other } = x;
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
  await using x = await connected();
  const { page, other } = x;
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

posixTest("one that loses its connection and does not come back is told of", async () => {
  await using app = await withExtensions({ ...waiting(), startTimeoutMs: 400 });
  const page = await app.connectPage();
  await act(page, "start");
  const extension = await connectAs(app);
  await change(page, "connected");
  await extension.close();
  const late = await page.event("extensionStateChange", {
    where: (data) => (data as Change).from === "starting" && (data as Change).to === "starting",
  }) as Change;
  assertEquals(late.reason, "it has not connected again within 0.4 s");
  assertMatch(app.output, /"x" has not connected again within 0.4 s of losing its connection/);
});

posixTest("one that is stopped behind its connection is not waited for", async () => {
  await using app = await withExtensions({ ...waiting(), startTimeoutMs: 200, stopTimeoutMs: 400 });
  const page = await app.connectPage();
  await act(page, "start");
  await using _x = await connectAs(app);
  await change(page, "connected");
  await act(page, "stop");
  await new Promise((resolve) => setTimeout(resolve, 250));
  assertEquals(path(page).filter((step) => step === "starting starting"), []);
  assertEquals(/has not connected again/.test(app.output), false);
});

posixTest("at the end of the host, too, whoever is needed ends last", async () => {
  const app = await withExtensions(
    { ...waiting("x0"), dependsOn: ["x1"], stopTimeoutMs: 300 },
    { ...waiting("x1"), stopTimeoutMs: 300 },
    { ...waiting("x2"), stopTimeoutMs: 300 },
  );
  const page = await app.connectPage();
  const starting = act(page, "start", "x0");
  await using x1 = await connectAs(app, "x1");
  await starting;
  await using x0 = await connectAs(app, "x0");
  await change(page, "connected", "x0");
  await x1.call("extensions.provide", { methods: ["save"] });
  const { pid } = await info(page, "x0");
  const told = x1.event("windowClose").then(() => isRunning(pid!));
  const stopping = app[Symbol.asyncDispose]();
  await x0.event("windowClose");
  assert((await Promise.race([told, Promise.resolve("not yet")])) === "not yet");
  assertEquals(await told, false);
  await stopping;
});

posixTest("times that no timer takes are as good as none", async () => {
  const forever = { startTimeoutMs: 3_000_000_000, stopTimeoutMs: 3_000_000_000 };
  await using app = await withExtensions({
    ...waiting(),
    ...forever,
    command: `${waiting().command}; echo ended`,
  });
  const page = await app.connectPage();
  await act(page, "start");
  const extension = await connectAs(app);
  await change(page, "connected");
  const { pid } = await info(page);
  const stopping = act(page, "stop");
  await extension.closed;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals((await info(page)).state, "stopping");
  Deno.kill(-pid!, "SIGKILL");
  await stopping;
  assertEquals(path(page).filter((step) => step === "starting starting"), []);
});

posixTest("an unresponsive extension that ends well when asked to is restarted too", async () => {
  await using app = await withExtensions({
    ...waiting(),
    command: `trap 'exit 0' TERM; cat > \${NL_PATH}/x.ready; while :; do sleep 0.05; done`,
    heartbeatMs: 100,
    restart: "on-failure",
    restartDelayMs: 20,
    maxRestarts: 1,
  });
  const page = await app.connectPage();
  await act(page, "start");
  const file = `${app.folder}/x.ready`;
  const silent = async () => {
    await app.eventually(async () => (await Deno.readTextFile(file).catch(() => "")).endsWith("}"));
    const { nlConnectToken } = JSON.parse(await Deno.readTextFile(file));
    await Deno.remove(file);
    return await connectRaw(app.host.port, `/?connectToken=${nlConnectToken}&extensionId=x`);
  };
  using _first = await silent();
  const ended = await change(page, "restarting");
  const reason = "it gave no sign of life for 0.1 s and ended with code 0";
  assertEquals([ended.reason, ended.exitCode], [reason, 0]);
  using _second = await silent();
  const failed = await change(page, "failed");
  assertEquals(failed.reason, `${reason}, and it was restarted once within 5 min already`);
});
