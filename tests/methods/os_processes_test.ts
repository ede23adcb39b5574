/**
 * `os.spawnProcess` and `os.execCommand` with real processes: events and their order, who gets them,
 * and that nobody waits for somebody else's command (contracts: Neutralino 4.3, 6.10).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { CallError, startTestHost, type TestClient } from "../../lib/testing.ts";
import { processesWith } from "../e2e/processes.ts";
import { query, Wire } from "../neutralino/wire.ts";
import { runningMembers, until } from "../process/real_processes.ts";
import { linux, needs, posix } from "../tools.ts";

interface Spawned {
  id: number;
  pid: number;
}

interface ProcessEvent {
  id: number;
  action: "stdOut" | "stdErr" | "exit";
  data: string | number;
}

async function spawn(client: TestClient, command: string): Promise<Spawned> {
  return await client.call("os.spawnProcess", { command }) as Spawned;
}

function update(client: TestClient, id: number, event: string, data?: string): Promise<unknown> {
  return client.call("os.updateSpawnedProcess", { id, event, data }, { timeoutMs: 20_000 });
}

/** The events of a process from now on until its exit, those of other processes left where they are. */
async function eventsOf(client: TestClient, id: number): Promise<ProcessEvent[]> {
  const events: ProcessEvent[] = [];
  do {
    const where = (data: unknown) => (data as ProcessEvent).id === id;
    const options = { where, timeoutMs: 20_000 };
    events.push(await client.event("spawnedProcess", options) as ProcessEvent);
  } while (events.at(-1)!.action !== "exit");
  return events;
}

function textOf(events: ProcessEvent[], action: "stdOut" | "stdErr"): string {
  return events.filter((event) => event.action === action).map(({ data }) => data).join("");
}

function posixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ...needs(posix), fn });
}

posixTest("spawnProcess tells both outputs and then the exit code, and forgets it", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const { id } = await spawn(page, "echo 'größer'; echo E >&2; exit 5");
  const events = await eventsOf(page, id);
  assertEquals(events.at(-1), { id, action: "exit", data: 5 });
  assertEquals(textOf(events, "stdOut"), "größer\n");
  assertEquals(textOf(events, "stdErr"), "E\n");
  assertEquals(await page.call("os.getSpawnedProcesses"), []);
});

posixTest("the answer to spawnProcess comes before the first event, 200 times", async () => {
  await using app = await startTestHost();
  const token = app.host.tokens.page;
  await using wire = await Wire.open(`ws://127.0.0.1:${app.host.port}/${query(token)}`);
  const call = { method: "os.spawnProcess", accessToken: token, data: { command: "echo x" } };
  for (let i = 0; i < 200; i++) wire.send({ ...call, id: String(i) });
  const known = new Set<number>();
  const ids: number[] = [];
  for (let exits = 0; exits < 200;) {
    const { id, data, event } = JSON.parse(await wire.next() as string);
    if (id !== undefined) {
      known.add(data.returnValue.id);
      ids.push(data.returnValue.id);
    } else if (event === "spawnedProcess") {
      assert(known.has(data.id), `event of ${data.id} before the answer`);
      if (data.action === "exit") exits++;
    }
  }
  assertEquals(ids, Array.from({ length: 200 }, (_, i) => i), "numbers count up from 0");
});

posixTest("stdIn arrives in order and stdInEnd is its end", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const { id } = await spawn(page, "cat; exit 3");
  const lines = Array.from({ length: 500 }, (_, i) => `größer ${i}\n`);
  const calls = lines.map((line) => update(page, id, "stdIn", line));
  calls.push(update(page, id, "stdInEnd"));
  await Promise.all(calls);
  const events = await eventsOf(page, id);
  assertEquals(textOf(events, "stdOut"), lines.join(""));
  assertEquals(events.at(-1)!.data, 3);
});

posixTest("3 MB of output reach two clients whole and in order", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const other = await app.connectBackend();
  // Lines of characters of three bytes, so that chunks end within them.
  const { id } = await spawn(
    page,
    "awk 'BEGIN { for (i = 0; i < 100000; i++) print \"世界世界\" i }'",
  );
  const expected = Array.from({ length: 100_000 }, (_, i) => `世界世界${i}\n`).join("");
  for (const client of [page, other]) {
    const events = await eventsOf(client, id);
    assert(textOf(events, "stdOut") === expected);
    assert(events.every(({ data }) => new TextEncoder().encode(String(data)).length <= 128 << 10));
  }
});

