import { assert, assertEquals } from "@std/assert";
import type { ProcessGroup } from "../../lib/process/process_group.ts";
import { stopGroup } from "../../lib/process/stop_ladder.ts";
import { runningMembers, spawnShell, until } from "./real_processes.ts";

/** Waits for the first line, so that the process has done what stands before it. */
async function ready(group: ProcessGroup): Promise<void> {
  const reader = group.stdout.getReader();
  await reader.read();
  reader.releaseLock();
}

Deno.test("stopGroup() lets a group end by itself", async () => {
  const group = spawnShell("cat", "piped");
  await group.stdin!.close();
  assertEquals(await stopGroup(group), "exited");
  await group.release();
});

Deno.test("stopGroup() ends a group with SIGTERM when the grace is over", async () => {
  const group = spawnShell("sleep 60 & echo up; wait");
  await ready(group);
  assertEquals(await stopGroup(group, { graceMs: 20 }), "terminated");
  assertEquals(runningMembers(group.pid), []);
  await group.release();
});

Deno.test("stopGroup() kills a group that ignores SIGTERM, grandchildren included", async () => {
  const group = spawnShell("trap '' TERM; sleep 60 & sleep 60 & echo up; wait; sleep 60");
  await ready(group);
  assertEquals(await stopGroup(group, { graceMs: 0, termMs: 100 }), "killed");
  assertEquals(runningMembers(group.pid), []);
  await group.release();
});

Deno.test("stopGroup() stops what a leader that has ended left behind", async () => {
  const group = spawnShell("(trap '' TERM; echo up; sleep 60) & exit 0");
  await ready(group);
  await group.status;
  assertEquals(runningMembers(group.pid).length > 0, true);
  assertEquals(await stopGroup(group, { graceMs: 20, termMs: 50 }), "killed");
  assertEquals(runningMembers(group.pid), []);
  await group.release();
});

Deno.test("stopGroup() does not wait for a pipe that an escaped process holds", async () => {
  // setsid leaves the group and keeps stdout.
  const group = spawnShell("setsid sh -c 'echo $$; exec sleep 60' & wait $!; exit 0");
  const reader = group.stdout.getReader();
  const { value } = await reader.read();
  const escaped = Number(new TextDecoder().decode(value));
  try {
    assertEquals(await stopGroup(group, { graceMs: 20 }), "terminated");
  } finally {
    Deno.kill(escaped, "SIGKILL");
  }
  await reader.cancel();
  await group.release();
});

Deno.test("stopGroup() gives up after its times with a group that cannot be ended", async () => {
  const sent: string[] = [];
  let now = 0;
  const waits: number[] = [];
  const outcome = await stopGroup({
    status: new Promise(() => {}),
    signal: (signal) => sent.push(signal) > 0,
    kill: () => sent.push("SIGKILL") > 0,
    alive: () => Promise.resolve(true),
  }, {
    clock: {
      now: () => now,
      after(ms, run) {
        now += ms;
        waits.push(ms);
        queueMicrotask(run);
        return () => {};
      },
    },
  });
  assertEquals(outcome, "killed");
  assertEquals(sent, ["SIGTERM", "SIGKILL"]);
  assertEquals(waits, [2000, 3000, 1000]);
});

Deno.test("stopGroup() stops 200 groups at once", async () => {
  const groups = Array.from({ length: 200 }, () => spawnShell("cat & cat; wait", "piped"));
  const started = performance.now();
  const ends = await Promise.all(groups.map((group) => stopGroup(group, { graceMs: 50 })));
  assert(performance.now() - started < 10_000);
  assertEquals(new Set(ends), new Set(["terminated"]));
  await until(() => groups.every((group) => runningMembers(group.pid).length === 0), "all gone");
  await Promise.all(groups.map((group) => group.release()));
});
