/**
 * Calls to extensions: from a request, through an event to the extension and its answer, to exactly
 * one end. The wire is described in PROTOCOL.md beside this file.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import { type ExtensionError, HostError, wireError } from "../errors.ts";
import { HubEvent } from "../hub/event.ts";
import type { Client, Hub } from "../hub/hub.ts";
import type { Result } from "../router/method.ts";

/** What somebody calls. */
export interface CallRequest {
  extensionId: string;
  method: string;
  /** Any JSON value. */
  data: unknown;
  /** Until the answer, or the next part or progress, must be there. */
  timeoutMs: number;
  /** The caller's own name of the call, to cancel it and to tell its parts; unique on its connection. */
  callId: string | undefined;
}

/** Numbers of one extension's calls since the host started. */
export interface CallCounts {
  /** Under way now. */
  pending: number;
  answered: number;
  failed: number;
  /** Without an answer at their deadline. */
  timedOut: number;
  cancelled: number;
  /** Answers that came when their call had ended. */
  late: number;
}

/** Bounds of a {@linkcode CallBroker}. */
export interface CallLimits {
  /** Calls under way to one extension. */
  maxPendingCalls: number;
}

/** The longest that a call may take without a sign of life: a day, in milliseconds. */
export const LONGEST_TIMEOUT_MS = 86_400_000;
/** A caller with more than this in its queue gets no further part. */
const MAX_QUEUED_BYTES = 1 << 20;
const POLL_MS = 4;
const MAX_METHODS = 10_000;

/** What an extension answers. */
type Outcome = { result: unknown } | { error: ExtensionError };

/** One call under way. */
class Call {
  readonly id: string;
  readonly key: string | number;
  readonly request: CallRequest;
  readonly from: Client;
  readonly to: Client;
  readonly result = Promise.withResolvers<Result>();
  /** When it has taken too long, on the clock of `performance.now`. */
  deadline = 0;
  parts = 0;
  ended = false;
  /** Settles when the caller can take more than the parts it was sent. */
  tail: Promise<void> | undefined;

  constructor(about: Pick<Call, "id" | "key" | "request" | "from" | "to">) {
    this.id = about.id;
    this.key = about.key;
    this.request = about.request;
    this.from = about.from;
    this.to = about.to;
    this.touch();
  }

  /** The extension gave a sign of life: the deadline begins anew. */
  touch(): void {
    this.deadline = performance.now() + this.request.timeoutMs;
  }
}

/** What one connected extension offers, and its calls. */
interface Provider {
  client: Client;
  methods: ReadonlySet<string>;
  calls: Map<string, Call>;
  /** How many of them are whose. */
  shares: Map<Client, number>;
}

