/**
 * One loaded extension: its entry and, when it has a command, its process.
 *
 * @module
 */

import type { Identity } from "../auth/credentials.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import { OutputRelay } from "../process/output_relay.ts";
import type { Masker } from "../process/mask.ts";
import { type GroupStatus, type ProcessGroup, spawnGroup } from "../process/process_group.ts";
import { shellCommand } from "../process/shell.ts";
import { stopGroup } from "../process/stop_ladder.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { startCommand } from "./start_command.ts";

/** Passes on a line that an extension printed. */
export type RelayLine = (id: string, line: string, stream: "stdout" | "stderr") => void;

/** What a start needs of the host. */
export interface StartContext {
  port: number;
  identity: Identity;
  masker: Masker;
  watchdog: Watchdog;
  relay: RelayLine;
}

/** A running extension process and everything it started. */
export class ExtensionProcess {
  readonly pid: number;
  /** How the process itself ended; what it started may live on. */
  readonly status: Promise<GroupStatus>;
  /** Settles when nothing of the group is left. */
  readonly gone: Promise<void>;
  readonly #group: ProcessGroup;
  readonly #output: OutputRelay;
  readonly #watchdog: Watchdog;
  #stopping: Promise<void> | undefined;
  #stopped = false;

  private constructor(id: string, group: ProcessGroup, context: StartContext) {
    this.#group = group;
    this.#watchdog = context.watchdog;
    this.pid = group.pid;
    this.status = group.status;
    this.#watchdog.add(group.pid);
    this.#output = new OutputRelay(group, {
      masker: context.masker,
      onLine: (line, stream) => context.relay(id, line, stream),
    });
    this.gone = this.#ended();
  }

  /**
   * Starts an extension's command through the shell, in a process group of its own.
   *
   * @throws {Error} when the system refuses, for example for want of file descriptors
   */
  static start(
    entry: ExtensionEntry & { command: string },
    context: StartContext,
  ): { process: ExtensionProcess; handshake: string } {
    const { command, stdin, handshake } = startCommand(entry, {
      port: context.port,
      credential: context.identity.credential,
    });
    const group = spawnGroup({
      ...shellCommand(command, { os: Deno.build.os }),
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
  stop(options: { graceMs: number; termMs?: number }): Promise<void> {
    return this.#stopping ??= stopGroup(this.#group, options).then(() => {
      this.#stopped = true;
      return this.gone;
    });
  }

  async #ended(): Promise<void> {
    await this.#group.status;
    // The command may have put the real program into the background: the group counts.
    for (
      let wait = 20;
      !this.#stopped && await this.#group.alive();
      wait = Math.min(wait * 2, 1000)
    ) {
      if (this.#stopping !== undefined) wait = 20;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    this.#watchdog.remove(this.pid);
    await this.#output.finish();
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
