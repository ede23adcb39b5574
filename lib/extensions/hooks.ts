/**
 * Hooks: somebody asks before it does something, and everybody who registered may object. The wire
 * is described in PROTOCOL.md beside this file.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import { HostError } from "../errors.ts";
import { HubEvent } from "../hub/event.ts";
import type { Client, Hub } from "../hub/hub.ts";

/** What somebody asks. */
export interface HookRequest {
  hook: string;
  /** Any JSON value. */
  data: unknown;
  /** How long answers may take. */
  timeoutMs: number;
  /** What somebody who does not answer is taken to mean. */
  byDefault: boolean;
}

/** What one of those registered says. */
export interface HookAnswer {
  /** Absent for pages and backends. */
  extensionId?: string;
  allow: boolean;
  /** Why not, for people. */
  reason?: string;
  /** Any JSON value. */
  data?: unknown;
  /** Why there is only the default: nobody answered in time, or the connection ended. */
  missing?: "timeout" | "left";
}

/** Value of `hooks.run`. */
export interface HookOutcome {
  /** Whether nobody objected. */
  allow: boolean;
  /** One of each that was asked, in the order of their registration. */
  answers: HookAnswer[];
}

interface Run {
  readonly from: Client;
  readonly byDefault: boolean;
  readonly answers: Map<Client, HookAnswer | undefined>;
  readonly settle: (outcome: HookOutcome) => void;
  timer?: ReturnType<typeof setTimeout>;
}

/** Registrations of one connection, and runs under way. */
const MOST = 1000;
/** Runs of one connection, so that others always have theirs. */
const MOST_OF_ONE = 250;

/** The hooks of one host. */
export class Hooks {
  readonly #hub: Hub;
  readonly #registered = new Map<string, Set<Client>>();
  readonly #perClient = new Map<Client, Set<string>>();
  readonly #runs = new Map<string, Run>();
  /** How many of them are whose. */
  readonly #running = new Map<Client, number>();
  #lastId = 0;

  constructor(hub: Hub) {
    this.#hub = hub;
    hub.observe({ left: (client) => this.#left(client) });
  }

  /**
   * From now on `client` is asked.
   *
   * @throws {HostError} `OR_HK_TOOMANY` for more than 1,000 hooks of one connection; `NE_EX_EXTNOTC`
   * for a client without one, which could never answer
   */
  add(client: Client, hook: string): void {
    if (!this.#hub.has(client)) throw new HostError("NE_EX_EXTNOTC", client.extensionId);
    const own = this.#perClient.get(client) ?? new Set();
    if (own.size >= MOST && !own.has(hook)) throw new HostError("OR_HK_TOOMANY");
    this.#perClient.set(client, own.add(hook));
    this.#registered.set(hook, (this.#registered.get(hook) ?? new Set()).add(client));
  }

  /** For the end of the host: nobody answers any more. */
  close(): void {
    for (const { timer } of this.#runs.values()) clearTimeout(timer);
    this.#runs.clear();
  }

  /** @returns false when it was not registered */
  remove(client: Client, hook: string): boolean {
    const clients = this.#registered.get(hook);
    if (!clients?.delete(client)) return false;
    if (clients.size === 0) this.#registered.delete(hook);
    const own = this.#perClient.get(client)!;
    own.delete(hook);
    if (own.size === 0) this.#perClient.delete(client);
    return true;
  }

  /**
   * Asks everybody who is registered, but not the asker itself, by event `hookRun`.
   *
   * @throws {HostError} `OR_HK_TOOMANY` while 1,000 runs wait for their answers, or 250 of the asker
   */
  run({ hook, data, timeoutMs, byDefault }: HookRequest, caller: Caller, from: Client) {
    const asked = [...this.#registered.get(hook) ?? []].filter((client) => client !== from);
    if (asked.length === 0) return Promise.resolve<HookOutcome>({ allow: true, answers: [] });
    const share = this.#running.get(from) ?? 0;
    if (this.#runs.size >= MOST || share >= MOST_OF_ONE) throw new HostError("OR_HK_TOOMANY");
    const runId = String(++this.#lastId);
    const { kind, extensionId } = caller;
    const about = extensionId === undefined ? { kind } : { kind, extensionId };
    const event = new HubEvent("hookRun", { runId, hook, data, caller: about });
    // What cannot be written fails here, before anybody waits.
    event.text;
    const { promise, resolve } = Promise.withResolvers<HookOutcome>();
    this.#running.set(from, share + 1);
    const run: Run = {
      from,
      byDefault,
      answers: new Map(asked.map((client) => [client, undefined])),
      settle: resolve,
    };
    run.timer = setTimeout(() => {
      for (const [client, answer] of run.answers) {
        if (answer === undefined) run.answers.set(client, missing(client, run, "timeout"));
      }
      this.#finishIfComplete(runId, run);
    }, timeoutMs);
    this.#runs.set(runId, run);
    for (const client of asked) client.deliver(event);
    return promise;
  }

  /** @returns false when the run is over, or the client was not asked or has answered */
  answer(client: Client, runId: string, answer: Omit<HookAnswer, "extensionId">): boolean {
    const run = this.#runs.get(runId);
    if (run === undefined || !run.answers.has(client)) return false;
    if (run.answers.get(client) !== undefined) return false;
    run.answers.set(client, { ...nameOf(client), ...answer });
    this.#finishIfComplete(runId, run);
    return true;
  }

  #finishIfComplete(runId: string, run: Run): void {
    const answers = [...run.answers.values()];
    if (answers.some((answer) => answer === undefined)) return;
    clearTimeout(run.timer);
    this.#runs.delete(runId);
    const share = this.#running.get(run.from)! - 1;
    if (share === 0) this.#running.delete(run.from);
    else this.#running.set(run.from, share);
    const given = answers as HookAnswer[];
    run.settle({ allow: given.every(({ allow }) => allow), answers: given });
  }

  #left(client: Client): void {
    for (const hook of [...this.#perClient.get(client) ?? []]) this.remove(client, hook);
    for (const [runId, run] of this.#runs) {
      if (!run.answers.has(client) || run.answers.get(client) !== undefined) continue;
      run.answers.set(client, missing(client, run, "left"));
      this.#finishIfComplete(runId, run);
    }
  }
}

function nameOf({ extensionId }: Client): { extensionId?: string } {
  return extensionId === undefined ? {} : { extensionId };
}

function missing(client: Client, { byDefault }: Run, why: "timeout" | "left"): HookAnswer {
  return { ...nameOf(client), allow: byDefault, missing: why };
}
