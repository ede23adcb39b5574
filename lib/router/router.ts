/**
 * Who may call what, and the call itself.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import { type ErrorCode, HostError, wireError } from "../errors.ts";
import type { Client } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import type { Lanes } from "./lanes.ts";
import type { Method, MethodTable, Result } from "./method.ts";
import { Params } from "./params.ts";

/** A call, free of any wire's shape. */
export interface Request {
  readonly method: string;
  readonly data?: unknown;
}

/** Settings of a {@linkcode Router}. */
export interface RouterOptions {
  /** Whether native methods may be called at all (`enableNativeAPI`). */
  enabled: boolean;
  tables: Iterable<MethodTable>;
  log: Log;
}

/** Finds and runs methods, in the order of checks of section 5.3 (Neutralino contract). */
export class Router {
  readonly #enabled: boolean;
  readonly #methods = new Map<string, Method>();
  readonly #log: Log;

  constructor(options: RouterOptions) {
    this.#enabled = options.enabled;
    this.#log = options.log;
    for (const table of options.tables) {
      for (const [name, method] of table) this.#methods.set(name, method);
    }
  }

  /** Names of all methods. */
  get methodNames(): string[] {
    return [...this.#methods.keys()];
  }

  /** Whether a method passes its data on; see {@linkcode Method.relays}. */
  relays(name: string): boolean {
    return this.#methods.get(name)?.relays === true;
  }

  /**
   * Runs one call. Never throws and never rejects: whatever fails becomes an error result.
   * Answers at once where the method does; a promise only where it must.
   *
   * @param from the connection that the call came on, and its lanes
   */
  execute(
    request: Request,
    caller: Caller,
    { client, lanes }: { client: Client; lanes: Lanes },
  ): Result | Promise<Result> {
    const name = request.method;
    if (!this.#enabled) return failure("NE_RT_APIPRME");
    if (!caller.grant.allows(name)) return failure("NE_RT_NATPRME", name);
    const method = this.#methods.get(name);
    if (method === undefined) return failure("NE_RT_NATNTIM", name);
    const params = new Params(request.data);
    for (const required of method.required ?? []) {
      if (!params.has(required)) return failure("NE_RT_NATRTER", required);
    }
    try {
      const lane = typeof method.lane === "function" ? method.lane(params) : method.lane;
      const result = lane === undefined
        ? method.run(params, caller, client)
        : lanes.run(lane, () => method.run(params, caller, client));
      return result instanceof Promise ? result.catch((e) => this.#failed(name, e)) : result;
    } catch (error) {
      return this.#failed(name, error);
    }
  }

  #failed(name: string, error: unknown): Result {
    if (error instanceof HostError) {
      return { error: { code: error.code, message: error.message }, ...error.extra };
    }
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.warning(`${name} failed: ${reason}`);
    return failure("NE_RT_NATRTER");
  }
}

function failure(code: ErrorCode, parameter?: string): Result {
  return { error: wireError(code, parameter) };
}
