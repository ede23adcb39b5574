/**
 * Ends the process groups of a host that was itself ended by SIGKILL (security row 16).
 *
 * A small shell program reads the list of groups from its stdin. The pipe closes with the host,
 * whatever ends it, and then the shell ends what is on the list.
 *
 * @module
 */

import type { Log } from "../log.ts";
import { settlesWithin } from "./clock.ts";
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
}

/**
 * The watchdog of a host; the shell starts with the first `add`.
 *
 * On Windows it does nothing: there, children notice the end of the host by their stdin and their
 * socket only.
 */
export function createWatchdog(
  { log, os = Deno.build.os, shell = ["/bin/sh"] }: WatchdogOptions,
): Watchdog {
  if (os === "windows") {
    return { add() {}, remove() {}, close: () => Promise.resolve() };
  }
  return new ShellWatchdog(log, shell);
}

// The arguments are the first groups: what we write to the pipe goes out a moment later, and is lost
// with a host that is killed in between. `+pid` adds a group and `-pid` takes it off; a last line
// without its line feed, from a host that ended while writing, is not taken. 0 and 1 would mean our
// own group and everybody.
// Signals of a terminal or a service manager are ignored: the pipe alone decides.
// dash wants `-s TERM --`, old busybox only knows `-TERM`.
const PROGRAM = `
trap '' HUP INT QUIT TERM
list=" $* "
while read -r word; do
  pid=\${word#?}
  case $pid in ''|0*|1|*[!0-9]*) continue ;; esac
  case $word in
    +*) list="$list$pid " ;;
    -*) case $list in *" $pid "*) list="\${list%% $pid *} \${list#* $pid }" ;; esac ;;
  esac
done
set -- $list
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
/** Writes the shell has not taken. More means that it hangs. */
const MAX_PENDING_WRITES = 1000;

interface Shell {
  child: Deno.ChildProcess;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  status: Promise<void>;
  startedAt: number;
  pendingWrites: number;
}

class ShellWatchdog implements Watchdog {
  readonly #log: Log;
  readonly #command: readonly string[];
  readonly #encoder = new TextEncoder();
  readonly #pids = new Set<number>();
  #shell: Shell | undefined;
  #restarts = 0;
  #closed = false;

  constructor(log: Log, command: readonly string[]) {
    this.#log = log;
    this.#command = command;
  }

  add(pid: number): void {
    if (this.#closed || this.#pids.has(pid)) return;
    this.#pids.add(pid);
    if (this.#shell === undefined) this.#start();
    else this.#write(this.#shell, `+${pid}\n`);
  }

  remove(pid: number): void {
    if (this.#closed || !this.#pids.delete(pid)) return;
    if (this.#shell !== undefined) this.#write(this.#shell, `-${pid}\n`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const shell = this.#shell;
    if (shell === undefined) return;
    void shell.writer.close().catch(() => {});
    if (await settlesWithin(shell.status, CLOSE_MS)) return;
    killQuietly(shell.child);
    await shell.status;
  }

  #start(): void {
    if (this.#restarts > MAX_RESTARTS) return;
    const [program = "/bin/sh", ...args] = this.#command;
    let child: Deno.ChildProcess;
    try {
      child = new Deno.Command(program, {
        args: [...args, "-c", PROGRAM, "watchdog", ...[...this.#pids].map(String)],
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
      this.#restarts = MAX_RESTARTS + 1;
      this.#log.warning(
        `Cannot start the watchdog "${program}": ${error instanceof Error ? error.message : error}`,
      );
      return;
    }
    child.unref();
    const shell: Shell = {
      child,
      writer: child.stdin.getWriter(),
      status: child.status.then(() => this.#ended(shell)),
      startedAt: performance.now(),
      pendingWrites: 0,
    };
    shell.writer.closed.catch(() => {});
    this.#shell = shell;
  }

  #ended(shell: Shell): void {
    void shell.writer.abort().catch(() => {});
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

  #write(shell: Shell, words: string): void {
    if (++shell.pendingWrites > MAX_PENDING_WRITES) {
      killQuietly(shell.child);
      return;
    }
    const written = () => void shell.pendingWrites--;
    shell.writer.write(this.#encoder.encode(words)).then(written, written);
  }
}

function killQuietly(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
