/**
 * What a client offers others: methods that it answers, and hooks in which it may object.
 *
 * @module
 */

import type { Json, WireError } from "./wire.ts";

/** Who calls, and what may be said before the answer. */
export interface CallContext {
  caller: { kind: "page" | "backend" | "extension"; extensionId?: string };
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Tells the caller how far it is. */
  progress(data: unknown): Promise<void>;
  /** Sends one part of the result; settles when the caller can take the next. */
  part(data: unknown): Promise<void>;
}

/**
 * A method that an extension offers. What it returns is the answer; what an async generator yields
 * before are parts. What it throws is the error: `code` and `data` of it are passed on.
 */
export type Handler = (
  data: Json,
  context: CallContext,
) => unknown | Promise<unknown> | AsyncGenerator<Json, unknown, void>;

/** Objects by returning `false` or a reason. */
export type HookHandler = (
  data: Json,
) => boolean | string | void | Promise<boolean | string | void>;

/** How a client speaks to its host. */
export interface Speaker {
  /** Settles with the response; rejects without one. */
  request(method: string, data: unknown): Promise<unknown>;
  /** Sends what gets no response. Does nothing without a connection. */
  tell(method: string, data: unknown): void;
}

/** Methods and hooks of one client, over however many connections. */
export class Offers {
  readonly #speaker: Speaker;
  readonly #methods = new Map<string, Handler>();
  readonly #hooks = new Map<string, HookHandler>();
  /** Calls of others that are being answered. */
  readonly #answering = new Map<string, AbortController>();
  #connections = 0;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  /** Offers methods, beside those offered before. */
  addMethods(methods: Record<string, Handler>): void {
    for (const [name, handler] of Object.entries(methods)) this.#methods.set(name, handler);
  }

  /** Wants to be asked. One handler a hook. */
  addHook(name: string, handler: HookHandler): void {
    this.#hooks.set(name, handler);
  }

  /** Tells the host which methods there are. */
  async announceMethods(): Promise<void> {
    await this.#speaker.request("extensions.provide", { methods: [...this.#methods.keys()] });
  }

  /** Tells a host that knows of nothing yet. What it refuses was refused when it was offered. */
  async announceAll(): Promise<void> {
    const hooks = [...this.#hooks.keys()];
    await Promise.allSettled([
      this.#methods.size > 0 ? this.announceMethods() : undefined,
      ...hooks.map((hook) => this.#speaker.request("hooks.add", { hook })),
    ]);
  }

  /** Deals with an event that is about what is offered here. */
  onEvent(event: string, data: Record<string, Json>): void {
    if (event === "extensionCall") void this.#answer(data);
    else if (event === "extensionCallCancel") this.#answering.get(String(data.callId))?.abort();
    else if (event === "hookRun") void this.#answerHook(data);
  }

  /** The connection has ended: nobody waits for answers any more. */
  abandon(): void {
    this.#connections++;
    for (const controller of this.#answering.values()) controller.abort();
  }

  async #answer({ callId, method, data, caller }: Record<string, Json>): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const id = String(callId);
    this.#answering.set(id, controller);
    const say = async (verb: string, data: unknown) => {
      // Another host, after a reconnection, has another call of this id.
      if (signal.aborted) return;
      await this.#speaker.request(`extensions.${verb}`, { callId: id, data });
    };
    // Nobody waits for the response to an answer: none is asked for.
    const answer = (outcome: { result: unknown } | { error: WireError }) => {
      if (signal.aborted) return;
      this.#speaker.tell("extensions.answer", { callId: id, ...outcome, quiet: true });
    };
    const part = (data: unknown) => say("answerPart", data);
    try {
      const handler = this.#methods.get(String(method));
      if (handler === undefined) throw new Error(`There is no method ${method}`);
      const context = {
        caller: caller as unknown as CallContext["caller"],
        signal,
        progress: (data: unknown) => say("answerProgress", data),
        part,
      };
      const result = await handler(data!, context);
      answer({
        result: (isGenerator(result) ? await drain(result, signal, part) : result) ?? null,
      });
    } catch (error) {
      answer({ error: describe(error) });
    } finally {
      if (this.#answering.get(id) === controller) this.#answering.delete(id);
    }
  }

  async #answerHook({ runId, hook, data }: Record<string, Json>): Promise<void> {
    const handler = this.#hooks.get(String(hook));
    if (handler === undefined) return;
    const connection = this.#connections;
    let verdict: boolean | string | void;
    try {
      verdict = await handler(data!);
    } catch (error) {
      verdict = describe(error).message;
    }
    // Another host, after a reconnection, asks something else under this id.
    if (connection !== this.#connections) return;
    const allow = verdict === undefined || verdict === true;
    const reason = typeof verdict === "string" ? { reason: verdict } : {};
    await this.#speaker.request("hooks.answer", { runId, allow, ...reason }).catch(() => {});
  }
}

function isGenerator(value: unknown): value is AsyncGenerator<Json, unknown, void> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value &&
    "next" in value;
}

async function drain(
  generator: AsyncGenerator<Json, unknown, void>,
  signal: AbortSignal,
  part: (data: Json) => Promise<void>,
): Promise<unknown> {
  for (;;) {
    const { value, done } = await generator.next();
    if (done) return value;
    if (signal.aborted) {
      await generator.return(undefined);
      return undefined;
    }
    await part(value);
  }
}

function describe(error: unknown): WireError {
  const { code, message, data } = (error ?? {}) as Partial<WireError>;
  return {
    code: typeof code === "string" ? code : "ERROR",
    message: String(message ?? error),
    ...(isJson(data) ? { data } : {}),
  };
}

function isJson(data: unknown): boolean {
  try {
    return JSON.stringify(data) !== undefined;
  } catch {
    return false;
  }
}
