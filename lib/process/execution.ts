/**
 * A shell command whose output is waited for (contracts: Neutralino 6.10, `os.execCommand`).
 *
 * @module
 */

import { ChildInput } from "./child_input.ts";
import type { Children, Owned } from "./children.ts";
import { OwnedGroup } from "./owned_group.ts";
import { bareExitCode, type ProcessGroup } from "./process_group.ts";
import { type ShellCall, type ShellStreams, startShell } from "./shell_start.ts";
import { textOf } from "./text_stream.ts";
import type { Watchdog } from "./watchdog.ts";

/** What came of a command. */
export interface Executed {
  pid: number;
  exitCode: number;
  /** In pieces of about a million characters. */
  stdOut: string[];
  stdErr: string[];
}

/** What an {@linkcode Execution} needs of its host. */
export interface ExecutionOptions {
  children: Children;
  watchdog: Watchdog;
  /** Given to the command, then the end. `""`: it reads the host's own stdin. */
  stdIn: string;
  /** Most characters of output. Default 256 Mi: more would fit in no answer. */
  maxOutput?: number;
}

const PIECE = 1 << 20;

/** A command that runs. It ends with the host. */
export class Execution implements Owned {
  /**
   * Settles when the command has ended and nobody holds its output any more. Rejects with a
   * RangeError when there is too much output; then the whole group has been killed.
   */
  readonly result: Promise<Executed>;
  readonly gone: Promise<unknown>;
  readonly #group: ProcessGroup;
  readonly #owned: OwnedGroup;
  readonly #readers: ReadableStreamDefaultReader<Uint8Array>[];
  #left: number;

  /** Starts it. */
  constructor(call: ShellCall, options: ExecutionOptions) {
    const { children, watchdog, stdIn, maxOutput = 1 << 28 } = options;
    const { group, input } = startWithInput(call, stdIn, { stdout: "piped", stderr: "piped" });
    this.#group = group;
    this.#left = maxOutput;
    this.#owned = new OwnedGroup(group, watchdog);
    const stdout = group.stdout.getReader();
    const stderr = group.stderr.getReader();
    this.#readers = [stdout, stderr];
    this.result = Promise.all([group.status, this.#collect(stdout), this.#collect(stderr)])
      .then(([status, stdOut, stdErr]) => {
        if (this.#left < 0) {
          throw new RangeError(`the output has more than ${maxOutput} characters: it was killed`);
        }
        return { pid: group.pid, exitCode: bareExitCode(status), stdOut, stdErr };
      })
      .finally(() => {
        input?.abort();
        // What it put into the background and out of reach of its output may stay.
        this.#owned.letGo();
      });
    this.gone = Promise.allSettled([this.result, this.#owned.gone]);
    children.own(this);
  }

  async stop(): Promise<void> {
    await this.#owned.stop({ graceMs: 0 });
    await this.#cancel();
    await this.gone;
  }

  async #collect(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string[]> {
    const pieces: string[] = [];
    let piece = "";
    for await (const text of textOf(reader)) {
      piece += text;
      this.#left -= text.length;
      if (this.#left < 0) {
        this.#group.kill();
        await this.#cancel();
        return [];
      }
      if (piece.length >= PIECE) {
        pieces.push(piece);
        piece = "";
      }
    }
    return [...pieces, piece];
  }

  async #cancel(): Promise<void> {
    await Promise.allSettled(this.#readers.map((reader) => reader.cancel()));
  }
}

/**
 * Starts a command that nobody waits for and that may outlive the host; what it prints appears on
 * the host's own output.
 *
 * @returns its process id
 */
export function executeAside(call: ShellCall, stdIn: string): number {
  const streams = { stdout: "inherit", stderr: "inherit", outlives: true } as const;
  return startWithInput(call, stdIn, streams).group.pid;
}

function startWithInput(
  call: ShellCall,
  stdIn: string,
  streams: Omit<ShellStreams, "stdin">,
): { group: ProcessGroup; input: ChildInput | undefined } {
  const stdin = stdIn === "" ? "inherit" : "piped";
  const group = startShell(call, { ...streams, stdin });
  const input = group.stdin && new ChildInput(group.stdin);
  void input?.write(stdIn);
  input?.end();
  return { group, input };
}
