/**
 * `filesystem.*`: files and folders (contracts: Neutralino 6.5 to 6.8).
 *
 * @module
 */

import type { Method, MethodTable } from "../router/method.ts";

/** The table of `filesystem.*`. */
export function filesystemMethods(): MethodTable {
  return new Map<string, Method>([]);
}
