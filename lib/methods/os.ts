/**
 * `os.*`: processes, environment and places (contracts: Neutralino 6.10).
 *
 * @module
 */

import type { Method, MethodTable } from "../router/method.ts";

/** The table of `os.*`. */
export function osMethods(): MethodTable {
  return new Map<string, Method>([]);
}
