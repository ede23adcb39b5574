/**
 * A shell command whose output is passed on as it comes (contracts: Neutralino 6.10,
 * `os.spawnProcess`).
 *
 * @module
 */

import { ChildInput } from "./child_input.ts";
import type { Children, ListedProcess, Owned } from "./children.ts";
import { OwnedGroup } from "./owned_group.ts";
import { bareExitCode, type GroupStatus, type ProcessGroup } from "./process_group.ts";
import type { OperatingSystem } from "./shell.ts";
import { type ShellCall, startShell } from "./shell_start.ts";
import { textOf } from "./text_stream.ts";
import type { Watchdog } from "./watchdog.ts";

/** The data of a `spawnedProcess` event. */
export type ProcessEvent =
  | { id: number; action: "stdOut" | "stdErr"; data: string }
  | { id: number; action: "exit"; data: number };

/** What a {@linkcode SpawnedProcess} needs of its host. */
export interface SpawnOptions {
  children: Children;
  watchdog: Watchdog;
  /** Passes on what has happened. */
  publish(event: ProcessEvent): void;
  /** Settles when those who get the events can take more; `undefined` when they can at once. */
  caughtUp(): Promise<void> | undefined;
}

/** A shell that has only just started may keep a signal to itself; then it is sent again. */
const YOUNG_MS = 100;
const REPEATS_MS = [50, 200];

/** A command that runs. It ends with the host, and so does what it put into the background. */
export class SpawnedProcess implements ListedProcess, Owned {
  readonly id: number;
  readonly pid: number;
  readonly gone: Promise<unknown>;
  readonly #group: ProcessGroup;
  readonly #owned: OwnedGroup;
  readonly #options: SpawnOptions;
  readonly #input: ChildInput;
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[];
  readonly #since = performance.now();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #interrupted = false;

  /** Starts it. Events come from the next turn of the event loop on: after the answer to a call. */
  constructor(call: ShellCall, options: SpawnOptions) {
    const { children, watchdog } = options;
    const group = startShell(call, { stdin: "piped", stdout: "piped", stderr: "piped" });
    this.#group = group;
    this.#options = options;
    this.#input = new ChildInput(group.stdin!);
    this.#readers = [group.stdout.getReader(), group.stderr.getReader()];
    this.#owned = new OwnedGroup(group, watchdog);
    this.pid = group.pid;
    this.id = children.reserveId();
    children.list(this.id, this);
    this.gone = Promise.all([this.#passOn(), this.#owned.gone]);
    children.own(this);
  }

  write(text: string): Promise<boolean> {
    return this.#input.write(text);
  }

  endInput(): void {
    this.#input.end();
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#group.signal("SIGINT");
    if (performance.now() - this.#since > YOUNG_MS) return;
    for (const ms of REPEATS_MS) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#group.signal("SIGINT");
      }, ms);
      this.#timers.add(timer);
    }
  }

  async stop(): Promise<void> {
    await this.#owned.stop({ graceMs: 0 });
    // Somebody who has left the group may hold them for ever.
    await Promise.allSettled(this.#readers.map((reader) => reader.cancel()));
    await this.gone;
  }

  async #passOn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const [stdout, stderr] = this.#readers;
    const [status] = await Promise.all([
      this.#leaderEnded(),
      this.#relay(stdout!, "stdOut"),
      this.#relay(stderr!, "stdErr"),
    ]);
    this.#input.abort();
    this.#options.children.unlist(this.id);
    const data = exitCode(status, { interrupted: this.#interrupted });
    this.#options.publish({ id: this.id, action: "exit", data });
  }

  async #leaderEnded(): Promise<GroupStatus> {
    const status = await this.#group.status;
    for (const timer of this.#timers) clearTimeout(timer);
    return status;
  }

  async #relay(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    action: "stdOut" | "stdErr",
  ): Promise<void> {
    for await (const data of textOf(reader)) {
      this.#options.publish({ id: this.id, action, data });
      await this.#options.caughtUp();
    }
  }
}

/** Section 6.10: on Windows, where a process is ended by force, its code is then 2. */
export function exitCode(
  status: GroupStatus,
  { interrupted, os = Deno.build.os }: { interrupted: boolean; os?: OperatingSystem },
): number {
  return os === "windows" && interrupted ? 2 : bareExitCode(status);
}
