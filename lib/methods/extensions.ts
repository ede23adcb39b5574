/**
 * `extensions.*`: events to extensions, and which there are (contracts: Neutralino 6.4).
 *
 * @module
 */

import { type ExtensionError, HostError } from "../errors.ts";
import { type CallBroker, LONGEST_TIMEOUT_MS } from "../extensions/calls.ts";
import type { Hub } from "../hub/hub.ts";
import { done, type Method, type MethodTable, returned } from "../router/method.ts";
import { Params, wrongType } from "../router/params.ts";

/** What `extensions.*` needs of its host. */
export interface ExtensionsHost {
  hub: Hub;
  /** Ids in load order, the development extension first. */
  loadedExtensions(): string[];
  calls: CallBroker;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** What an extension says of one call keeps its order: an answer comes behind its parts. */
const ofCall = (params: Params) => `call ${params.string("callId")}`;

function timeout(params: Params): number {
  const ms = params.int("timeoutMs", DEFAULT_TIMEOUT_MS);
  if (!(ms >= 1 && ms <= LONGEST_TIMEOUT_MS)) throw wrongType();
  return ms;
}

function errorOf(params: Params): ExtensionError {
  const value = params.value("error");
  if (typeof value !== "object" || Array.isArray(value)) throw wrongType();
  const error = new Params(value);
  const code = error.string("code", "error");
  const message = error.string("message");
  return error.has("data") ? { code, message, data: error.value("data") } : { code, message };
}

/** The table of `extensions.*`. */
export function extensionMethods({ hub, loadedExtensions, calls }: ExtensionsHost): MethodTable {
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
    ["extensions.provide", {
      required: ["methods"],
      run(params, _caller, client) {
        calls.provide(client, params.strings("methods"));
        return done();
      },
    }],
    ["extensions.call", {
      required: ["extensionId", "method"],
      relays: true,
      async run(params, caller, client) {
        const request = {
          extensionId: params.string("extensionId"),
          method: params.string("method"),
          data: params.json("data"),
          timeoutMs: timeout(params),
          callId: params.has("callId") ? params.string("callId") : undefined,
        };
        return returned(await calls.call(request, caller, client));
      },
    }],
    ["extensions.cancel", {
      required: ["callId"],
      run: (params, _caller, client) => returned(calls.cancel(client, params.string("callId"))),
    }],
    ["extensions.answer", {
      required: ["callId"],
      relays: true,
      lane: ofCall,
      run(params, _caller, client) {
        const outcome = params.has("error")
          ? { error: errorOf(params) }
          : { result: params.json("result") };
        return returned(calls.answer(client, params.string("callId"), outcome));
      },
    }],
    ["extensions.answerPart", {
      required: ["callId"],
      relays: true,
      lane: ofCall,
      run: async (params, _caller, client) =>
        returned(await calls.part(client, params.string("callId"), params.json("data"))),
    }],
    ["extensions.answerProgress", {
      required: ["callId"],
      relays: true,
      lane: ofCall,
      run: (params, _caller, client) =>
        returned(calls.progress(client, params.string("callId"), params.json("data"))),
    }],
  ]);
}
