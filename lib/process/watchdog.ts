/**
 * Ends the process groups of a host that was itself ended by SIGKILL (security row 16).
 *
 * A small shell program waits for the end of its stdin: the pipe closes with the host, whatever ends
 * it. Then the shell ends what is on the list, a file that only both of them have open. A file, because
 * it is written before `add` returns: what is written to a pipe goes out a moment later, and is lost with
 * a host that is killed in between.
 *
 * @module
 */

import type { Log } from "../log.ts";
import { settlesWithin } from "./clock.ts";
import { GroupList } from "./group_list.ts";
import type { OperatingSystem } from "./shell.ts";

/** Watches over groups by the process id of their leader. No call throws or waits for the shell. */
export interface Watchdog {
  /** From now on the group ends with the host. */
  add(pid: number): void;
  /** The group has ended: its number may soon be somebody else's. */
  remove(pid: number): void;
  /** The orderly end. Groups that are still on the list are ended. At most three seconds. */
  close(): Promise<void>;
}

/** Settings of `createWatchdog`. */
export interface WatchdogOptions {
  log: Log;
  os?: OperatingSystem;
  /** The POSIX shell to run. Default `/bin/sh`. */
  shell?: readonly string[];
  /** Where the list may be, the first that can be used. Default the usual folders for such files. */
  folders?: readonly string[];
}

/**
 * The watchdog of a host; the shell starts with the first `add`.
 *
 * On Windows it does nothing: there, children notice the end of the host by their stdin and their
 * socket only.
 */
export function createWatchdog(
  { log, os = Deno.build.os, shell = ["/bin/sh"], folders = usualFolders() }: WatchdogOptions,
): Watchdog {
  if (os === "windows") {
    return { add() {}, remove() {}, close: () => Promise.resolve() };
  }
  return new ShellWatchdog(log, shell, folders);
}

function usualFolders(): string[] {
  const own = Deno.env.get("TMPDIR");
  return [...own ? [own] : [], "/tmp", "/dev/shm", "/var/tmp"];
}

// The list is open before its name goes, so that it is gone with the two of us.
// 0 and 1 would mean our own group and everybody.
// Signals of a terminal or a service manager are ignored: the pipe alone decides.
// dash wants `-s TERM --`, old busybox only knows `-TERM`.
const PROGRAM = `
trap '' HUP INT QUIT TERM
exec 3<"$1" || exit 1
rm -f -- "$1"
while read -r word; do :; done
set --
while read -r pid; do
  case $pid in ''|0*|1|*[!0-9]*) ;; *) set -- "$@" "$pid" ;; esac
done <&3
[ $# -eq 0 ] && exit 0
for pid; do kill -s TERM -- "-$pid" || kill -TERM "-$pid"; done 2>/dev/null
sleep 1
for pid; do kill -s KILL -- "-$pid" || kill -KILL "-$pid"; done 2>/dev/null
exit 0
`;

const CLOSE_MS = 3000;
/** Deaths in a row before we stop starting it anew; one that lived longer than this starts a new row. */
const MAX_RESTARTS = 5;
const STEADY_MS = 10_000;

interface Shell {
  child: Deno.ChildProcess;
  list: GroupList;
  status: Promise<void>;
  startedAt: number;
}

class ShellWatchdog implements Watchdog {
  readonly #log: Log;
  readonly #command: readonly string[];
  readonly #folders: readonly string[];
  readonly #pids = new Set<number>();
  #shell: Shell | undefined;
  #restarts = 0;
  #closed = false;

  constructor(log: Log, command: readonly string[], folders: readonly string[]) {
    this.#log = log;
    this.#command = command;
    this.#folders = folders;
  }

  add(pid: number): void {
    if (this.#closed || this.#pids.has(pid)) return;
    this.#pids.add(pid);
    if (this.#shell === undefined) this.#start();
    else this.#note(this.#shell, (list) => list.add(pid));
  }

  remove(pid: number): void {
    if (this.#closed || !this.#pids.delete(pid)) return;
    if (this.#shell !== undefined) this.#note(this.#shell, (list) => list.remove(pid));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const shell = this.#shell;
    if (shell === undefined) return;
    // Its end is now waited for.
    shell.child.ref();
    void shell.child.stdin.close().catch(() => {});
    if (await settlesWithin(shell.status, CLOSE_MS)) return;
    killQuietly(shell.child);
    await shell.status;
  }

  #start(): void {
    if (this.#restarts > MAX_RESTARTS) return;
    const [program = "/bin/sh", ...args] = this.#command;
    let list: GroupList | undefined;
    let child: Deno.ChildProcess;
    try {
      list = GroupList.create(this.#folders, this.#pids);
      child = new Deno.Command(program, {
        args: [...args, "-c", PROGRAM, "watchdog", list.path],
        // Of the host's environment it needs only where `sleep` is, and a folder must not be held busy.
        cwd: "/",
        clearEnv: true,
        env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" },
        stdin: "piped",
        stdout: "null",
        stderr: "null",
        // Out of reach of the terminal's Ctrl-C.
        detached: true,
      }).spawn();
    } catch (error) {
      list?.close();
      this.#restarts = MAX_RESTARTS + 1;
      this.#log.warning(
        `Cannot start the watchdog "${program}": ${describe(error)}; ` +
          "child processes may outlive a killed host",
      );
      return;
    }
    child.unref();
    const shell: Shell = {
      child,
      list,
      status: child.status.then(() => this.#ended(shell)),
      startedAt: performance.now(),
    };
    this.#shell = shell;
  }

  #ended(shell: Shell): void {
    void shell.child.stdin.abort().catch(() => {});
    shell.list.close();
    if (this.#shell !== shell) return;
    this.#shell = undefined;
    if (this.#closed) return;
    this.#restarts = performance.now() - shell.startedAt > STEADY_MS ? 1 : this.#restarts + 1;
    if (this.#restarts > MAX_RESTARTS) {
      this.#log.warning("The watchdog keeps ending: child processes may outlive a killed host");
      return;
    }
    this.#log.warning("The watchdog has ended and is started anew");
    if (this.#pids.size > 0) this.#start();
  }

  /** A list that cannot be written, on a full disk for instance, is made anew, maybe elsewhere. */
  #note(shell: Shell, change: (list: GroupList) => void): void {
    try {
      change(shell.list);
    } catch (error) {
      this.#log.warning(`The watchdog's list cannot be written: ${describe(error)}`);
      killQuietly(shell.child);
    }
  }
}

function killQuietly(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