posixTest("a character that comes in two pieces stays whole, wrong bytes do not", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const { id } = await spawn(page, "printf '\\303'; echo >&2; read x; printf '\\274\\377\\342'");
  // The first piece is there; it is half a character, so nothing is told of it.
  assertEquals(await page.event("spawnedProcess"), { id, action: "stdErr", data: "\n" });
  await page.call("computer.getArch");
  await update(page, id, "stdIn", "\n");
  const events = await eventsOf(page, id);
  assertEquals(textOf(events, "stdOut"), "ü\ufffd\ufffd");
  assert(events.every(({ data }) => data !== ""), "nothing is told where nothing came");
});

posixTest("a descendant that holds the output delays the exit", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  // The descendant waits for the file, and the shell does not.
  const waiting = `(until [ -e '${app.folder}/go' ]; do sleep 0.02; done; echo last) &`;
  const { id, pid } = await spawn(page, `${waiting} exit 4`);
  await until(() => !runningMembers(pid).includes(pid), "the end of the shell");
  assertEquals(await page.call("os.getSpawnedProcesses"), [{ id, pid }]);
  assertEquals(page.events.filter(({ event }) => event === "spawnedProcess"), []);
  await Deno.writeTextFile(`${app.folder}/go`, "");
  const events = await eventsOf(page, id);
  assertEquals(events.map(({ action, data }) => [action, data]), [["stdOut", "last\n"], [
    "exit",
    4,
  ]]);
});

posixTest("exit interrupts the whole group", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const { id, pid } = await spawn(page, "echo up; sh -c 'sleep 60; true'; true");
  await page.event("spawnedProcess");
  await until(() => runningMembers(pid).length >= 3, "the whole group");
  await update(page, id, "exit");
  assertEquals((await eventsOf(page, id)).at(-1)!.data, 2);
  await until(() => runningMembers(pid).length === 0, "the end of the group");
});

posixTest("exit right after the start is not lost", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  for (let round = 0; round < 60; round++) {
    const { id } = await spawn(page, "sleep 60; true");
    await update(page, id, "exit");
    assertEquals((await eventsOf(page, id)).at(-1)!.data, 2);
  }
});

posixTest(
  "a process that does not read gets what it has room for, and holds nobody up",
  async () => {
    await using app = await startTestHost();
    const page = await app.connectPage();
    const { id } = await spawn(page, "exec sleep 60");
    // More than a pipe holds: the answer comes although nobody has read it.
    await update(page, id, "stdIn", "x".repeat(300_000));
    await update(page, id, "exit");
    assertEquals((await eventsOf(page, id)).at(-1)!.data, 2);
    const error = await update(page, id, "stdIn", "y").catch((error) => error) as CallError;
    assertEquals(error.code, "NE_OS_UNLTOUP");
  },
);

posixTest(
  "an extension hears of processes if it may spawn them, and numbers are one row",
  async () => {
    await using app = await startTestHost({
      config: {
        extensions: [
          { id: "first.runs", command: "exec sleep 60", handshake: "stdin" },
          { id: "may", nativeAllowList: ["os.spawnProcess", "app.*"] },
          { id: "may.not", nativeAllowList: ["os.execCommand", "app.*"] },
          { id: "second.runs", command: "exec sleep 60", handshake: "stdin" },
        ],
      },
    });
    const page = await app.connectPage();
    const may = await app.connectDriver("may");
    const mayNot = await app.connectDriver("may.not");
    const { id, pid } = await spawn(page, "echo to those who may; sleep 60; true");
    assertEquals(id, 2);
    await may.event("spawnedProcess");
    const before = await page.call("os.getSpawnedProcesses") as Spawned[];
    assertEquals(before.map(({ id }) => id), [0, 1, 2]);
    assertEquals(before[2], { id, pid });
    assert(before.slice(0, 2).every(({ pid }) => runningMembers(pid).length > 0));
    // An extension is no spawned process, though it stands among them: no events, no stdin.
    const error = await update(page, 0, "stdIn", "x").catch((error) => error) as CallError;
    assertEquals(error.code, "NE_OS_UNLTOUP");
    await update(page, 0, "exit");
    await app.eventually(async () => {
      const running = await page.call("os.getSpawnedProcesses") as Spawned[];
      return running.map(({ id }) => id).join() === "1,2";
    }, { what: "end of the first extension" });
    await update(page, id, "exit");
    const seen = [...await eventsOf(may, id), ...await eventsOf(page, id)];
    assert(seen.every((event) => event.id === id));
    const ofAll = [page, may, mayNot].flatMap(({ events }) => events);
    assert(
      !ofAll.some(({ event }) => event === "spawnedProcess"),
      "events of an extension's process",
    );
  },
);

