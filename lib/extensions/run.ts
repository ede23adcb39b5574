/**
 * One run of an extension's command: its processes, and its credential for as long as it is of use.
 *
 * @module
 */

import type { Credentials, Identity } from "../auth/credentials.ts";
import type { Grant } from "../auth/grant.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import type { Hub } from "../hub/hub.ts";
import type { ListedProcess } from "../process/children.ts";
import type { Masker } from "../process/mask.ts";
import type { GroupStatus } from "../process/process_group.ts";
import type { StartContext } from "./extension.ts";

/** Starts an extension's command; throws when the system refuses. */
export type Begin = (
  entry: ExtensionEntry & { command: string },
  context: StartContext,
) => { process: RunningProgram; handshake: string };

/** A process and everything it started. */
export interface RunningProgram extends ListedProcess {
  /** How the process itself ended. */
  readonly status: Promise<GroupStatus>;
  /** Settles when nothing of it is left. */
  readonly gone: Promise<void>;
  /** The last lines it wrote to stderr, without secrets. */
  lastErrors(): string[];
  /** Sees to it that all of it ends; settles with `gone`. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** What a run needs of its host. */
export interface RunContext extends Omit<StartContext, "identity" | "port"> {
  credentials: Credentials;
  hub: Hub;
  masker: Masker;
  port(): number;
}

/** One run, from its start until its credential has ended. */
export class Run {
  readonly process: RunningProgram;
  /** How it got its credentials. */
  readonly handshake: string;
  readonly started = performance.now();
  status: GroupStatus | undefined;
  everConnected = false;
  connectedMs = 0;
  readonly #id: string;
  readonly #context: RunContext;
  readonly #identity: Identity;
  readonly #secrets: readonly string[];
  #retirement: ReturnType<typeof setTimeout> | undefined;

  /** @throws {Error} when the system refuses; there is no credential then */
  constructor(
    entry: ExtensionEntry & { command: string },
    grant: Grant,
    context: RunContext,
    begin: Begin,
  ) {
    const { credentials, masker } = context;
    const identity = credentials.issue(entry.id, grant);
    const secrets = [identity.credential.accessToken, identity.credential.connectToken];
    masker.add(...secrets);
    this.#id = entry.id;
    this.#context = context;
    this.#identity = identity;
    this.#secrets = secrets;
    try {
      const started = begin(entry, { ...context, port: context.port(), identity });
      this.process = started.process;
      this.handshake = started.handshake;
    } catch (error) {
      this.#endCredential();
      throw error;
    }
  }

  /**
   * Ends the credential, unless a connection lives by it: then this is to be called again when that
   * ends.
   *
   * @param options.evenIfConnected the host ends, and the connection with it
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
    const { credentials, masker } = this.#context;
    if (credentials.extension(this.#id) === this.#identity) credentials.revoke(this.#id);
    masker.remove(...this.#secrets);
  }
}