/** Brings calls to extensions and their answers back. Every call ends exactly once. */
export class CallBroker {
  readonly #hub: Hub;
  readonly #limits: CallLimits;
  readonly #providers = new Map<string, Provider>();
  /** By caller's connection and its own name of the call, or a number where it gave none. */
  readonly #outgoing = new Map<Client, Map<string | number, Call>>();
  readonly #counts = new Map<string, CallCounts>();
  /** One for all calls, left as it is when one ends: most are answered long before. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;
  #lastId = 0;

  constructor(hub: Hub, limits: CallLimits) {
    this.#hub = hub;
    this.#limits = limits;
    hub.observe({ left: (client) => this.#left(client) });
  }

  /**
   * Sets which methods an extension offers on its connection, instead of those it offered before.
   * Calls under way are not touched.
   *
   * @throws {HostError} `NE_RT_NATRTER` when `client` is no extension, `NE_EX_EXTNOTC` when it has no
   * connection
   */
  provide(client: Client, methods: readonly string[]): void {
    const id = client.extensionId;
    if (id === undefined || methods.length > MAX_METHODS) throw new HostError("NE_RT_NATRTER");
    if (!this.#hub.has(client)) throw new HostError("NE_EX_EXTNOTC", id);
    const known = this.#providers.get(id);
    const { calls, shares } = known?.client === client
      ? known
      : { calls: new Map<string, Call>(), shares: new Map<Client, number>() };
    this.#providers.set(id, { client, methods: new Set(methods), calls, shares });
  }

  /** Methods that an extension offers now, sorted. */
  provided(extensionId: string): string[] {
    return [...this.#providers.get(extensionId)?.methods ?? []].sort();
  }

  /** For the end of the host, when its clients have left. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { calls } of this.#providers.values()) {
      for (const call of [...calls.values()]) this.#end(call, { error: wireError("OR_CA_ENDED") });
    }
  }

  /** Numbers of an extension's calls. */
  counts(extensionId: string): CallCounts {
    const pending = this.#providers.get(extensionId)?.calls.size ?? 0;
    return { ...this.#countsOf(extensionId), pending };
  }

  /**
   * Calls a method of an extension.
   *
   * @returns what the extension answers; or `OR_CA_TIMEOUT`, `OR_CA_ENDED`, `OR_CA_CANCELD` or the
   * extension's own error. Never rejects
   * @throws {HostError} `NE_EX_EXTNOTC`, `OR_CA_NOMETHD`, `OR_CA_TOOMANY`, `OR_CA_SAMEID`
   */
  call(request: CallRequest, caller: Caller, from: Client): Promise<Result> {
    const { extensionId, method, callId } = request;
    if (!this.#hub.isConnected(extensionId)) throw new HostError("NE_EX_EXTNOTC", extensionId);
    const provider = this.#providers.get(extensionId);
    if (!provider?.methods.has(method)) {
      throw new HostError("OR_CA_NOMETHD", `${extensionId}: ${method}`);
    }
    const { maxPendingCalls } = this.#limits;
    const share = provider.shares.get(from) ?? 0;
    // One that floods an extension leaves room for others.
    if (provider.calls.size >= maxPendingCalls || share >= maxPendingCalls / 2) {
      throw new HostError("OR_CA_TOOMANY", extensionId);
    }
    if (callId !== undefined && this.#outgoing.get(from)?.has(callId)) {
      throw new HostError("OR_CA_SAMEID", callId);
    }
    const number = ++this.#lastId;
    const id = String(number);
    const { kind, extensionId: callerId } = caller;
    const event = new HubEvent("extensionCall", {
      callId: id,
      method,
      data: request.data,
      caller: callerId === undefined ? { kind } : { kind, extensionId: callerId },
    });
    // What cannot be written fails here, before there is a call.
    event.text;
    const call = new Call({ id, key: callId ?? number, request, from, to: provider.client });
    provider.calls.set(id, call);
    provider.shares.set(from, share + 1);
    const outgoing = this.#outgoing.get(from);
    if (outgoing === undefined) this.#outgoing.set(from, new Map([[call.key, call]]));
    else outgoing.set(call.key, call);
    this.#wakeAt(call.deadline);
    provider.client.deliver(event);
    return call.result.promise;
  }

  /**
   * Takes an extension's answer. Its caller has it before this settles.
   *
   * @returns false when the call has ended already, or was never the sender's
   */
  async answer(client: Client, id: string, outcome: Outcome): Promise<boolean> {
    const call = this.#callOf(client, id);
    if (call === undefined) return false;
    if (call.tail !== undefined) {
      call.touch();
      await call.tail;
    }
    if (call.ended) return false;
    this.#answered(call, outcome);
    await call.result.promise;
    return true;
  }

  /** The same for an extension that does not ask what became of it, which is cheaper. */
  answerQuietly(client: Client, id: string, outcome: Outcome): void {
    const call = this.#callOf(client, id);
    if (call === undefined) return;
    const end = () => {
      if (!call.ended) this.#answered(call, outcome);
    };
    if (call.tail === undefined) return end();
    call.touch();
    void call.tail.then(end);
  }

  #answered(call: Call, outcome: Outcome): void {
    const counts = this.#countsOf(call.request.extensionId);
    if ("error" in outcome) {
      counts.failed++;
      this.#end(call, { error: { ...outcome.error, from: "extension" } });
    } else {
      counts.answered++;
      this.#end(call, { success: true, returnValue: outcome.result });
    }
  }

  /**
   * Passes one part of a streamed result on to the caller, as event `extensionCallPart`, behind the
   * parts before. Settles when the caller keeps up, so that an extension that waits for it never
   * floods a slow reader.
   *
   * @returns false when the call has ended
   */
  async part(client: Client, id: string, data: unknown): Promise<boolean> {
    const call = this.#callOf(client, id);
    if (call === undefined) return false;
    const event = () => {
      const { callId = null } = call.request;
      return new HubEvent("extensionCallPart", { callId, index: call.parts++, data });
    };
    return await this.#sendInTurn(call, event);
  }

  /**
   * Tells the caller how far it is, as event `extensionCallProgress`, behind the parts before.
   *
   * @returns false when the call has ended
   */
  async progress(client: Client, id: string, data: unknown): Promise<boolean> {
    const call = this.#callOf(client, id);
    if (call === undefined) return false;
    const { callId = null } = call.request;
    const event = new HubEvent("extensionCallProgress", { callId, data });
    if (call.tail !== undefined) return await this.#sendInTurn(call, () => event);
    call.touch();
    call.from.deliver(event);
    return true;
  }

  /**
   * Ends a call by the name its caller gave it.
   *
   * @returns false when there is none of this name
   */
  cancel(from: Client, callId: string): boolean {
    const call = this.#outgoing.get(from)?.get(callId);
    if (call === undefined) return false;
    this.#countsOf(call.request.extensionId).cancelled++;
    this.#tellCancelled(call, "cancelled");
    this.#end(call, { error: wireError("OR_CA_CANCELD", callId) });
    return true;
  }

  #left(client: Client): void {
    const id = client.extensionId;
    const provider = id === undefined ? undefined : this.#providers.get(id);
    if (provider?.client === client) {
      this.#providers.delete(id!);
      for (const call of [...provider.calls.values()]) {
        this.#countsOf(id!).failed++;
        this.#end(call, { error: wireError("OR_CA_ENDED", id) }, provider);
      }
    }
    for (const call of [...this.#outgoing.get(client)?.values() ?? []]) {
      this.#countsOf(call.request.extensionId).cancelled++;
      this.#tellCancelled(call, "callerLeft");
      this.#end(call, { error: wireError("OR_CA_CANCELD", call.request.callId) });
    }
    this.#outgoing.delete(client);
  }

  /** @returns false when the call has ended */
  async #sendInTurn(call: Call, event: () => HubEvent): Promise<boolean> {
    call.touch();
    const sent = call.tail = this.#send(call, event, call.tail);
    await sent;
    if (call.tail === sent) call.tail = undefined;
    return !call.ended;
  }

  async #send(call: Call, event: () => HubEvent, before?: Promise<void>): Promise<void> {
    if (before !== undefined) await before;
    if (call.ended) return;
    call.from.deliver(event());
    let queued = call.from.queuedBytes;
    while (!call.ended && queued > MAX_QUEUED_BYTES) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const left = call.from.queuedBytes;
      // A caller that reads slowly is no fault of the extension.
      if (left < queued) call.touch();
      queued = left;
    }
  }

