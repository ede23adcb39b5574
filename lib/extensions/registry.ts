/**
 * The extensions of an app: which are loaded, and in what order they start and stop
 * (contracts: Neutralino 4).
 *
 * @module
 */

import type { Grant } from "../auth/grant.ts";
import { dependencyProblem } from "../config/extensions.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import { HostError } from "../errors.ts";
import type { ExtensionKind } from "./kind.ts";
import type { StateChange } from "./state_change.ts";
import { Supervisor, type SupervisorContext } from "./supervisor.ts";

/** What the registry needs of its host. */
export interface RegistryOptions extends Omit<SupervisorContext, "port" | "onChange"> {
  /** What the config allows everybody; entries narrow it. */
  grant: Grant;
  /** Told of every entry that is loaded. */
  onLoad?(entry: ExtensionEntry): void;
  /** Told of every entry that is no longer, and awaited. */
  onUnload?(id: string): Promise<void>;
  /** Told of every change of an extension's state. */
  changed?: (change: StateChange) => void;
  /** Why an extension may neither be started nor connect, in a clause. Default: all may. */
  refusal?: (entry: ExtensionEntry) => string | undefined;
}

/** A start under way. */
interface Start {
  done: Promise<void>;
  /** The extension was stopped meanwhile. */
  calledOff: boolean;
}

