/**
 * Hooks: events that wait for an answer (contracts: AirDC++ 11.2).
 *
 * @module
 */

import { ApiError } from "./api_error.ts";
import { formatEvent } from "./frames.ts";
import type { ApiModule, HookTable } from "./route.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** A hook's name and where it is. */
export interface HookName {
  module: string;
  hook: string;
}

/** Who answers a hook. */
export interface Subscriber {
  id: string;
  name: string;
}

/** Why somebody objects. */
export interface Rejection {
  reject_id: string;
  message: string;
}

/** What is asked. */
export interface Question<T> extends HookName {
  data: unknown;
  /** How long each may take. */
  timeoutMs: number;
  /** Whose action it is: that session is not asked. */
  by?: Session | undefined;
  /** Makes something of an answer's data; what it throws makes a rejection `invalid_hook_data`. */
  parse(data: unknown): T;
  /** Whether the first rejection ends the asking. Default false: rejections are ignored. */
  validating?: boolean;
}

/** What came of a question. */
export interface Answers<T> {
  /** In the order of the registration; those who did not answer or rejected are left out. */
  answers: { subscriber: Subscriber; value: T }[];
  /** Of a validating question. */
  rejection?: Rejection & { subscriber: Subscriber };
}

/** Settings of {@linkcode ApiHooks}. */
export interface ApiHooksOptions {
  sessions: Sessions;
  /** Told of those who do not answer. */
  complain(message: string): void;
}

type Answer = { data: unknown } | { rejection: Rejection } | "timeout" | "left";

interface Waiting {
  session: Session;
  settle(answer: Answer): void;
}

interface Registered extends Subscriber {
  session: Session;
}

/** Questions at a time. */
const MOST_RUNNING = 256;
/** Subscribers of one hook. */
const MOST_SUBSCRIBERS = 256;

/** The hooks of all modules. Registrations end with the socket. */
export class ApiHooks {
  readonly #tables = new Map<string, HookTable>();
  readonly #registered = new Map<string, Registered[]>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #complain: (message: string) => void;
  #lastId = 0;
  #running = 0;
  #stopped = false;

