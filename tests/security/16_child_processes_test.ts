/** Row 16: however the host ends, nothing that it started is running five seconds later. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { within } from "../../lib/testing.ts";
import { isRunning, runningMembers, until } from "../process/real_processes.ts";
import { linux, needs } from "../tools.ts";
import { Program } from "./program.ts";

/** Writes down its process id, whatever it is. */
const TELL = 'echo $$ >> "${NL_PATH}/pids";';
const FOREVER = "while :; do sleep 1; done";

const EXTENSIONS = [
  { id: "plain", command: `${TELL} exec sleep 100` },
  {
    id: "grandchildren",
    command: `${TELL} sleep 100 & sleep 100 & sh -c 'sleep 100 & wait' & wait`,
  },
  { id: "background", command: `${TELL} (sleep 100 &) ; exit 0` },
  { id: "deaf", command: `${TELL} trap '' TERM; ${FOREVER}` },
  {
    id: "stubborn",
    command: `${TELL} trap '' HUP INT QUIT TERM USR1 USR2 PIPE ALRM; ${FOREVER}`,
  },
  { id: "pipes", command: `${TELL} yes | cat > /dev/null` },
  { id: "noisy", command: `${TELL} yes noise` },
  { id: "reader", command: `${TELL} exec cat`, handshake: "stdin" },
];

async function start(main?: string): Promise<{ program: Program; groups: number[] }> {
  const program = await Program.start(
    { extensions: EXTENSIONS },
    main === undefined ? {} : { main, ready: "The crash is set" },
  );
  const read = async () =>
    (await Deno.readTextFile(`${program.folder}/pids`).catch(() => "")).trim().split("\n");
  await until(async () => (await read()).length === EXTENSIONS.length, "all extensions");
  const groups = (await read()).map(Number);
  return { program, groups };
}

function running(groups: number[]): number[] {
  return groups.flatMap(runningMembers);
}

/** How the host may end, and with what code it then does. */
const ENDS: [why: string, signal: Deno.Signal, code: number][] = [
  ["SIGTERM", "SIGTERM", 143],
  ["SIGINT", "SIGINT", 130],
  ["SIGHUP", "SIGHUP", 129],
  ["SIGKILL", "SIGKILL", 137],
  ["a crash by SIGSEGV", "SIGSEGV", 139],
  ["a crash by SIGABRT", "SIGABRT", 134],
];

for (const [why, signal, code] of ENDS) {
  Deno.test({
    name: `nothing is left five seconds after ${why} of the host`,
    ...needs(linux),
    async fn() {
      const { program, groups } = await start();
      try {
        assert(running(groups).length >= EXTENSIONS.length, "they ran before");
        program.kill(signal);
        if (signal === "SIGSEGV") {
          // The engine takes the first one for a fault of its own, which would come again.
          await new Promise((resolve) => setTimeout(resolve, 100));
          program.kill(signal);
        }
        // In good order the host itself waits for them, and is gone last.
        const status = await within(program.status, 12_000, "end of the host");
        assertEquals(status.code, code);
        await until(() => running(groups).length === 0, "the end of all extensions", 5000);
        assertEquals(isRunning(program.pid), false);
      } finally {
        await program[Symbol.asyncDispose]();
      }
    },
  });
}

Deno.test({
  name: "a second signal ends the host at once, and the extensions too",
  ...needs(linux),
  async fn() {
    const { program, groups } = await start();
    try {
      program.kill("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 100));
      program.kill("SIGINT");
      assertEquals((await within(program.status, 3000, "end of the host")).code, 130);
      await until(() => running(groups).length === 0, "the end of all extensions", 5000);
    } finally {
      await program[Symbol.asyncDispose]();
    }
  },
});

for (const kind of ["error", "rejection", "exit"]) {
  Deno.test({
    name: `nothing is left five seconds after an uncaught ${kind} in the host`,
    ...needs(linux),
    async fn() {
      const main = fromFileUrl(new URL(`crash_${kind}.ts`, import.meta.url));
      const { program, groups } = await start(main);
      try {
        const status = await within(program.status, 15_000, "end of the host");
        assertEquals(status.code, 1);
        await until(() => running(groups).length === 0, "the end of all extensions", 5000);
        if (kind !== "exit") assert(program.output.includes("Internal error"), program.output);
      } finally {
        await program[Symbol.asyncDispose]();
      }
    },
  });
}