/** The loaded extensions of one host. */
export class ExtensionRegistry {
  readonly #options: RegistryOptions;
  readonly #context: SupervisorContext;
  readonly #loaded = new Map<string, Supervisor>();
  /** By id; they may wait for others. */
  readonly #starts = new Map<string, Start>();
  /** Ids of those that are on their way out: nothing is built on them any more. */
  readonly #unloading = new Set<string>();
  #port = 0;
  #stopping = false;
  #awaited = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    const { hub } = options;
    this.#context = {
      ...options,
      port: () => this.#port,
      onChange: (change: StateChange) => {
        options.changed?.(change);
        if (!this.#stopping) hub.broadcast("extensionStateChange", change, "apps");
      },
    };
    hub.observe({
      joined: ({ extensionId }) => {
        if (extensionId !== undefined) this.#loaded.get(extensionId)?.connected();
        this.#awaitPrograms();
      },
      left: ({ extensionId }, how) => {
        if (extensionId !== undefined) this.#loaded.get(extensionId)?.left(how);
      },
    });
  }

  /** Ids in load order. */
  get ids(): string[] {
    return [...this.#loaded.keys()];
  }

  /** A loaded extension's entry. */
  entry(id: string): ExtensionEntry | undefined {
    return this.#loaded.get(id)?.entry;
  }

  /** Why a loaded extension may neither be started nor connect. */
  refusal(id: string): string | undefined {
    const entry = this.entry(id);
    return entry && this.#options.refusal?.(entry);
  }

  /** What a caller that stands for this extension may use. */
  grant(id: string): Grant | undefined {
    return this.#loaded.get(id)?.grant;
  }

  /** What watches over an extension. */
  supervisor(id: string): Supervisor | undefined {
    return this.#loaded.get(id);
  }

  /**
   * Loads entries in order: from now on they may connect.
   *
   * @param options.grant what their own lists narrow. Default: what the config allows everybody
   * @param options.kind where they come from. Default: the configuration
   * @throws {HostError} `OR_EX_LOADED`, or `OR_EX_BADDEF` for dependencies that lead nowhere
   */
  load(
    entries: readonly ExtensionEntry[],
    { grant = this.#options.grant, kind }: { grant?: Grant; kind?: ExtensionKind } = {},
  ): void {
    for (const { id } of entries) {
      if (this.#loaded.has(id)) throw new HostError("OR_EX_LOADED", id);
    }
    const all = [...this.#loaded.values()].map(({ entry }) => entry)
      .filter(({ id }) => !this.#unloading.has(id));
    const problem = dependencyProblem([...all, ...entries]);
    if (problem !== undefined) throw new HostError("OR_EX_BADDEF", problem);
    for (const entry of entries) {
      const own = grant.narrowed({ ...entry, of: entry.id });
      this.#loaded.set(entry.id, new Supervisor(entry, this.#context, { grant: own, kind }));
      this.#options.onLoad?.(entry);
    }
  }

  /**
   * Stops an extension and forgets it.
   *
   * @throws {HostError} `OR_EX_UNKNOWN`, or `OR_EX_NEEDED` while others depend on it
   */
  async unload(id: string): Promise<void> {
    const supervisor = this.#known(id);
    const dependants = this.#dependants(id);
    if (dependants.length > 0) throw new HostError("OR_EX_NEEDED", dependants.join(", "));
    this.#unloading.add(id);
    this.#callOffStart(id);
    try {
      await supervisor.stop("it is unloaded");
      await supervisor.close();
    } finally {
      this.#unloading.delete(id);
    }
    if (this.#loaded.get(id) !== supervisor) return;
    this.#loaded.delete(id);
    await this.#options.onUnload?.(id);
  }

  /**
   * Starts what is loaded, has a command and shall start by itself, in order. A failing one is only
   * logged. Does not wait for those that wait for others.
   */
  async startAll(port: number): Promise<void> {
    this.#port = port;
    for (const supervisor of this.#loaded.values()) {
      if (this.#stopping) return;
      const { entry } = supervisor;
      const { id, command, autoStart, dependsOn } = entry;
      const refusal = this.refusal(id);
      if (refusal !== undefined) supervisor.giveUp(refusal);
      else if (command === undefined) {
        this.#options.log.info(
          `Extension "${id}" has no command: it is connected by a program started elsewhere`,
        );
      } else if (autoStart) {
        const started = this.start(id, "the host has started");
        if (dependsOn.length === 0) await started;
      }
    }
  }

  /**
   * Starts an extension, once those that it depends on are connected, unless it is stopped before.
   *
   * @throws {HostError} `OR_EX_UNKNOWN`, or `OR_EX_NOCOMMD` for one that is started elsewhere
   */
  async start(id: string, reason: string): Promise<void> {
    const supervisor = this.#startable(id);
    const underWay = this.#starts.get(id);
    if (underWay !== undefined && !underWay.calledOff) return await underWay.done;
    await this.#begin(id, (start) => this.#startBehindOthers(supervisor, reason, start));
  }

  /**
   * Stops an extension; those that depend on it are stopped before.
   *
   * @throws {HostError} `OR_EX_UNKNOWN`
   */
  async stop(id: string, reason: string): Promise<void> {
    const supervisor = this.#known(id);
    this.#callOffStart(id);
    await Promise.all(
      this.#dependants(id).map((other) => this.stop(other, `it depends on "${id}": ${reason}`)),
    );
    await supervisor.stop(reason);
  }

  /**
   * Stops an extension and starts it again, unless somebody else stops it meanwhile. Those that depend
   * on it go on.
   *
   * @throws {HostError} as {@linkcode ExtensionRegistry.start}
   */
  async restart(id: string, reason: string): Promise<void> {
    const supervisor = this.#startable(id);
    this.#callOffStart(id);
    await this.#begin(id, async (start) => {
      await supervisor.stop(reason);
      if (!start.calledOff) await this.#startBehindOthers(supervisor, reason, start);
    });
  }

  /**
   * The beginning of the end: stops those that depend on others, while what they need still runs. Nothing
   * starts any more.
   */
  async stopDependants(): Promise<void> {
    this.#stopping = true;
    await this.#inReverse(async (supervisor) => {
      if (supervisor.entry.dependsOn.length > 0) await supervisor.stop("the host ends");
    });
  }

  /** Stops everything that was started. Sockets should be closed before: many end by that. */
  async stopAll(): Promise<void> {
    this.#stopping = true;
    await this.#inReverse((supervisor) => supervisor.close());
    await Promise.all([...this.#starts.values()].map(({ done }) => done));
  }

  /** Ends every extension behind those that depend on it. */
  async #inReverse(end: (supervisor: Supervisor) => Promise<void>): Promise<void> {
    const ending = new Map<string, Promise<void>>();
    const endOf = (id: string): Promise<void> => {
      const known = ending.get(id) ?? (async () => {
        await Promise.all(this.#dependants(id).map(endOf));
        const supervisor = this.#loaded.get(id);
        if (supervisor !== undefined) await end(supervisor);
      })();
      ending.set(id, known);
      return known;
    };
    await Promise.all(this.ids.map(endOf));
  }

  /** Runs a start, which the next one joins and a stop calls off. */
  async #begin(id: string, run: (start: Start) => Promise<void>): Promise<void> {
    const start: Start = { done: Promise.resolve(), calledOff: false };
    this.#starts.set(id, start);
    start.done = run(start);
    try {
      await start.done;
    } finally {
      if (this.#starts.get(id) === start) this.#starts.delete(id);
    }
  }

  async #startBehindOthers(supervisor: Supervisor, reason: string, start: Start): Promise<void> {
    const over = () => this.#stopping || start.calledOff;
    const refusal = this.refusal(supervisor.entry.id);
    if (refusal !== undefined) return supervisor.giveUp(refusal);
    for (const needed of supervisor.entry.dependsOn) {
      const other = this.#known(needed);
      const isDown = other.state === "stopped" || other.state === "stopping";
      // One that is being restarted is not up before its start is over.
      const idle = isDown && other.entry.command !== undefined || this.#starts.has(needed);
      await (idle ? this.start(needed, `"${supervisor.entry.id}" depends on it`) : undefined);
      const connected = await other.whenConnected(other.entry.startTimeoutMs);
      if (over()) return;
      if (connected) continue;
      supervisor.giveUp(`it depends on "${needed}", which is not connected`);
      return;
    }
    if (!over()) await supervisor.start(reason);
  }

  /** A start that waits for others would otherwise come after the stop. */
  #callOffStart(id: string): void {
    const start = this.#starts.get(id);
    if (start !== undefined) start.calledOff = true;
  }

  /** Ids of those that depend on an extension directly. */
  #dependants(id: string): string[] {
    return [...this.#loaded.values()].map(({ entry }) => entry)
      .filter(({ dependsOn }) => dependsOn.includes(id)).map(({ id }) => id);
  }

  /** One that this host may start. */
  #startable(id: string): Supervisor {
    const supervisor = this.#known(id);
    if (this.#unloading.has(id)) throw new HostError("OR_EX_UNKNOWN", id);
    if (supervisor.entry.command === undefined) throw new HostError("OR_EX_NOCOMMD", id);
    return supervisor;
  }

  #known(id: string): Supervisor {
    const supervisor = this.#loaded.get(id);
    if (supervisor === undefined) throw new HostError("OR_EX_UNKNOWN", id);
    return supervisor;
  }

  /** Programs started elsewhere are waited for from the first client on: before, nothing runs. */
  #awaitPrograms(): void {
    if (this.#awaited) return;
    this.#awaited = true;
    for (const supervisor of this.#loaded.values()) {
      if (supervisor.entry.command === undefined) supervisor.awaitConnection();
    }
  }
}
