/**
 * A host for `watchdog_test.ts`: starts the groups that its arguments after the first name, puts them
 * under a watchdog whose list is in the folder that the first names, and is killed at once by itself.
 *
 * @module
 */

import { spawnGroup } from "../../lib/process/process_group.ts";
import { shellCommand } from "../../lib/process/shell.ts";
import { createWatchdog } from "../../lib/process/watchdog.ts";
import { RecordingLog } from "./real_processes.ts";

const [folder = "", ...commands] = Deno.args;
const watchdog = createWatchdog({ log: new RecordingLog(), folders: [folder] });
for (const command of commands) {
  const group = spawnGroup({
    ...shellCommand(command),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  Deno.writeTextFileSync(`${folder}/pids`, `${group.pid} `, { append: true });
  watchdog.add(group.pid);
}
Deno.kill(Deno.pid, "SIGKILL");
