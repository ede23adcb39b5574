/**
 * `extensions.*`: events to extensions, and which there are (contracts: Neutralino 6.4).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import { done, type Method, type MethodTable, returned } from "../router/method.ts";

/** What `extensions.*` needs of its host. */
export interface ExtensionsHost {
  hub: Hub;
  /** Ids in load order, the development extension first. */
  loadedExtensions(): string[];
}

/** The table of `extensions.*`. */
export function extensionMethods({ hub, loadedExtensions }: ExtensionsHost): MethodTable {
  return new Map<string, Method>([
    ["extensions.dispatch", {
      required: ["extensionId", "event"],
      relays: true,
      run(params) {
        const id = params.string("extensionId");
        const event = params.string("event");
        const data = params.json("data");
        if (hub.send(id, event, data)) return done();
        // Ours: `queue: true` keeps the event for a loaded extension until it connects.
        const kept = params.bool("queue", false) && loadedExtensions().includes(id) &&
          hub.queue(id, event, data);
        if (!kept) throw new HostError("NE_EX_EXTNOTC", id);
        return done();
      },
    }],
    ["extensions.broadcast", {
      required: ["event"],
      relays: true,
      run(params) {
        hub.broadcast(params.string("event"), params.json("data"), "extensions");
        return done();
      },
    }],
    ["extensions.getStats", {
      run: () => returned({ loaded: loadedExtensions(), connected: hub.connectedExtensions }),
    }],
  ]);
}