  #wakeAt(time: number): void {
    if (time >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = time;
    this.#timer = setTimeout(() => this.#expire(), Math.max(time - performance.now(), 0));
  }

  /** Ends the calls whose time is over, and waits for the next one. */
  #expire(): void {
    this.#wakesAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const { calls } of this.#providers.values()) {
      for (const call of [...calls.values()]) {
        if (call.deadline > now) {
          next = Math.min(next, call.deadline);
          continue;
        }
        const { extensionId } = call.request;
        this.#countsOf(extensionId).timedOut++;
        this.#tellCancelled(call, "timeout");
        this.#end(call, { error: wireError("OR_CA_TIMEOUT", extensionId) });
      }
    }
    if (next < Infinity) this.#wakeAt(next);
  }

  #tellCancelled(call: Call, reason: string): void {
    call.to.deliver(new HubEvent("extensionCallCancel", { callId: call.id, reason }));
  }

  #end(
    call: Call,
    result: Result,
    provider = this.#providers.get(call.request.extensionId),
  ): void {
    if (provider?.calls.delete(call.id)) {
      const share = provider.shares.get(call.from)! - 1;
      if (share === 0) provider.shares.delete(call.from);
      else provider.shares.set(call.from, share);
    }
    const outgoing = this.#outgoing.get(call.from);
    // Nobody tells when a caller ends that has no connection.
    if (outgoing?.delete(call.key) && outgoing.size === 0) this.#outgoing.delete(call.from);
    call.ended = true;
    call.result.resolve(result);
  }

  /** The call of this id that was sent to this very connection. Otherwise its answer comes too late. */
  #callOf(client: Client, id: string): Call | undefined {
    const extensionId = client.extensionId;
    if (extensionId === undefined) return undefined;
    const call = this.#providers.get(extensionId)?.calls.get(id);
    if (call?.to === client) return call;
    this.#countsOf(extensionId).late++;
    return undefined;
  }

  #countsOf(extensionId: string): CallCounts {
    let counts = this.#counts.get(extensionId);
    if (counts === undefined) {
      counts = { pending: 0, answered: 0, failed: 0, timedOut: 0, cancelled: 0, late: 0 };
      this.#counts.set(extensionId, counts);
    }
    return counts;
  }
}
