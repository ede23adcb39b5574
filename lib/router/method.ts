/**
 * What a native method is.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import type { ExtensionError, WireError } from "../errors.ts";
import type { Client } from "../hub/hub.ts";
import type { Lane } from "./lanes.ts";
import type { Touch } from "../auth/scopes.ts";
import type { Params } from "./params.ts";

/** The `data` of a response (contracts: Neutralino 3.4); `null` after `app.exit`. */
export type Result =
  | null
  | { success: true; message?: string; returnValue?: unknown }
  | { error: WireError | ExtensionError; returnValue?: unknown };

/** One callable name. */
export interface Method {
  /** Parameters that must be there, in the order in which a missing one is reported. */
  readonly required?: readonly string[];
  /**
   * Calls of one connection with the same lane run one after the other, because pages issue, say,
   * a write and a read without waiting in between. Where the lane depends on the parameters, such
   * as the files that a call touches, a function tells it; it may refuse them by throwing.
   * Default: none, the call starts at once.
   */
  readonly lane?: string | ((params: Params) => Lane);
  /**
   * Passes its `data` on to clients in any language, so that numbers must keep every digit. Those
   * that JavaScript cannot hold then come as raw JSON. Default false.
   */
  readonly relays?: boolean;
  /**
   * Answers one call.
   *
   * @param client the connection that it came on
   * @throws {HostError} to answer with a wire error; anything else becomes `NE_RT_NATRTER`
   */
  run(params: Params, caller: Caller, client: Client): Result | Promise<Result>;
}

/**
 * What calls of a method touch, so that the scopes of their callers can be asked; `undefined` for a
 * method that nobody has described, which callers with scopes then may not use.
 */
export type Touches = (method: string) => ((params: Params) => Touch) | undefined;

/** Methods by full name, `namespace.verb`. */
export type MethodTable = ReadonlyMap<string, Method>;

/** For a caller that asked for no response; it gets none. */
export const UNANSWERED: Result = Object.freeze({ success: true });

const DONE: Result = Object.freeze({ success: true });

/** Success with nothing to return. */
export function done(): Result {
  return DONE;
}

/** Success with a value. */
export function returned(value: unknown): Result {
  return { success: true, returnValue: value };
}

/** Success with an informational text. */
export function told(message: string): Result {
  return { success: true, message };
}
