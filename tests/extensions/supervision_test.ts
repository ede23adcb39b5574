/**
 * Supervised extensions, as real processes.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertMatch, assertRejects } from "@std/assert";
import { CallError, startTestHost } from "../../lib/testing.ts";
import { connectRaw } from "../e2e/raw_socket.ts";
import { isRunning } from "../process/real_processes.ts";
import {
  act,
  type Change,
  change,
  connectAs,
  type Info,
  info,
  path,
  posixTest,
  waiting,
  withExtensions,
} from "./supervised.ts";

posixTest(
  "an extension that crashes is started again, later each time, and then given up",
  async () => {
    await using app = await withExtensions({
      command: "echo went wrong >&2; exit 3; true",
      restart: "on-failure",
      restartDelayMs: 20,
      maxRestarts: 3,
    });
    const page = await app.connectPage();
    await act(page, "start");
    const failed = await change(page, "failed");
    assertEquals(failed, {
      extensionId: "x",
      from: "starting",
      to: "failed",
      reason: "it ended with code 3, and it was restarted 3 times within 5 min already",
      exitCode: 3,
      restarts: 3,
    });
    assertEquals(path(page), [
      "stopped starting",
      ...Array(3).fill(["starting restarting", "restarting starting"]).flat(),
    ]);
    const delays = [...app.output.matchAll(/is started again in ([\d.]+) s/g)].map(([, s]) =>
      Number(s)
    );
    assert(delays[0]! >= 0.015 && delays[0]! <= 0.025, `${delays}`);
    assert(delays[2]! >= 0.06 && delays[2]! <= 0.1, `${delays}`);
    assertMatch(app.output, /ERROR .* Extension "x" has failed: it ended with code 3, and it was/);
    const { state, lastExit, pid, restarts } = await info(page);
    assertEquals([state, pid, restarts], ["failed", null, 3]);
    assertEquals([lastExit?.code, lastExit?.stderr], [3, ["went wrong"]]);
    // By hand it is started again, with all its restarts before it.
    await act(page, "start");
    assertEquals((await change(page, "restarting")).restarts, 1);
  },
);

posixTest("how it ends decides whether it is started again", async () => {
  const cases: [restart: string, command: string, next: string, exitCode: number][] = [
    ["never", "exit 0; true", "stopped", 0],
    ["never", "exit 1; true", "failed", 1],
    ["never", "exit 74; true", "failed", 74],
    ["on-failure", "exit 0; true", "stopped", 0],
    ["on-failure", "exit 1; true", "restarting", 1],
    ["on-failure", "exit 74; true", "restarting", 74],
    ["on-failure", "exit 75; true", "restarting", 75],
    ["on-failure", "exit 124; true", "restarting", 124],
    ["on-failure", "kill -KILL $$; true", "restarting", 9],
    ["on-failure", "no-such-program-here; exit $?; true", "restarting", 127],
    ["always", "exit 0; true", "restarting", 0],
    ["always", "exit 1; true", "restarting", 1],
  ];
  await using app = await withExtensions(
    ...cases.map(([restart, command]) => ({ restart, command, restartDelayMs: 60_000 })),
  );
  const page = await app.connectPage();
  for (const [i, [restart, command, next, exitCode]] of cases.entries()) {
    await act(page, "start", `x${i}`);
    const ended = await change(page, next, `x${i}`);
    assertEquals([ended.from, ended.exitCode], ["starting", exitCode], `${restart} ${command}`);
  }
});

posixTest(
  "stop ends a stubborn extension and all it started; restart brings a new one",
  async () => {
    await using app = await withExtensions({
      command: `trap '' TERM; sleep 300 & echo "child $!"; wait; sleep 300; true`,
      restart: "always",
      stopTimeoutMs: 50,
    });
    const page = await app.connectPage();
    await act(page, "start");
    await app.printed("child ");
    const child = Number(/child (\d+)/.exec(app.output)?.[1]);
    const { pid, state, memoryBytes, uptimeMs } = await info(page);
    assertEquals(state, "starting");
    assert(memoryBytes! > 10_000 && uptimeMs! >= 0);
    assert(isRunning(pid!) && isRunning(child));
    await act(page, "restart");
    assertFalse(isRunning(pid!) || isRunning(child));
    assertEquals(path(page), [
      "stopped starting",
      "starting stopping",
      "stopping stopped",
      "stopped starting",
    ]);
    const second = (await info(page)).pid!;
    assert(second !== pid && isRunning(second));
    await act(page, "stop");
    assertFalse(isRunning(second));
    assertEquals((await info(page)).state, "stopped");
    // Nothing starts it again.
    await act(page, "stop");
    assertEquals((await info(page)).state, "stopped");
  },
);

posixTest(
  "a stop during the wait for a restart, or of one that has failed, is a stop",
  async () => {
    await using app = await withExtensions(
      { command: "exit 1; true", restart: "always", restartDelayMs: 50 },
      { command: "exit 1; true" },
    );
    const page = await app.connectPage();
    for (const [id, before] of [["x0", "restarting"], ["x1", "failed"]] as const) {
      await act(page, "start", id);
      await change(page, before, id);
      await act(page, "stop", id);
      assertEquals((await change(page, "stopped", id)).from, before);
    }
    await new Promise((resolve) => setTimeout(resolve, 120));
    assertEquals((await info(page, "x0")).state, "stopped");
  },
);

posixTest("what a crashed extension leaves running ends before it is started again", async () => {
  await using app = await withExtensions({
    command: `sleep 300 & echo "child $!"; exit 1; true`,
    restart: "on-failure",
    restartDelayMs: 60_000,
  });
  const page = await app.connectPage();
  await act(page, "start");
  await change(page, "restarting");
  const child = Number(/child (\d+)/.exec(app.output)?.[1]);
  assert(child > 0);
  assertFalse(isRunning(child));
});

posixTest("one that does not connect in time is told of, and goes on", async () => {
  await using app = await withExtensions({ command: "sleep 300; true", startTimeoutMs: 30 });
  const page = await app.connectPage();
  await act(page, "start");
  const late = await page.event("extensionStateChange", {
    where: (data) => (data as Change).from === "starting",
  }) as Change;
  assertEquals([late.to, late.reason], ["starting", "it has not connected within 0.03 s"]);
  assertMatch(app.output, /Extension "x" has not connected within 0.03 s. Likely reasons:/);
  assertEquals((await info(page)).state, "starting");
});

posixTest("connection and disconnection are states", async () => {
  await using app = await withExtensions(waiting());
  const page = await app.connectPage();
  await act(page, "start");
  const extension = await connectAs(app);
  await change(page, "connected");
  await extension.call("extensions.provide", { methods: ["b", "a"] });
  const connected = await info(page) as Info & { methods: string[] };
  assertEquals([connected.state, connected.connected, connected.methods], [
    "connected",
    true,
    ["a", "b"],
  ]);
  assert(connected.traffic!.framesIn === 1 && connected.traffic!.framesOut >= 2);
  await change(page, "starting");
  await extension.close();
  const disconnected = await change(page, "starting");
  assertEquals([disconnected.from, disconnected.reason], ["connected", "its connection ended"]);
});

posixTest("the connection of a process that has crashed is closed, whoever holds it", async () => {
  await using app = await withExtensions(waiting());
  const page = await app.connectPage();
  await act(page, "start");
  await using extension = await connectAs(app);
  await change(page, "connected");
  Deno.kill(-(await info(page)).pid!, "SIGKILL");
  const failed = await change(page, "failed");
  assertEquals([failed.from, failed.reason, failed.exitCode], [
    "connected",
    "it ended with SIGKILL",
    9,
  ]);
  assertEquals((await extension.closed).code, 1001);
});

posixTest("a connected extension that is stopped is told, and its connection closed", async () => {
  await using app = await withExtensions({ ...waiting(), stopTimeoutMs: 20 });
  const page = await app.connectPage();
  await act(page, "start");
  await using extension = await connectAs(app);
  await act(page, "stop");
  await extension.event("windowClose");
  assertEquals((await extension.closed).code, 1001);
});

Deno.test("a program started elsewhere goes from stopped to connected and back", async () => {
  await using app = await withExtensions({});
  const page = await app.connectPage();
  const extension = await app.connectDriver("x");
  assertEquals((await change(page, "connected")).from, "stopped");
  await extension.close();
  assertEquals((await change(page, "stopped")).reason, "its connection ended");
  const error = await assertRejects(() => act(page, "start"), CallError);
  assertEquals(error.code, "OR_EX_NOCOMMD");
});

posixTest("extensions start behind those that they depend on", async () => {
  await using app = await withExtensions(
    { command: "sleep 300; true", dependsOn: ["x1"] },
    { ...waiting("x1"), dependsOn: ["x2"] },
    waiting("x2"),
    { command: "sleep 300; true", dependsOn: ["x4"] },
    { command: "exit 1; true" },
  );
  const page = await app.connectPage();
  const starting = act(page, "start", "x0");
  await change(page, "starting", "x2");
  assertEquals((await info(page, "x1")).state, "stopped");
  await using _x2 = await connectAs(app, "x2");
  await change(page, "starting", "x1");
  assertEquals((await info(page, "x0")).state, "stopped");
  await using _x1 = await connectAs(app, "x1");
  await starting;
  assertEquals((await info(page, "x0")).state, "starting");

  // Whoever is needed ends last.
  await act(page, "stop", "x2");
  const order = page.events.filter(({ event, data }) =>
    event === "extensionStateChange" && (data as Change).to === "stopped"
  ).map(({ data }) => (data as Change).extensionId);
  assertEquals(order, ["x0", "x1", "x2"]);

  await act(page, "start", "x3");
  const failed = await change(page, "failed", "x3");
  assertEquals(failed.reason, `it depends on "x4", which is not connected`);
});

posixTest("an extension that is stopped while it waits for others does not start", async () => {
  await using app = await withExtensions(
    { command: "sleep 300; true", dependsOn: ["x2"] },
    { command: "sleep 300; true", dependsOn: ["x2"] },
    waiting("x2"),
  );
  const page = await app.connectPage();
  const others = await app.connectPage();
  const starting = ["x0", "x1"].map((id) => act(page, "start", id));
  await change(page, "starting", "x2");
  for (const id of ["x0", "x1"]) await act(others, "stop", id);
  // Whoever asks after the stop has it started.
  const again = act(others, "start", "x1");
  await using _x2 = await connectAs(app, "x2");
  await Promise.all([...starting, again]);
  assertEquals((await info(page, "x0")).state, "stopped");
  assertEquals((await info(page, "x1")).state, "starting");
});

Deno.test("dependencies that lead nowhere or in a circle are named at the start", async () => {
  const error = await assertRejects(() =>
    withExtensions({ dependsOn: ["x1"] }, { dependsOn: ["x2"] }, { dependsOn: ["x0"] })
  );
  assertMatch((error as Error).message, /extensions depend on each other: x0 → x1 → x2 → x0/);
  const missing = await assertRejects(() => withExtensions({ dependsOn: ["none"] }));
  assertMatch((missing as Error).message, /"x" depends on "none", which is not there/);
});

posixTest("env and cwd of an entry reach its command", async () => {
  await using app = await startTestHost({
    config: {
      extensions: [{
        id: "x",
        command: 'echo "$(pwd) $SPECIAL $HOME"; true',
        env: { SPECIAL: "värde" },
        cwd: "${NL_PATH}/sub",
      }],
    },
    files: { "sub/a": "" },
  });
  await app.printed(`[x] ${await Deno.realPath(app.folder)}/sub värde ${Deno.env.get("HOME")}`);
});

posixTest(
  "an extension is loaded, used and unloaded at run time, with the caller's grant",
  async () => {
    await using app = await startTestHost({
      config: {
        extensions: [
          { id: "full" },
          { id: "narrow", nativeAllowList: ["extensions.*", "computer.*"] },
        ],
      },
    });
    const page = await app.connectPage();
    const narrow = await app.connectDriver("narrow");
    const definition = { id: "new", command: "sleep 300; true", restart: "always" };
    const code = async (call: Promise<unknown>) =>
      (await assertRejects(() => call, CallError)).code;

    assertEquals(await code(narrow.call("extensions.load", definition)), "NE_RT_NATPRME");
    // What it loads may do no more than it may itself.
    await narrow.call("extensions.load", { id: "child" });
    const child = await app.connectDriver("child");
    assertEquals(await code(child.call("app.getConfig")), "NE_RT_NATPRME");
    await child.call("computer.getArch");

    await page.call("extensions.load", definition);
    await change(page, "starting", "new");
    const { pid } = await info(page, "new");
    assertEquals(await code(page.call("extensions.load", definition)), "OR_EX_LOADED");
    for (
      const [bad, message] of [
        [{ id: "ü" }, /"definition.id" is "ü", expected letters, digits/],
        [{ id: "b", restart: "often" }, /"restart" is "often", expected "never"/],
        [{ id: "b", dependsOn: ["none"] }, /depends on "none", which is not there/],
      ] as const
    ) {
      const error = await assertRejects(() => page.call("extensions.load", bad), CallError);
      assertEquals(error.code, "OR_EX_BADDEF");
      assertMatch(error.message, message);
    }
    await page.call("extensions.load", { id: "needs", dependsOn: ["new"] });
    assertEquals(await code(act(page, "unload", "new")), "OR_EX_NEEDED");
    await act(page, "unload", "needs");
    await act(page, "unload", "new");
    assertFalse(isRunning(pid!));
    assertEquals(await code(info(page, "new")), "OR_EX_UNKNOWN");
    const { loaded } = await page.call("extensions.getStats") as { loaded: string[] };
    assertEquals(loaded, ["full", "narrow", "child"]);
  },
);

posixTest("100 extensions restart at once", async () => {
  const ids = Array.from({ length: 100 }, (_, i) => `x${i}`);
  await using app = await withExtensions(
    ...ids.map(() => ({ command: "sleep 300; true", restart: "always", stopTimeoutMs: 10 })),
  );
  const page = await app.connectPage();
  await Promise.all(ids.map((id) => act(page, "start", id)));
  const before = await Promise.all(ids.map((id) => info(page, id)));
  await Promise.all(ids.map((id) => act(page, "restart", id)));
  const after = await Promise.all(ids.map((id) => info(page, id)));
  const pids = new Set([...before, ...after].map(({ pid }) => pid));
  assertEquals(pids.size, 200);
  assert(after.every(({ state }) => state === "starting"));
  assertEquals(before.filter(({ pid }) => isRunning(pid!)).length, 0);
});

posixTest("an extension that does not answer pings is closed, and started again", async () => {
  await using app = await withExtensions({
    ...waiting(),
    heartbeatMs: 100,
    restart: "on-failure",
    restartDelayMs: 20,
  });
  const page = await app.connectPage();
  await act(page, "start");
  const file = `${app.folder}/x.ready`;
  await app.eventually(() => Deno.stat(file).then(() => true, () => false));
  const { nlConnectToken } = JSON.parse(await Deno.readTextFile(file));
  const { pid } = await info(page);
  using socket = await connectRaw(
    app.host.port,
    `/?connectToken=${nlConnectToken}&extensionId=x`,
  );
  assertMatch(socket.head, /^HTTP\/1.1 101/);
  const unresponsive = await page.event("extensionStateChange", {
    where: (data) => (data as Change).from === "connected",
  }) as Change;
  assertEquals(unresponsive.reason, "it gave no sign of life for 0.1 s");
  await change(page, "restarting");
  await app.eventually(async () => (await info(page)).state === "starting");
  assertFalse(isRunning(pid!));
});
