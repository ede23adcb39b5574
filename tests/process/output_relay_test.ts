import { assert, assertEquals } from "@std/assert";
import { createMasker } from "../../lib/process/mask.ts";
import { OutputRelay, type OutputStream } from "../../lib/process/output_relay.ts";
import { spawnGroup } from "../../lib/process/process_group.ts";
import { stopGroup } from "../../lib/process/stop_ladder.ts";
import { heldMemory, isRunning, RecordingLog, spawnShell, until } from "./real_processes.ts";

Deno.test("OutputRelay passes on the lines of both streams", async () => {
  const group = spawnShell("echo one; echo two >&2; printf three");
  const lines: Record<OutputStream, string[]> = { stdout: [], stderr: [] };
  const relay = new OutputRelay(group, { onLine: (line, stream) => void lines[stream].push(line) });
  await relay.done;
  await group.status;
  assertEquals(lines, { stdout: ["one", "three"], stderr: ["two"] });
});

Deno.test("OutputRelay masks lines and what it keeps", async () => {
  const masker = createMasker();
  masker.add("very-secret-token");
  const group = spawnShell("echo a very-secret-token; echo b very-secret-token >&2");
  const lines: string[] = [];
  const relay = new OutputRelay(group, { masker, onLine: (line) => void lines.push(line) });
  await relay.done;
  await group.status;
  assertEquals(lines.sort(), ["a ***", "b ***"]);
  assertEquals(relay.lastErrors(), ["b ***"]);
});

Deno.test("OutputRelay.lastErrors() holds the last 20 lines of stderr, shortened", async () => {
  const group = spawnShell(
    "i=0; while [ $i -lt 50 ]; do echo e$i >&2; i=$((i+1)); done; " +
      "head -c 5000 /dev/zero | tr '\\0' x >&2",
  );
  const relay = new OutputRelay(group);
  await relay.done;
  await group.status;
  const kept = relay.lastErrors();
  assertEquals(kept.length, 20);
  assertEquals(kept.slice(0, 2), ["e31", "e32"]);
  assertEquals(kept.at(-1), "x".repeat(1000));
});

Deno.test("OutputRelay goes on when its taker throws, and says so once", async () => {
  const log = new RecordingLog();
  const group = spawnShell("echo 1; echo 2; echo 3");
  const seen: string[] = [];
  const relay = new OutputRelay(group, {
    log,
    onLine(line) {
      seen.push(line);
      throw new Error("full");
    },
  });
  await relay.done;
  await group.status;
  assertEquals(seen, ["1", "2", "3"]);
  assertEquals(log.records, ["ERROR Cannot pass on a line of output: Error: full"]);
});

Deno.test("OutputRelay.finish() gives up on a pipe that an escaped process holds", async () => {
  const group = spawnShell("setsid sh -c 'echo $$; exec sleep 60' & wait");
  const lines: string[] = [];
  const relay = new OutputRelay(group, { onLine: (line) => void lines.push(line) });
  await until(() => lines.length > 0, "the id of the escaped process");
  const escaped = Number(lines[0]);
  await stopGroup(group, { graceMs: 0 });
  assert(isRunning(escaped));
  try {
    await relay.finish(50);
    await relay.done;
  } finally {
    Deno.kill(escaped, "SIGKILL");
  }
});

Deno.test("OutputRelay.finish() takes what is still in the pipe", async () => {
  const group = spawnShell("seq 1 5000; exit 1");
  let last = "";
  let goOn = () => {};
  const held = new Promise<void>((resolve) => goOn = resolve);
  const relay = new OutputRelay(group, {
    onLine(line) {
      last = line;
      return held;
    },
  });
  await group.status;
  const finished = relay.finish(10_000);
  goOn();
  await finished;
  assertEquals(last, "5000");
});

Deno.test("OutputRelay.cancel() ends at once with a taker that never returns", async () => {
  const group = spawnShell("while echo line; do :; done");
  let calls = 0;
  const relay = new OutputRelay(group, {
    onLine() {
      calls++;
      return new Promise<void>(() => {});
    },
  });
  await until(() => calls > 0, "a first line");
  await relay.cancel();
  await relay.done;
  assertEquals(calls, 1);
  group.kill();
  await group.status;
});

Deno.test("OutputRelay holds 100 MB in flat memory with a slow taker", async () => {
  const group = spawnGroup({
    program: "/bin/sh",
    args: ["-c", "yes 'a line of some length to be read slowly' | head -c 100000000"],
    stdin: "null",
  });
  const before = heldMemory();
  let highest = before;
  let lines = 0;
  const relay = new OutputRelay(group, {
    onLine() {
      if (++lines % 20_000 !== 0) return;
      highest = Math.max(highest, heldMemory());
      return new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
  await relay.done;
  await group.status;
  assertEquals(lines, 2_500_000);
  const grown = (highest - before) / 1_000_000;
  assert(grown < 80, `grew by ${grown} MB`);
});
