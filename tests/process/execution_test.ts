import { assert, assertEquals, assertRejects } from "@std/assert";
import { Children } from "../../lib/process/children.ts";
import { Execution } from "../../lib/process/execution.ts";
import { exitCode, type ProcessEvent, SpawnedProcess } from "../../lib/process/spawned_process.ts";
import { noSuchFolder } from "../../lib/process/shell_start.ts";
import { needs, posix } from "../tools.ts";
import { runningMembers, until, withFolder } from "./real_processes.ts";

/** A watchdog's list. */
class List {
  readonly pids = new Set<number>();
  add = (pid: number) => void this.pids.add(pid);
  remove = (pid: number) => void this.pids.delete(pid);
  close = () => Promise.resolve();
}

function execute(command: string, { maxOutput }: { maxOutput?: number } = {}) {
  const children = new Children();
  const watchdog = new List();
  const options = maxOutput === undefined ? {} : { maxOutput };
  const call = { command, cwd: "", envs: {} };
  const execution = new Execution(call, { children, watchdog, stdIn: "\n", ...options });
  return { execution, children, watchdog };
}

function posixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ...needs(posix), fn });
}

posixTest("an Execution is on the watchdog's list while it runs", async () => {
  const { execution, watchdog } = execute("sleep 0.1; echo x");
  const [pid] = watchdog.pids;
  assert(runningMembers(pid!).length > 0);
  assertEquals(await execution.result, { pid, exitCode: 0, stdOut: ["x\n"], stdErr: [""] });
  await execution.gone;
  assertEquals(watchdog.pids.size, 0);
});

posixTest("an Execution with too much output is killed with all its group", async () => {
  const { execution, watchdog } = execute("sleep 60 & yes", { maxOutput: 100_000 });
  const [pid] = watchdog.pids;
  const error = await assertRejects(() => execution.result, RangeError);
  assertEquals(error.message, "the output has more than 100000 characters: it was killed");
  await execution.gone;
  await until(() => runningMembers(pid!).length === 0, "the end of its group");
});

posixTest("an Execution lets go of what holds none of its output", async () => {
  const { execution, children, watchdog } = execute("sleep 60 > /dev/null 2>&1 & echo started");
  const { pid, stdOut } = await execution.result;
  await execution.gone;
  assertEquals(stdOut, ["started\n"]);
  assertEquals(watchdog.pids.size, 0);
  await children.stop();
  assert(runningMembers(pid).length === 1, "it goes on without the host");
  Deno.kill(-pid, "SIGKILL");
  await until(() => runningMembers(pid).length === 0, "its end");
});

posixTest("Children.stop() ends an Execution whose output is held from out of reach", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/escaped`;
    const { execution, children, watchdog } = execute(
      `setsid sh -c 'echo $$ > "${file}"; exec sleep 60' & sleep 60; true`,
    );
    await until(() => pidIn(file) > 0, "the process that leaves the group");
    const left = pidIn(file);
    try {
      await children.stop();
      const { pid, exitCode } = await execution.result;
      assertEquals(exitCode, 15);
      assertEquals(runningMembers(pid), []);
      assertEquals(watchdog.pids.size, 0);
    } finally {
      Deno.kill(left, "SIGKILL");
    }
  });
});

posixTest("a program does not wait for what it executes aside", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/pid`;
    const module = new URL("../../lib/process/execution.ts", import.meta.url);
    const call = { command: `echo $$ > '${file}'; exec sleep 60`, cwd: "", envs: {} };
    const program = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { executeAside } from ${JSON.stringify(module.href)};
         executeAside(${JSON.stringify(call)}, "not read");`,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    const status = program.status.finally(() => ended = true);
    try {
      await until(() => ended, "the end of the program");
      assert((await status).success);
      await until(() => runningMembers(pidIn(file)).length === 1, "the command");
    } finally {
      if (!ended) program.kill("SIGKILL");
      if (pidIn(file) > 0) Deno.kill(pidIn(file), "SIGKILL");
      await status;
    }
  });
});

function pidIn(file: string): number {
  try {
    return Number(Deno.readTextFileSync(file));
  } catch {
    return 0;
  }
}

posixTest("a SpawnedProcess is not read faster than its events are taken", async () => {
  const children = new Children();
  const events: ProcessEvent[] = [];
  let taken = Promise.withResolvers<void>();
  const process = new SpawnedProcess({ command: "yes", cwd: "", envs: {} }, {
    children,
    watchdog: new List(),
    publish: (event) => events.push(event),
    caughtUp: () => taken.promise,
  });
  for (let count = 1; count <= 3; count++) {
    await until(() => events.length === count, "the next piece");
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(events.length, count);
    const before = taken;
    taken = Promise.withResolvers<void>();
    before.resolve();
  }
  await until(() => events.length === 4, "the last piece");
  taken.resolve();
  await children.stop();
  assertEquals(events.at(-1), { id: 0, action: "exit", data: 15 });
  assertEquals(runningMembers(process.pid), []);
});

Deno.test("Children take turns with a breath between, and none after the stop", async () => {
  const children = new Children();
  const order: string[] = [];
  const turns = ["a", "b"].map((name) =>
    children.inTurn(async () => {
      order.push(name);
      await Promise.resolve();
      setTimeout(() => order.push(`between ${name} and the next`), 0);
    })
  );
  const failing = assertRejects(
    () => children.inTurn(() => Promise.reject(new Error("no such program"))),
    Error,
    "no such program",
  );
  const last = children.inTurn(() => order.push("last"));
  await children.stop();
  await Promise.all([...turns, failing, last]);
  assertEquals(order, ["a", "between a and the next", "b", "between b and the next", "last"]);
  await assertRejects(() => children.inTurn(() => 1), Error, "about to end");
  await new Promise((resolve) => setTimeout(resolve, 0));
});

Deno.test("Children have numbers that none gets twice", () => {
  const children = new Children();
  const process = { write: () => false, endInput() {}, interrupt() {} };
  const first = children.reserveId();
  children.list(children.reserveId(), { ...process, pid: 11 });
  children.list(first, { ...process, pid: 10 });
  assertEquals(children.running, [{ id: 0, pid: 10 }, { id: 1, pid: 11 }]);
  children.unlist(1);
  assertEquals(children.get(1), undefined);
  assertEquals(children.reserveId(), 2);
});

Deno.test("a process ended by force has code 2 on Windows", () => {
  const ended = { code: 1, signal: null };
  assertEquals(exitCode(ended, { interrupted: true, os: "windows" }), 2);
  assertEquals(exitCode(ended, { interrupted: false, os: "windows" }), 1);
  assertEquals(exitCode({ code: 130, signal: "SIGINT" }, { interrupted: true, os: "linux" }), 2);
});

Deno.test("noSuchFolder() keeps the folder out of the shell's text", () => {
  const folder = `"; & calc`;
  const { args } = noSuchFolder(folder, "linux");
  assertEquals([args[1]!.includes("calc"), args.at(-1)], [false, folder]);
  assertEquals(noSuchFolder(folder, "windows").args.join().includes("calc"), false);
});
