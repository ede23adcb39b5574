/**
 * One extension from its loading to its unloading: started, watched, started again, stopped.
 *
 * @module
 */

import type { Grant } from "../auth/grant.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import type { Departure } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import type { Children } from "../process/children.ts";
import { bareExitCode, type GroupStatus } from "../process/process_group.ts";
import { type ExtensionKind, type Launch, type LaunchContext, launchOf } from "./kind.ts";
import { endReport, lateReport, sourceOf } from "./reports.ts";
import { RestartPolicy } from "./restart_policy.ts";
import { type PastRun, Run, type RunContext } from "./run.ts";
import { after, type ExtensionState, type Happening } from "./state.ts";
import type { LastExit, StateChange } from "./state_change.ts";

/** What supervisors need of their host. */
export interface SupervisorContext extends RunContext, LaunchContext {
  log: Log;
  /** The table that callers see; extensions come first in it. */
  children: Children;
  /** Whether programs started elsewhere can read how to connect. */
  authInfoExported: boolean;
  /** Told of every change of state, after it. */
  onChange(change: StateChange): void;
}

/** How long the connection of a process that has ended may take to end too, milliseconds. */
const LINGER_MS = 500;

/** Watches over one extension. */
export class Supervisor {
  readonly entry: ExtensionEntry;
  /** What callers that stand for this extension may use. */
  readonly grant: Grant;
  readonly #context: SupervisorContext;
  readonly #kind: ExtensionKind | undefined;
  readonly #policy: RestartPolicy;
  /** Its number among the children of the host; absent without a command. */
  readonly #childId: number | undefined;
  readonly #loaded = performance.now();
  readonly #waiting = new Set<() => void>();
  #state: ExtensionState = "stopped";
  #reason = "it has not been started yet";
  #lastExit: LastExit | undefined;
  #run: Run | undefined;
  #lastRun: Run | undefined;
  /** A run that has ended while its connection stands. */
  #lingering: Run | undefined;
  #connectedSince: number | undefined;
  #launching: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** Until it must be connected, until it is started again, or until a connection has ended. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Runs that have ended and whose credentials have not. */
  readonly #retiring = new Set<Run>();
  #closed = false;

  /** @param options.kind absent for an extension of the configuration */
  constructor(
    entry: ExtensionEntry,
    context: SupervisorContext,
    { grant, kind }: { grant: Grant; kind?: ExtensionKind | undefined },
  ) {
    this.entry = entry;
    this.grant = grant;
    this.#kind = kind;
    this.#context = context;
    this.#policy = new RestartPolicy(entry);
    if (entry.command !== undefined) this.#childId = context.children.reserveId();
  }

  get state(): ExtensionState {
    return this.#state;
  }

  /** Why it is in its state, in a clause. */
  get reason(): string {
    return this.#reason;
  }

  get lastExit(): LastExit | undefined {
    return this.#lastExit;
  }

  /** Restarts in a row. */
  get restarts(): number {
    return this.#policy.restarts;
  }

  /** Of the running process. */
  get pid(): number | undefined {
    return this.#run?.process.pid;
  }

  /** The last run of its command, whether it goes on or not. */
  get lastRun(): PastRun | undefined {
    return this.#lastRun?.past;
  }

  /** Since the process was started, milliseconds. */
  get uptimeMs(): number | undefined {
    return this.#run && Math.round(performance.now() - this.#run.started);
  }

  /** Starts it, unless it runs already. What counted against it is forgotten. */
  async start(reason: string): Promise<void> {
    await this.#stopping;
    this.#policy.reset();
    await this.#launch("start", reason);
  }

