/**
 * Who may call what, and the call itself.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import { type ErrorCode, forbidden, HostError, wireError } from "../errors.ts";
import type { Client } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import type { Lane, Lanes } from "./lanes.ts";
import type { Method, MethodTable, Result, Touches } from "./method.ts";
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
  /** Tables that are loaded at the first call of their namespace, by it. Default none. */
  lateTables?: ReadonlyMap<string, () => Promise<MethodTable>>;
  /** What calls touch. Default: nothing is known of any method. */
  touches?: Touches;
  log: Log;
}

/** Finds and runs methods, in the order of checks of section 5.3 (Neutralino contract). */
export class Router {
  readonly #enabled: boolean;
  readonly #methods = new Map<string, Method>();
  readonly #late: Map<string, () => Promise<MethodTable>>;
  /** One after the other, so that the calls which wait keep their order. */
  #loading: Promise<unknown> = Promise.resolve();
  readonly #touches: Touches;
  readonly #log: Log;

  constructor(options: RouterOptions) {
    this.#enabled = options.enabled;
    this.#touches = options.touches ?? (() => undefined);
    this.#log = options.log;
    this.#late = new Map(options.lateTables);
    for (const table of options.tables) {
      for (const [name, method] of table) this.#methods.set(name, method);
    }
  }

  /** Names of all methods that are loaded. */
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
    if (method === undefined) {
      const namespace = name.slice(0, name.indexOf("."));
      if (!this.#late.has(namespace)) return failure("NE_RT_NATNTIM", name);
      return this.#load(namespace).then(
        () => this.execute(request, caller, { client, lanes }),
        (error) => this.#failed(name, error),
      );
    }
    const params = new Params(request.data);
    for (const required of method.required ?? []) {
      if (!params.has(required)) return failure("NE_RT_NATRTER", required);
    }
    try {
      const lane = typeof method.lane === "function" ? method.lane(params) : method.lane;
      let result: Result | Promise<Result>;
      if (lane === undefined && caller.grant.scopes === undefined) {
        result = method.run(params, caller, client);
      } else {
        const run = () =>
          caller.grant.scopes === undefined
            ? method.run(params, caller, client)
            : this.#runBounded({ name, method, lane }, params, caller, client);
        // Scopes are asked in the lane, so that looking at files lets nothing overtake.
        result = lane === undefined ? run() : lanes.run(lane, run);
      }
      return result instanceof Promise ? result.catch((e) => this.#failed(name, e)) : result;
    } catch (error) {
      return this.#failed(name, error);
    }
  }

  /** Asks the scopes of the caller first. */
  #runBounded(
    { name, method, lane }: { name: string; method: Method; lane: Lane | undefined },
    params: Params,
    caller: Caller,
    client: Client,
  ): Result | Promise<Result> {
    const { grant } = caller;
    const files = typeof lane === "object" ? lane : undefined;
    const touch = this.#touches(name)?.(params) ?? files;
    if (touch === undefined) throw forbidden(name, "no scope is known of it");
    const run = (refusal: string | undefined): Result | Promise<Result> => {
      if (refusal !== undefined) throw forbidden(name, refusal);
      const result = method.run(params, caller, client);
      if (!("opens" in touch)) return result;
      return Promise.resolve(result).then((result) => {
        const id = openedId(result);
        if (id !== undefined) grant.opened({ method: name, id });
        return result;
      });
    };
    const refusal = grant.refusal(touch);
    return refusal instanceof Promise ? refusal.then(run) : run(refusal);
  }

  #load(namespace: string): Promise<void> {
    const loading = this.#loading.then(async () => {
      const load = this.#late.get(namespace);
      if (load === undefined) return;
      for (const [name, method] of await load()) this.#methods.set(name, method);
      this.#late.delete(namespace);
    });
    this.#loading = loading.catch(() => {});
    return loading;
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

/** The id of what a call has opened: its value, or a member of it. */
function openedId(result: Result): number | undefined {
  if (result === null || !("returnValue" in result)) return undefined;
  const value = result.returnValue;
  const id = typeof value === "object" ? (value as { id?: unknown } | null)?.id : value;
  return typeof id === "number" ? id : undefined;
}

function failure(code: ErrorCode, parameter?: string): Result {
  return { error: wireError(code, parameter) };
}