  constructor({ sessions, complain }: ApiHooksOptions) {
    this.#complain = complain;
    sessions.observe({ detached: (session) => this.#left(session) });
  }

  /** Makes the hooks of a module known. */
  register({ name, hooks }: ApiModule): void {
    if (hooks !== undefined) this.#tables.set(name, hooks);
  }

  /** Nobody answers any more; for the end of the host. */
  stop(): void {
    this.#stopped = true;
    for (const { settle } of [...this.#waiting.values()]) settle("left");
  }

  /** Who answers a hook. @throws {ApiError} 404 for an unknown one */
  subscribers(name: HookName): Subscriber[] {
    this.#known(name);
    return (this.#registered.get(keyOf(name)) ?? []).map(({ id, name }) => ({ id, name }));
  }

  /** @throws {ApiError} 428 without socket, 404 for an unknown hook */
  check(session: Session, name: HookName): void {
    if (session.socket === undefined) {
      throw new ApiError(428, "Hooks need a WebSocket that is attached to the session");
    }
    this.#known(name);
  }

  /**
   * From now on a session is asked. One subscriber of a hook is one of a session.
   *
   * @throws {ApiError} 409 when the id or the session is registered already; else as for `check`
   */
  add(session: Session, subscriber: HookName & Subscriber): void {
    this.check(session, subscriber);
    const key = keyOf(subscriber);
    const registered = this.#registered.get(key) ?? [];
    if (registered.some((other) => other.id === subscriber.id || other.session === session)) {
      throw new ApiError(409, "This id or session is registered for the hook already");
    }
    if (registered.length >= MOST_SUBSCRIBERS) {
      throw new ApiError(409, "There are too many subscribers");
    }
    const { id, name } = subscriber;
    this.#registered.set(key, [...registered, { id, name, session }]);
  }

  /** The opposite; no error when it is not registered. @throws {ApiError} as for `check` */
  remove(session: Session, name: HookName): void {
    this.check(session, name);
    this.#remove(keyOf(name), session);
  }

  /** @throws {ApiError} 404 when the session is not being asked this */
  expect(session: Session, completionId: number): void {
    this.#find(session, completionId);
  }

  /** Takes an answer. @throws {ApiError} as for `expect` */
  resolve(session: Session, completionId: number, data: unknown): void {
    this.#find(session, completionId).settle({ data });
  }

  /** Takes an objection. @throws {ApiError} as for `expect` */
  reject(session: Session, completionId: number, rejection: Rejection): void {
    this.#find(session, completionId).settle({ rejection });
  }

  /**
   * Asks all subscribers, one after the other. Who does not answer in time is passed over.
   *
   * @throws {ApiError} 503 when too much is being asked
   */
  async ask<T>(question: Question<T>): Promise<Answers<T>> {
    const key = keyOf(question);
    const result: Answers<T> = { answers: [] };
    const asked = (this.#registered.get(key) ?? []).filter((it) => it.session !== question.by);
    if (asked.length === 0) return result;
    if (this.#running >= MOST_RUNNING) throw new ApiError(503, "Too many hooks are being run");
    this.#running++;
    try {
      for (const registered of asked) {
        // It may have left while others were asked.
        if (this.#stopped || !this.#registered.get(key)?.includes(registered)) continue;
        const { id, name } = registered;
        const subscriber = { id, name };
        const answer = this.#read(await this.#askOne(registered, question), question, subscriber);
        if ("value" in answer) {
          result.answers.push({ subscriber, value: answer.value });
        } else if (answer.rejection !== undefined && question.validating) {
          return { ...result, rejection: { ...answer.rejection, subscriber } };
        }
      }
      return result;
    } finally {
      this.#running--;
    }
  }

  #askOne<T>({ session }: Registered, question: Question<T>): Promise<Answer> {
    const completionId = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => settle("timeout"), question.timeoutMs);
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      this.#waiting.delete(completionId);
      resolve(answer);
    };
    this.#waiting.set(completionId, { session, settle });
    const sent = session.socket?.send(formatEvent(question.hook, question.data, { completionId }));
    if (sent !== true) settle("left");
    return promise;
  }

  #read<T>(
    answer: Answer,
    { hook, parse }: Question<T>,
    { id }: Subscriber,
  ): { value: T } | { rejection?: Rejection } {
    if (answer === "timeout" || answer === "left") {
      const why = answer === "timeout" ? "did not answer in time" : "left before it answered";
      this.#complain(`Hook ${hook}: subscriber ${JSON.stringify(id)} ${why}`);
      return {};
    }
    if ("rejection" in answer) return answer;
    try {
      return { value: parse(answer.data) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#complain(
        `Hook ${hook}: the answer of ${JSON.stringify(id)} cannot be used: ${message}`,
      );
      return { rejection: { reject_id: "invalid_hook_data", message } };
    }
  }

  #known({ module, hook }: HookName): void {
    if (!this.#tables.get(module)?.names.has(hook)) {
      throw new ApiError(404, `There is no hook ${JSON.stringify(hook)} here`);
    }
  }

  #find(session: Session, completionId: number): Waiting {
    const waiting = this.#waiting.get(completionId);
    // Of others' questions nothing is told, not even that they are there.
    if (waiting === undefined || waiting.session !== session) {
      throw new ApiError(404, "Nothing waits for this completion");
    }
    return waiting;
  }

  #left(session: Session): void {
    for (const key of [...this.#registered.keys()]) this.#remove(key, session);
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.session === session) waiting.settle("left");
    }
  }

  #remove(key: string, session: Session): void {
    const left = this.#registered.get(key)?.filter((it) => it.session !== session) ?? [];
    if (left.length === 0) this.#registered.delete(key);
    else this.#registered.set(key, left);
  }
}

function keyOf({ module, hook }: HookName): string {
  return `${module}/${hook}`;
}
