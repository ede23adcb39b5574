/**
 * A child process together with everything it starts (contracts: Neutralino 4.1, 6.10).
 *
 * @module
 */

import { type GroupControl, groupControl } from "./group_control.ts";
import type { CommandLine, OperatingSystem } from "./shell.ts";

/** What to start. */
export interface SpawnCommand extends CommandLine {
  /** Default: the host's. Throws `Deno.errors.NotFound` when it is not there. */
  cwd?: string;
  env?: Record<string, string>;
  /** `env` is the whole environment instead of an addition to the host's. */
  clearEnv?: boolean;
  stdin: "piped" | "null" | "inherit";
  /** Default `piped`. */
  stdout?: "piped" | "null" | "inherit";
  /** Default `piped`. */
  stderr?: "piped" | "null" | "inherit";
  /** It may go on when this process ends, which does not wait for it. Default false. */
  outlives?: boolean;
}

/** How the leader of a group ended. */
export interface GroupStatus {
  /** 0 to 255; 128 plus the number of the signal if one ended it. */
  code: number;
  signal: Deno.Signal | null;
}

/**
 * The exit code as the wire wants it: the bare number of the signal for a process that a signal
 * ended (section 6.10). Whether it also dumped core is not known here.
 */
export function bareExitCode({ code, signal }: GroupStatus): number {
  return signal === null ? code : code & 127;
}

/** A running process group. */
export interface ProcessGroup {
  /** The leader's process id; on POSIX also the group's. */
  readonly pid: number;
  /** Settles when the leader ends. Others of the group may live on: see `alive()`. */
  readonly status: Promise<GroupStatus>;
  /** Only with `stdin: "piped"`. Writing to a process that has ended rejects. */
  readonly stdin?: WritableStream<Uint8Array>;
  /** At its end from the start unless piped. Must be read or cancelled. */
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** Sends a signal to every member; false if there was none. */
  signal(signal: Deno.Signal): boolean;
  /** Whether any member is left. On Windows: whether the leader is. */
  alive(): Promise<boolean>;
  /** SIGKILL for every member. */
  kill(): boolean;
  /** Closes those pipes nobody has taken hold of. For a group that has ended or is of no interest. */
  release(): Promise<void>;
}

/**
 * Starts a program in a process group of its own, so that a Ctrl-C in the host's terminal does not
 * reach it and a signal reaches its descendants.
 *
 * @throws {Deno.errors.NotFound} if the program or the working directory does not exist
 */
export function spawnGroup(
  command: SpawnCommand,
  { os = Deno.build.os, control = groupControl(os) }: {
    os?: OperatingSystem;
    control?: GroupControl;
  } = {},
): ProcessGroup {
  const { program, args, cwd, env, stdout = "piped", stderr = "piped" } = command;
  const child = new Deno.Command(program, {
    args,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    clearEnv: command.clearEnv ?? false,
    stdin: command.stdin,
    stdout,
    stderr,
    windowsRawArguments: command.windowsRawArguments ?? false,
    // setsid: the process id becomes the group id. On Windows it would mean "without a console".
    detached: os !== "windows",
  }).spawn();
  if (command.outlives) child.unref();
  return new SpawnedGroup(child, control, {
    stdin: command.stdin === "piped",
    stdout: stdout === "piped",
    stderr: stderr === "piped",
  });
}

class SpawnedGroup implements ProcessGroup {
  readonly pid: number;
  readonly status: Promise<GroupStatus>;
  readonly stdin?: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly #control: GroupControl;
  #leaderEnded = false;
  // Once the last member is gone the system may give the number to a stranger: never signal again.
  #gone = false;

  constructor(
    child: Deno.ChildProcess,
    control: GroupControl,
    piped: { stdin: boolean; stdout: boolean; stderr: boolean },
  ) {
    this.pid = child.pid;
    this.#control = control;
    if (piped.stdin) this.stdin = child.stdin;
    this.stdout = piped.stdout ? child.stdout : endedStream();
    this.stderr = piped.stderr ? child.stderr : endedStream();
    this.status = child.status.then(({ code, signal }) => {
      this.#leaderEnded = true;
      this.#gone = !control.exists(this.pid);
      return { code, signal };
    });
  }

  signal(signal: Deno.Signal): boolean {
    if (this.#gone) return false;
    const reached = this.#control.signal(this.pid, signal);
    if (!reached && this.#leaderEnded) this.#gone = !this.#control.exists(this.pid);
    return reached;
  }

  async alive(): Promise<boolean> {
    if (this.#gone) return false;
    if (!this.#leaderEnded) return true;
    if (await this.#control.living(this.pid)) return true;
    this.#gone = !this.#control.exists(this.pid);
    return false;
  }

  kill(): boolean {
    return this.signal("SIGKILL");
  }

  async release(): Promise<void> {
    const closing: Promise<void>[] = [];
    if (this.stdin !== undefined && !this.stdin.locked) closing.push(this.stdin.close());
    if (!this.stdout.locked) closing.push(this.stdout.cancel());
    if (!this.stderr.locked) closing.push(this.stderr.cancel());
    await Promise.allSettled(closing);
  }
}

function endedStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