  /** It cannot be started, for a reason outside of it. */
  giveUp(reason: string): void {
    if (!this.#go("start", reason)) return;
    this.#go("endsForGood", reason);
    this.#context.log.warning(`Extension "${this.entry.id}" is not started: ${reason}`);
  }

  /**
   * Stops it: tells it, closes its connection, and ends its processes if that does not. Settles when
   * nothing of it runs.
   */
  stop(reason: string): Promise<void> {
    return this.#stopping ??= this.#stop(reason).finally(() => this.#stopping = undefined);
  }

  /** Stops it for good. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting) wake();
    clearTimeout(this.#timer);
    for (const run of this.#retiring) this.#retire(run);
    await this.stop("the host ends");
  }

  /** Watches for the connection of a program that is started elsewhere. */
  awaitConnection(): void {
    if (this.#connectedSince !== undefined || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#late(), this.entry.startTimeoutMs);
  }

  /**
   * Waits for its connection.
   *
   * @returns false when it cannot be expected to connect any more, or has not within `timeoutMs`
   */
  async whenConnected(timeoutMs: number): Promise<boolean> {
    const over = () =>
      this.#closed || this.#state === "failed" ||
      (this.#state === "stopped" && this.entry.command !== undefined);
    const timeout = Promise.withResolvers<void>();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      timeout.resolve();
    }, timeoutMs);
    while (!late && this.#state !== "connected" && !over()) {
      const change = Promise.withResolvers<void>();
      this.#waiting.add(change.resolve);
      await Promise.race([change.promise, timeout.promise]);
      this.#waiting.delete(change.resolve);
    }
    clearTimeout(timer);
    return this.#state === "connected";
  }

  /** Its connection stands. */
  connected(): void {
    const { log, hub } = this.#context;
    const { id } = this.entry;
    if (this.#state === "stopping") {
      hub.disconnect(id, 1001, "the extension is stopped");
      return;
    }
    // A package first makes a request and then connects.
    if (this.#state === "connected") return;
    clearTimeout(this.#timer);
    this.#connectedSince = performance.now();
    if (this.#run !== undefined) this.#run.everConnected = true;
    const ms = Math.round(performance.now() - (this.#run?.started ?? this.#loaded));
    log.info(
      `Extension "${id}" connected, ${ms} ms after it was ${this.#run ? "started" : "loaded"}`,
    );
    this.#go("connects", "it connected");
  }

  /** Its connection has ended. */
  left(how: Departure): void {
    const connectedMs = performance.now() - (this.#connectedSince ?? performance.now());
    this.#connectedSince = undefined;
    const run = this.#run ?? this.#lingering;
    if (run !== undefined) run.connectedMs += connectedMs;
    const { id, heartbeatMs = 0, restart } = this.entry;
    const unresponsive = how === "unresponsive";
    const reason = unresponsive
      ? `it gave no sign of life for ${heartbeatMs / 1000} s`
      : "its connection ended";
    if (!this.#closed) {
      if (unresponsive) this.#context.log.warning(`Extension "${id}" was closed: ${reason}`);
      else this.#context.log.info(`Extension "${id}" disconnected`);
    }
    for (const run of this.#retiring) this.#retire(run);
    if (this.#lingering !== undefined) {
      this.#settleEnd(this.#lingering);
    } else if (this.#run === undefined) {
      this.#go("leaves", reason);
    } else {
      if (this.#go("disconnects", reason)) this.awaitConnection();
      if (!unresponsive || restart === "never") return;
      this.#run.unresponsive = reason;
      void this.#run.process.stop({ graceMs: 0 });
    }
  }

  #go(happening: Happening, reason: string, exitCode: number | null = null): boolean {
    const to = after(this.#state, happening);
    if (to === undefined) return false;
    const from = this.#state;
    this.#state = to;
    this.#reason = reason;
    this.#tell(from, reason, exitCode);
    for (const wake of this.#waiting) wake();
    return true;
  }

  #tell(from: ExtensionState, reason: string, exitCode: number | null): void {
    if (this.#closed) return;
    const change: StateChange = {
      extensionId: this.entry.id,
      from,
      to: this.#state,
      reason,
      exitCode,
      restarts: this.#policy.restarts,
    };
    this.#context.onChange(change);
    this.#kind?.changed?.(change);
  }

  async #launch(happening: "start" | "due", reason: string): Promise<void> {
    if (this.#closed || !this.#go(happening, reason)) return;
    clearTimeout(this.#timer);
    this.#launching = this.#spawn();
    await this.#launching;
    this.#launching = undefined;
  }

  async #spawn(): Promise<void> {
    const { children, log } = this.#context;
    let unused: Launch | undefined;
    try {
      const launch = unused = await launchOf(this.#kind, this, this.#context);
      // In turn: starting a process holds everything up for milliseconds.
      await children.inTurn(() => {
        if (this.#state !== "starting") return;
        unused = undefined;
        this.#begin(launch);
      });
    } catch (error) {
      const { message } = error as Error;
      if (this.#state !== "starting") return;
      log.error(`Cannot start extension "${this.entry.id}": ${message}`);
      this.#decide(undefined, `it could not be started: ${message}`);
    } finally {
      unused?.abandon?.();
    }
  }

  #begin(launch: Launch): void {
    const { log, children } = this.#context;
    const { id, command } = this.entry;
    const run = new Run({ ...this.entry, command: command! }, this.#context, launch);
    const { process, handshake } = run;
    log.info(
      `Extension "${id}" started: ${command} ` +
        `(process ${process.pid}, credentials by ${sourceOf(handshake)})`,
    );
    this.#run = this.#lastRun = run;
    children.list(this.#childId!, process);
    this.awaitConnection();
    void process.status.then((status) => this.#leaderEnded(run, status));
    void process.gone.then(() => this.#gone(run));
  }

  #leaderEnded(run: Run, status: GroupStatus): void {
    run.status = status;
    const stderr = run.process.lastErrors();
    this.#lastExit = {
      code: bareExitCode(status),
      signal: status.signal,
      at: new Date().toISOString(),
      stderr,
    };
    if (this.#closed || this.#state === "stopping") return;
    const { log } = this.#context;
    const { id, restart, command } = this.entry;
    const { everConnected } = run;
    // Nothing of a package goes on without its main process.
    if (this.#kind !== undefined) void run.process.stop({ graceMs: 0 });
    if (everConnected && status.code === 0) log.info(`Extension "${id}" ended with code 0`);
    else log.warning(endReport(id, status, { everConnected, lastErrors: stderr, command }));
    // What a crashed program leaves behind would stand in the way of its next run.
    if (status.code !== 0 && restart !== "never") void run.process.stop({ graceMs: 0 });
  }

  /** Nothing of the run is left but, perhaps, its connection. */
  #gone(run: Run): void {
    const { children, hub } = this.#context;
    if (this.#run === run) children.unlist(this.#childId!);
    const launched = run.status?.code === 0 && !run.everConnected && this.#kind === undefined;
    if (launched && !this.#closed && this.#state !== "stopping") {
      this.#retiring.add(run);
      run.retireLater(this.entry.startTimeoutMs, () => this.#retire(run));
    } else this.#retire(run);
    if (this.#run !== run) return;
    this.#run = undefined;
    if (this.#state === "stopping") return;
    if (!hub.isConnected(this.entry.id)) return this.#settleEnd(run);
    // Usually the connection ends a moment later; a program that left its group keeps it.
    this.#lingering = run;
    this.#timer = setTimeout(() => {
      if (run.status?.code === 0) this.#lingering = undefined;
      else hub.disconnect(this.entry.id, 1001, "the extension's process has ended");
    }, LINGER_MS);
  }

  #settleEnd(run: Run): void {
    this.#lingering = undefined;
    clearTimeout(this.#timer);
    this.#decide(bareExitCode(run.status!), run.howItEnded, run);
  }

  #decide(code: number | undefined, reason: string, run?: Run): void {
    if (this.#closed || this.#state === "stopping") return;
    clearTimeout(this.#timer);
    const { log } = this.#context;
    const { id, restart } = this.entry;
    const { connectedMs = 0, unresponsive } = run ?? {};
    const failed = unresponsive !== undefined;
    const verdict = this.#policy.decide({ code, reason, connectedMs, unresponsive: failed });
    const exitCode = code ?? null;
    if (verdict.next === "restart") {
      this.#go("endsForNow", reason, exitCode);
      log.info(`Extension "${id}" is started again in ${verdict.delayMs / 1000} s: ${reason}`);
      this.#timer = setTimeout(() => void this.#launch("due", reason), verdict.delayMs);
    } else if (verdict.next === "stopped") {
      this.#go("endsWell", reason, exitCode);
    } else {
      this.#go("endsForGood", verdict.reason, exitCode);
      if (restart !== "never") log.error(`Extension "${id}" has failed: ${verdict.reason}`);
    }
  }

  async #stop(reason: string): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#go("stop", reason) || this.#state !== "stopping") return;
    const { hub } = this.#context;
    const { id, stopTimeoutMs } = this.entry;
    await this.#launching;
    const run = this.#run;
    if (this.#kind !== undefined) {
      // contracts: AirDC++ 6.6, 6.8: by signal; its socket ends with it, and not before.
      await run?.process.stop({ graceMs: 0, termMs: stopTimeoutMs });
    } else {
      if (hub.send(id, "windowClose", null)) hub.disconnect(id, 1001, "the extension is stopped");
      // Without a connection there was no close that it could have noticed.
      await run?.process.stop({ graceMs: run.everConnected ? stopTimeoutMs : 0 });
    }
    this.#go("endsWell", reason, this.#lastExit?.code ?? null);
  }

  #late(): void {
    const { startTimeoutMs } = this.entry;
    const { log, authInfoExported } = this.#context;
    const run = this.#run;
    log.warning(
      lateReport(this.entry, { run, authInfoExported, reasons: this.#kind?.lateReasons }),
    );
    if (this.#state !== "starting") return;
    const again = run?.everConnected ? " again" : "";
    this.#tell("starting", `it has not connected${again} within ${startTimeoutMs / 1000} s`, null);
  }

  /** A run's credential ends with its processes, or with the connection if that ends later. */
  #retire(run: Run): void {
    const evenIfConnected = this.#closed || this.#kind !== undefined;
    if (run.retire({ evenIfConnected })) this.#retiring.delete(run);
    else this.#retiring.add(run);
  }
}
