/**
 * `net.*`: requests to other servers (contracts: Neutralino 6.9).
 *
 * @module
 */

import type { Method, MethodTable } from "../router/method.ts";

/** The table of `net.*`. */
export function netMethods(): MethodTable {
  return new Map<string, Method>([]);
}