posixTest("nobody waits for somebody else's commands", async () => {
  await using app = await startTestHost({ files: { "page.html": "<p>quick</p>" } });
  const page = await app.connectPage();
  const other = await app.connectBackend();
  const stay = `until [ -e '${app.folder}/go' ]; do sleep 0.05; done`;
  const answered: unknown[] = [];
  const slow = Array.from({ length: 50 }, async (_, i) => {
    await page.call("os.execCommand", { command: stay }, { timeoutMs: 60_000 });
    answered.push(i);
  });
  await other.call("computer.getArch");
  await page.call("computer.getArch");
  assertEquals(await (await fetch(`${app.host.url}/page.html`)).text(), "<p>quick</p>");
  assertEquals(answered, []);
  await Deno.writeTextFile(`${app.folder}/go`, "");
  await Promise.all(slow);
  assertEquals(answered.length, 50);
});

posixTest("a hundred starts in one go let others in between", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const other = await app.connectBackend();
  let started = 0;
  const starts = Array.from({ length: 100 }, async () => {
    await spawn(page, "true");
    started++;
  });
  await other.call("computer.getArch");
  assert(started < 90, `the answer came after ${started} starts`);
  await Promise.all(starts);
  await app.eventually(async () => {
    return (await page.call("os.getSpawnedProcesses") as Spawned[]).length === 0;
  });
});

posixTest("a command gets the environment of the time of its call", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const key = "OUTRIGGER_TEST_IN_ORDER";
  try {
    const calls: Promise<unknown>[] = [];
    for (const value of ["1", "2", "3"]) {
      calls.push(page.call("os.setEnv", { key, value }));
      calls.push(page.call("os.execCommand", { command: `echo $${key}` }));
      calls.push(page.call("os.getEnv", { key }));
    }
    const answers = await Promise.all(calls);
    const outputs = answers.filter((_, i) => i % 3 === 1) as { stdOut: string }[];
    assertEquals(outputs.map(({ stdOut }) => stdOut), ["1\n", "2\n", "3\n"]);
    assertEquals(answers.filter((_, i) => i % 3 === 2), ["1", "2", "3"]);
  } finally {
    Deno.env.delete(key);
  }
});

posixTest("execCommand answers with a large output as it is", async () => {
  await using app = await startTestHost();
  const page = await app.connectPage();
  const command = 'awk \'BEGIN { for (i = 0; i < 1500000; i++) print "\\"世" i }\'; echo err >&2';
  const result = await page.call("os.execCommand", { command }, { timeoutMs: 30_000 }) as {
    stdOut: string;
    stdErr: string;
    exitCode: number;
  };
  assert(result.stdOut === Array.from({ length: 1_500_000 }, (_, i) => `"世${i}\n`).join(""));
  assertEquals([result.stdErr, result.exitCode], ["err\n", 0]);
});

Deno.test({
  name: "the end of a host ends what its callers have started",
  ...needs(linux),
  async fn() {
    const app = await startTestHost();
    const mark = `mark-${crypto.randomUUID()}`;
    const page = await app.connectPage();
    const stay = `sh -c 'while :; do sleep 1; done' ${mark}`;
    await spawn(page, `${stay} & ${stay}; true`);
    await spawn(page, `trap '' INT TERM; ${stay}; true`);
    // One whose shell has ended, and that holds none of its outputs.
    const { id } = await spawn(page, `${stay} > /dev/null 2>&1 &`);
    assertEquals((await eventsOf(page, id)).at(-1)!.data, 0);
    const accessToken = app.host.tokens.page;
    const data = { command: `${stay}; true` };
    page.send(JSON.stringify({ id: "0", method: "os.execCommand", accessToken, data }));
    await until(() => processesWith(mark).length === 5, "all of them");
    await app.stop();
    assertEquals(processesWith(mark), []);
  },
});
