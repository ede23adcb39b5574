/**
 * `events.*` (contracts: Neutralino 6.4).
 *
 * @module
 */

import type { Hub } from "../hub/hub.ts";
import { done, type Method, type MethodTable } from "../router/method.ts";

/** The table of `events.*`. */
export function eventMethods(hub: Hub): MethodTable {
  return new Map<string, Method>([
    ["events.broadcast", {
      required: ["event"],
      relays: true,
      run(params) {
        hub.broadcast(params.string("event"), params.json("data"), "all");
        return done();
      },
    }],
  ]);
}
