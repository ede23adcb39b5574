import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { groupControl } from "../../lib/process/group_control.ts";
import { bareExitCode, spawnGroup } from "../../lib/process/process_group.ts";
import { livingGroupOf } from "../../lib/process/process_table.ts";
import type { CommandLine } from "../../lib/process/shell.ts";
import { feed, isRunning, runningMembers, spawnShell, textOf, until } from "./real_processes.ts";

Deno.test("spawnGroup() makes the process the leader of its own group", async () => {
  const group = spawnShell("cat", "piped");
  assert(runningMembers(group.pid).includes(group.pid));
  await feed(group, "hello");
  assertEquals(await textOf(group.stdout), "hello");
  assertEquals(await group.status, { code: 0, signal: null });
  await group.release();
});

Deno.test("spawnGroup() gives streams that are at their end when they are not piped", async () => {
  const group = spawnGroup({
    program: "/bin/sh",
    args: ["-c", "echo x"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  assertEquals(await textOf(group.stdout) + await textOf(group.stderr), "");
  assertEquals(group.stdin, undefined);
  await group.status;
});

Deno.test("spawnGroup() replaces the environment when asked to", async () => {
  const group = spawnGroup({
    program: "/usr/bin/env",
    args: [],
    env: { ONLY: "this" },
    clearEnv: true,
    stdin: "null",
  });
  assertEquals(await textOf(group.stdout), "ONLY=this\n");
  await group.status;
  await group.release();
});

Deno.test("spawnGroup() throws NotFound for a program or a folder that is not there", () => {
  const stdin = "null";
  assertThrows(
    () => spawnGroup({ program: "/nowhere/x", args: [], stdin }),
    Deno.errors.NotFound,
  );
  assertThrows(
    () => spawnGroup({ program: "/bin/sh", args: [], cwd: "/nowhere", stdin }),
    Deno.errors.NotFound,
  );
});

Deno.test("ProcessGroup.status tells code and signal, bareExitCode() the wire's number", async () => {
  const cases = [
    ["exit 7", { code: 7, signal: null }, 7],
    ["kill -KILL $$", { code: 137, signal: "SIGKILL" }, 9],
    ["kill -INT $$", { code: 130, signal: "SIGINT" }, 2],
    ["exit 130", { code: 130, signal: null }, 130],
    ["no-such-command-here", { code: 127, signal: null }, 127],
  ] as const;
  for (const [command, expected, bare] of cases) {
    const group = spawnShell(command);
    const { code, signal } = await group.status;
    assertEquals({ code, signal }, expected, command);
    assertEquals(bareExitCode({ code, signal }), bare, command);
    await group.release();
  }
});

Deno.test("ProcessGroup.signal() reaches the descendants", async () => {
  const group = spawnShell("sleep 60 & (sleep 60 & sleep 60) & sleep 60");
  await until(() => runningMembers(group.pid).length >= 5, "all of the group");
  assert(group.signal("SIGTERM"));
  assertEquals((await group.status).signal, "SIGTERM");
  await until(async () => !await group.alive(), "the end of the group");
  assertEquals(runningMembers(group.pid), []);
  await group.release();
});

Deno.test("ProcessGroup.signal() right after the start is not lost", async () => {
  for (let i = 0; i < 20; i++) {
    // Without `exec` a shell that is just about to fork may keep the signal to itself.
    const group = spawnShell("exec sleep 60");
    assert(group.signal("SIGINT"));
    assertEquals((await group.status).signal, "SIGINT");
    await group.release();
  }
});

Deno.test("ProcessGroup.alive() holds while members live on without the leader", async () => {
  const group = spawnShell("sleep 60 & exit 3");
  assertEquals((await group.status).code, 3);
  const [left] = runningMembers(group.pid);
  assert(await group.alive());
  assert(group.kill());
  await until(async () => !await group.alive(), "the end of the group");
  assert(left !== undefined && !isRunning(left));
  await group.release();
});

Deno.test("ProcessGroup.signal() is false for a group that has ended", async () => {
  const group = spawnShell("true");
  await group.status;
  assertFalse(await group.alive());
  assertFalse(group.signal("SIGTERM"));
  assertFalse(group.kill());
  await group.release();
});

Deno.test("ProcessGroup.signal() never reaches a stranger that got the number later", async () => {
  const sent: Deno.Signal[] = [];
  const control = {
    signal: (_pid: number, signal: Deno.Signal) => sent.push(signal) > 0,
    exists: () => false,
    living: () => Promise.resolve(true),
  };
  const group = spawnGroup({ program: "/bin/true", args: [], stdin: "null" }, { control });
  await group.status;
  assertFalse(group.signal("SIGTERM"));
  assertFalse(await group.alive());
  assertEquals(sent, []);
  await group.release();
});

Deno.test("ProcessGroup.release() closes the pipes nobody took", async () => {
  const group = spawnShell("cat; exit 5", "piped");
  await group.release();
  assertEquals((await group.status).code, 5);
});

Deno.test("livingGroupOf() finds its way past the name of the program", () => {
  assertEquals(livingGroupOf("12 (a) S (b c) R 1 77 77 0"), 77);
  assertEquals(livingGroupOf("12 (x) Z 1 77 77 0"), undefined);
  assertEquals(livingGroupOf(""), undefined);
});

Deno.test("groupControl() ends the tree with taskkill on Windows", async () => {
  const lines: CommandLine[] = [];
  const control = groupControl("windows", { run: (line) => lines.push(line) > 0 });
  assert(control.signal(42, "SIGTERM"));
  assertEquals(lines, [{ program: "taskkill", args: ["/T", "/F", "/PID", "42"] }]);
  assertFalse(await control.living(42));
});
