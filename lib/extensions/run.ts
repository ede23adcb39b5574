/**
 * One run of an extension's command: its processes, and its credential for as long as it is of use.
 *
 * @module
 */

import type { ExtensionEntry } from "../config/settings.ts";
import type { Hub } from "../hub/hub.ts";
import type { Masker } from "../process/mask.ts";
import type { GroupStatus } from "../process/process_group.ts";
import type { StartContext } from "./extension.ts";
import type { Launch, RunCredential, RunningProgram } from "./kind.ts";
import { howItEnded } from "./reports.ts";

/** What a run needs of its host. */
export interface RunContext extends Omit<StartContext, "port"> {
  hub: Hub;
  masker: Masker;
  port(): number;
}

/** What is known of a run, whether it goes on or not. */
export interface PastRun {
  /** How it got its credentials. */
  handshake: string;
  /** Where it was told to find the host. */
  port: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  everConnected: boolean;
}

/** One run, from its start until its credential has ended. */
export class Run {
  readonly process: RunningProgram;
  /** How it got its credentials. */
  readonly handshake: string;
  readonly port: number;
  readonly started = performance.now();
  status: GroupStatus | undefined;
  everConnected = false;
  /** Why its connection was closed by the host, in a clause, when it gave no sign of life. */
  unresponsive: string | undefined;
  connectedMs = 0;
  readonly #id: string;
  readonly #context: RunContext;
  readonly #credential: RunCredential;
  #retirement: ReturnType<typeof setTimeout> | undefined;

  /** @throws {Error} when the system refuses; there is no credential then */
  constructor(entry: ExtensionEntry & { command: string }, context: RunContext, launch: Launch) {
    this.#id = entry.id;
    this.#context = context;
    this.#credential = launch.issue();
    this.port = launch.port ?? context.port();
    context.masker.add(...this.#credential.secrets);
    try {
      const begun = launch.begin(entry, { ...context, port: this.port });
      this.process = begun.process;
      this.handshake = begun.handshake;
    } catch (error) {
      this.#endCredential();
      throw error;
    }
  }

  /** What is known of it. */
  get past(): PastRun {
    const { handshake, port, everConnected, started } = this;
    const startedAt = Date.now() - (performance.now() - started);
    return { handshake, port, everConnected, startedAt };
  }

  /** How it ended, and why if the host saw to it, in a clause. */
  get howItEnded(): string {
    const ended = `ended with ${howItEnded(this.status!)}`;
    return this.unresponsive === undefined ? `it ${ended}` : `${this.unresponsive} and ${ended}`;
  }

  /**
   * Ends the credential, unless a connection lives by it: then this is to be called again when that
   * ends.
   *
   * @param options.evenIfConnected the connection ends too: with the host, or with the credential
   * @returns whether it has ended
   */
  retire({ evenIfConnected = false } = {}): boolean {
    clearTimeout(this.#retirement);
    if (!evenIfConnected && this.#context.hub.isConnected(this.#id)) return false;
    this.#endCredential();
    return true;
  }

  /** A command that only launches a program outside of its group: that one may still connect. */
  retireLater(ms: number, then: () => void): void {
    this.#retirement = setTimeout(then, ms);
  }

  #endCredential(): void {
    this.#credential.end();
    this.#context.masker.remove(...this.#credential.secrets);
  }
}
