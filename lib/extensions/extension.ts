/**
 * One loaded extension: its entry and, when it has a command, its process.
 *
 * @module
 */

import type { Identity } from "../auth/credentials.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import type { ListedProcess } from "../process/children.ts";
import { OutputRelay } from "../process/output_relay.ts";
import type { Masker } from "../process/mask.ts";
import { OwnedGroup } from "../process/owned_group.ts";
import { type GroupStatus, type ProcessGroup, spawnGroup } from "../process/process_group.ts";
import { type CommandLine, shellCommand } from "../process/shell.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { startCommand } from "./start_command.ts";

/** Passes on a line that an extension printed. */
export type RelayLine = (id: string, line: string, stream: "stdout" | "stderr") => void;

/** What a start needs of the host. */
export interface StartContext {
  port: number;
  masker: Masker;
  watchdog: Watchdog;
  relay: RelayLine;
}

/** A running extension process and everything it started. */
export class ExtensionProcess implements ListedProcess {
  readonly pid: number;
  /** How the process itself ended; what it started may live on. */
  readonly status: Promise<GroupStatus>;
  /** Settles when nothing of the group is left. */
  readonly gone: Promise<void>;
  readonly #group: ProcessGroup;
  readonly #output: OutputRelay;
  readonly #owned: OwnedGroup;

  /**
   * Takes over the group of an extension that has just been started.
   *
   * @param context.onEnd awaited when nothing runs and all of its output is there, before `gone`
   */
  constructor(
    id: string,
    group: ProcessGroup,
    context: StartContext & { onEnd?: () => Promise<void> },
  ) {
    this.#group = group;
    this.pid = group.pid;
    this.status = group.status;
    this.#owned = new OwnedGroup(group, context.watchdog);
    this.#output = new OutputRelay(group, {
      masker: context.masker,
      onLine: (line, stream) => context.relay(id, line, stream),
    });
    this.gone = this.#ended(context.onEnd);
  }

  /**
   * Starts an extension's command through the shell, or a program without one, in a process group of
   * its own.
   *
   * @param line the program, which then gets its credentials on stdin alone
   * @throws {Error} when the system refuses, for example for want of file descriptors
   */
  static start(
    entry: ExtensionEntry & { command: string },
    context: StartContext & { identity: Identity },
    line?: CommandLine,
  ): { process: ExtensionProcess; handshake: string } {
    const { command, stdin, handshake } = startCommand(entry, {
      port: context.port,
      credential: context.identity.credential,
    });
    const group = spawnGroup({
      ...line ?? shellCommand(command, { os: Deno.build.os }),
      ...(entry.cwd === undefined ? {} : { cwd: entry.cwd }),
      env: entry.env,
      stdin: stdin === undefined ? "null" : "piped",
    });
    if (stdin !== undefined && group.stdin !== undefined) void writeAndClose(group.stdin, stdin);
    return { process: new ExtensionProcess(entry.id, group, context), handshake };
  }

  /** The last lines it wrote to stderr, without secrets. */
  lastErrors(): string[] {
    return this.#output.lastErrors();
  }

  /**
   * Sees to it that the whole group ends.
   *
   * @param options.graceMs time to end by itself before it is asked to
   */
  async stop(options: { graceMs: number; termMs?: number }): Promise<void> {
    await this.#owned.stop(options);
    await this.gone;
  }

  /** Its stdin was closed behind its credentials. */
  write(): boolean {
    return false;
  }

  endInput(): void {}

  interrupt(): void {
    this.#group.signal("SIGINT");
  }

  async #ended(onEnd?: () => Promise<void>): Promise<void> {
    await this.#owned.gone;
    await this.#output.finish();
    await onEnd?.();
    await this.#group.release();
  }
}

/** A process that ends without reading its stdin is no failure of ours. */
async function writeAndClose(stream: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    await writer.abort().catch(() => {});
  }
}
