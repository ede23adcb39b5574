import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createWatchdog } from "../../lib/process/watchdog.ts";
import { spawnGroup } from "../../lib/process/process_group.ts";
import {
  isRunning,
  RecordingLog,
  runningMembers,
  spawnShell,
  textOf,
  until,
  withFolder,
} from "./real_processes.ts";

const SHELLS = [["/bin/sh"], ["/bin/bash", "--posix"], ["/usr/bin/bash"], ["/usr/bin/dash"]];

/** The watchdogs whose list is in a folder: test files share a process, and so its children. */
function watchdogsOf(folder: string): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      const [state] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const args = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      const list = args[args.indexOf("watchdog") + 1];
      if (state !== "Z" && args.includes("watchdog") && list?.startsWith(`${folder}/`)) {
        found.push(Number(name));
      }
    } catch {
      // Ended meanwhile.
    }
  }
  return found;
}

async function ended(pids: number[], ms = 5000): Promise<void> {
  await until(() => pids.every((pid) => runningMembers(pid).length === 0), `end of ${pids}`, ms);
}

Deno.test("Watchdog ends every group of a host that is killed right after the last was added", async () => {
  await withFolder(async (folder) => {
    const commands = ["sleep 60", "sleep 60 & sleep 60", "trap '' TERM; sleep 60 & wait; sleep 60"];
    const host = spawnGroup({
      program: Deno.execPath(),
      args: [
        "run",
        "-A",
        "--no-lock",
        new URL("./watched_host.ts", import.meta.url).pathname,
        folder,
        ...commands,
        "exit 0",
        "yes | cat",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
    assertEquals((await host.status).signal, "SIGKILL");
    const pids = (await Deno.readTextFile(`${folder}/pids`)).trim().split(" ").map(Number);
    assertEquals(pids.length, 5);
    await ended(pids);
    await until(() => watchdogsOf(folder).length === 0, "the end of the watchdog");
    await host.release();
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["pids"]);
  });
});

Deno.test("Watchdog does not keep a program running that has nothing left to do", async () => {
  const script = `
    import { createWatchdog } from ${
    JSON.stringify(new URL("../../lib/process/watchdog.ts", import.meta.url).href)
  };
    const none = () => {};
    createWatchdog({ log: { debug: none, info: none, warning: none, error: none } }).add(4000000);
    console.log("done");
  `;
  const group = spawnGroup({
    program: Deno.execPath(),
    args: ["eval", "--no-lock", script],
    stdin: "null",
  });
  assertEquals(await textOf(group.stdout), "done\n");
  assertEquals((await group.status).code, 0);
  await group.release();
});

for (const shell of SHELLS) {
  Deno.test(`Watchdog.close() ends what is still on the list, with ${shell.join(" ")}`, async () => {
    const groups = Array.from({ length: 3 }, () => spawnShell("exec sleep 60"));
    const [kept, removed, added] = groups;
    const watchdog = createWatchdog({ log: new RecordingLog(), shell });
    for (const group of [kept!, removed!]) watchdog.add(group.pid);
    watchdog.remove(removed!.pid);
    watchdog.add(added!.pid);
    watchdog.add(added!.pid);
    await watchdog.close();
    await ended([kept!.pid, added!.pid]);
    assertEquals(runningMembers(removed!.pid), [removed!.pid]);
    removed!.kill();
    await Promise.all(groups.map(async (group) => {
      await group.status;
      await group.release();
    }));
  });
}

Deno.test("Watchdog sends SIGTERM first", async () => {
  await withFolder(async (folder) => {
    const group = spawnShell(
      `cd '${folder}'; trap 'echo > ended; exit 0' TERM; echo > up; while :; do sleep 0.02; done`,
    );
    await until(() => Deno.stat(`${folder}/up`).then(() => true, () => false), "the trap");
    const watchdog = createWatchdog({ log: new RecordingLog() });
    watchdog.add(group.pid);
    await watchdog.close();
    assertEquals((await group.status).signal, null);
    await Deno.stat(`${folder}/ended`);
    await group.release();
  });
});

Deno.test("Watchdog takes off the right ones of 200 groups", async () => {
  const watchdog = createWatchdog({ log: new RecordingLog() });
  const groups = Array.from({ length: 200 }, () => spawnShell("exec sleep 60"));
  for (const group of groups) watchdog.add(group.pid);
  const removed = groups.filter((_, index) => index % 2 === 0);
  const listed = groups.filter((_, index) => index % 2 === 1);
  for (const group of removed) watchdog.remove(group.pid);
  await watchdog.close();
  await ended(listed.map((group) => group.pid));
  assertEquals(removed.filter((group) => runningMembers(group.pid).length === 0).length, 0);
  for (const group of removed) group.kill();
  await Promise.all(groups.map(async (group) => {
    await group.status;
    await group.release();
  }));
});

Deno.test("Watchdog.close() ends nothing when every group was taken off", async () => {
  await withFolder(async (folder) => {
    const watchdog = createWatchdog({ log: new RecordingLog(), folders: [folder] });
    const group = spawnShell("sleep 60");
    watchdog.add(group.pid);
    watchdog.remove(group.pid);
    await watchdog.close();
    assert(await group.alive());
    group.kill();
    await group.status;
    await group.release();
    assertEquals(watchdogsOf(folder), []);
  });
});

Deno.test("Watchdog ignores SIGTERM, SIGINT and SIGHUP", async () => {
  await withFolder(async (folder) => {
    const watchdog = createWatchdog({ log: new RecordingLog(), folders: [folder] });
    const group = spawnShell("sleep 60");
    watchdog.add(group.pid);
    const [pid] = watchdogsOf(folder);
    assert(pid !== undefined);
    // Until it has read its first line it may not have come to its trap.
    await until(() => {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      // Others may be ignored from the start: SIGINT, for example, by what a script put aside.
      const wanted = [1n, 2n, 15n].reduce((bits, signal) => bits | 1n << (signal - 1n), 0n);
      return (BigInt(`0x${/SigIgn:\s*(\w+)/.exec(status)?.[1]}`) & wanted) === wanted;
    }, "the trap");
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) Deno.kill(pid, signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert(isRunning(pid));
    await watchdog.close();
    await group.status;
    await group.release();
  });
});

Deno.test("Watchdog is started anew with the whole list when it dies", async () => {
  await withFolder(async (folder) => {
    const log = new RecordingLog();
    const watchdog = createWatchdog({ log, folders: [folder] });
    const groups = [spawnShell("sleep 60"), spawnShell("sleep 60")];
    watchdog.add(groups[0]!.pid);
    const [first] = watchdogsOf(folder);
    Deno.kill(first!, "SIGKILL");
    await until(() => log.records.length > 0, "the record of its death");
    assertStringIncludes(log.records[0]!, "started anew");
    watchdog.add(groups[1]!.pid);
    await watchdog.close();
    await ended(groups.map((group) => group.pid));
    await Promise.all(groups.map(async (group) => {
      await group.status;
      await group.release();
    }));
  });
});

Deno.test("Watchdog gives up on a shell that ends again and again", async () => {
  const log = new RecordingLog();
  const watchdog = createWatchdog({ log, shell: ["/bin/false"] });
  watchdog.add(4_000_000);
  await until(() => log.records.some((record) => record.includes("keeps ending")), "giving up");
  watchdog.add(4_000_001);
  watchdog.remove(4_000_000);
  await watchdog.close();
  assertEquals(log.records.length, 6);
});

Deno.test("Watchdog logs a shell that is not there", async () => {
  const log = new RecordingLog();
  const watchdog = createWatchdog({ log, shell: ["/nowhere/sh"] });
  watchdog.add(4_000_000);
  watchdog.add(4_000_001);
  await watchdog.close();
  assertEquals(log.records.length, 1);
  assertStringIncludes(log.records[0]!, "/nowhere/sh");
});

Deno.test("Watchdog does not make its callers wait for a shell that hangs", async () => {
  await withFolder(async (folder) => {
    const log = new RecordingLog();
    const watchdog = createWatchdog({ log, folders: [folder] });
    watchdog.add(4_000_000);
    const [first] = watchdogsOf(folder);
    Deno.kill(first!, "SIGSTOP");
    // Far more than a pipe holds.
    for (let i = 1; i < 20_000; i++) {
      watchdog.add(4_000_000 + i);
      watchdog.remove(4_000_000 + i);
    }
    await watchdog.close();
    assert(!isRunning(first!));
    assertEquals(log.records, []);
  });
});

Deno.test("Watchdog does nothing on Windows", async () => {
  await withFolder(async (folder) => {
    const watchdog = createWatchdog({ log: new RecordingLog(), folders: [folder], os: "windows" });
    watchdog.add(4_000_000);
    watchdog.remove(4_000_000);
    assertEquals([...Deno.readDirSync(folder)], []);
    await watchdog.close();
  });
});

Deno.test("Watchdog logs that there is nowhere to keep its list", async () => {
  await withFolder(async (folder) => {
    const log = new RecordingLog();
    const watchdog = createWatchdog({ log, folders: [`${folder}/a`, `${folder}/b`] });
    watchdog.add(4_000_000);
    watchdog.add(4_000_001);
    await watchdog.close();
    assertEquals(log.records.length, 1);
    assertStringIncludes(log.records[0]!, `${folder}/b`);
  });
});
