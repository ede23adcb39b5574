/**
 * A host for `watchdog_test.ts` to kill: starts the groups its arguments name, puts them under a
 * watchdog and prints their ids.
 *
 * @module
 */

import { spawnGroup } from "../../lib/process/process_group.ts";
import { shellCommand } from "../../lib/process/shell.ts";
import { createWatchdog } from "../../lib/process/watchdog.ts";
import { RecordingLog } from "./real_processes.ts";

const watchdog = createWatchdog({ log: new RecordingLog() });
const pids = Deno.args.map((command) => {
  const group = spawnGroup({
    ...shellCommand(command),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  watchdog.add(group.pid);
  return group.pid;
});
console.log(pids.join(" "));
