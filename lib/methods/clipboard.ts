/**
 * `clipboard.*`: without a desktop (contracts: Neutralino 6.2).
 *
 * @module
 */

import type { Method, MethodTable } from "../router/method.ts";

/** The table of `clipboard.*`. */
export function clipboardMethods(): MethodTable {
  return new Map<string, Method>([]);
}
