/**
 * `extensions.*`: events to extensions and which there are (contracts: Neutralino 6.4), and what is
 * ours: calls that are answered (lib/extensions/PROTOCOL.md), starting and stopping, and what one
 * can see.
 *
 * @module
 */

import type { Grant } from "../auth/grant.ts";
import { resolveExtension } from "../config/extensions.ts";
import type { Constants } from "../config/path_constants.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import { type ExtensionError, forbidden, HostError, StartError } from "../errors.ts";
import { type CallBroker, LONGEST_TIMEOUT_MS } from "../extensions/calls.ts";
import type { ExtensionRegistry } from "../extensions/registry.ts";
import type { Hub } from "../hub/hub.ts";
import { done, type Method, type MethodTable, returned, UNANSWERED } from "../router/method.ts";
import { Params, wrongType } from "../router/params.ts";

/** What `extensions.*` needs of its host. */
export interface ExtensionsHost {
  hub: Hub;
  registry: ExtensionRegistry;
  calls: CallBroker;
  /** What `${NL_PATH}` and its like stand for. */
  constants: Constants;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const BY_REQUEST = "somebody asked for it";

/** The table of `extensions.*`. */
export function extensionMethods({ hub, registry, calls, constants }: ExtensionsHost): MethodTable {
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
        const kept = params.bool("queue", false) && registry.entry(id) !== undefined &&
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
      run: () => returned({ loaded: registry.ids, connected: hub.connectedExtensions }),
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
      run(params, caller, client) {
        const request = {
          extensionId: params.string("extensionId"),
          method: params.string("method"),
          data: params.json("data"),
          timeoutMs: timeout(params),
          callId: params.has("callId") ? params.string("callId") : undefined,
        };
        return calls.call(request, caller, client);
      },
    }],
    ["extensions.cancel", {
      required: ["callId"],
      run: (params, _caller, client) => returned(calls.cancel(client, params.string("callId"))),
    }],
    ["extensions.answer", {
      required: ["callId"],
      relays: true,
      run(params, _caller, client) {
        const callId = params.string("callId");
        const outcome = params.has("error")
          ? { error: errorOf(params) }
          : { result: params.json("result") };
        if (!params.bool("quiet", false)) {
          return calls.answer(client, callId, outcome).then(returned);
        }
        calls.answerQuietly(client, callId, outcome);
        return UNANSWERED;
      },
    }],
    ["extensions.answerPart", {
      required: ["callId"],
      relays: true,
      run: async (params, _caller, client) =>
        returned(await calls.part(client, params.string("callId"), params.json("data"))),
    }],
    ["extensions.answerProgress", {
      required: ["callId"],
      relays: true,
      run: async (params, _caller, client) =>
        returned(await calls.progress(client, params.string("callId"), params.json("data"))),
    }],

    ["extensions.start", {
      required: ["extensionId"],
      lane: ofExtension,
      async run(params) {
        await registry.start(params.string("extensionId"), BY_REQUEST);
        return done();
      },
    }],
    ["extensions.stop", {
      required: ["extensionId"],
      lane: ofExtension,
      async run(params) {
        await registry.stop(params.string("extensionId"), BY_REQUEST);
        return done();
      },
    }],
    ["extensions.restart", {
      required: ["extensionId"],
      lane: ofExtension,
      async run(params) {
        await registry.restart(params.string("extensionId"), BY_REQUEST);
        return done();
      },
    }],
    ["extensions.load", {
      required: ["id"],
      lane: (params) => `extension ${params.string("id")}`,
      async run(params, { grant }) {
        const entry = await definition(params.raw, constants);
        // Else a caller without the right to start programs would have found another way.
        if (entry.command !== undefined && !grant.allows("os.spawnProcess")) {
          throw new HostError("NE_RT_NATPRME", "os.spawnProcess");
        }
        await checkScopes(entry, grant);
        registry.load([entry], { grant });
        if (entry.command !== undefined && entry.autoStart) {
          await registry.start(entry.id, BY_REQUEST);
        }
        return done();
      },
    }],
    ["extensions.unload", {
      required: ["extensionId"],
      lane: ofExtension,
      async run(params) {
        const id = params.string("extensionId");
        if (registry.entry(id)?.packaged) throw new HostError("OR_EX_PACKAGE", id);
        await registry.unload(id);
        return done();
      },
    }],
    ["extensions.getInfo", {
      required: ["extensionId"],
      async run(params) {
        const id = params.string("extensionId");
        const supervisor = registry.supervisor(id);
        if (supervisor === undefined) throw new HostError("OR_EX_UNKNOWN", id);
        const { extensionInfo } = await import("../extensions/info.ts");
        return returned(await extensionInfo(supervisor, { hub, calls }));
      },
    }],
  ]);
}

/** A path as one word of a command line; with a quote in it, it is none that a scope allows. */
function shellWord(path: string): string {
  const mark = Deno.build.os === "windows" ? '"' : "'";
  return `${mark}${path}${mark}`;
}

/** What a caller may not do itself, it may not have done by an extension that it loads. */
async function checkScopes(entry: ExtensionEntry, grant: Grant): Promise<void> {
  const { script, denoBinary = "deno", cwd, env } = entry;
  const command = script === undefined ? entry.command : shellWord(denoBinary);
  const reads = [script, cwd].filter((path) => path !== undefined);
  const setsEnvironment = Object.keys(env).length > 0;
  const refusal = command === undefined ? undefined : await grant.refusal({
    command: { text: command, cwd: cwd ?? "", setsEnvironment },
    reads,
  });
  if (refusal !== undefined) throw forbidden("extensions.load", refusal);
}

/** What is asked of one extension happens in turn. */
function ofExtension(params: Params): string {
  return `extension ${params.string("extensionId")}`;
}

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

/** An entry as the configuration would have it. */
async function definition(raw: unknown, constants: Constants) {
  const { validateExtension } = await import("../config/validate.ts");
  try {
    const entry = validateExtension(raw);
    const where = "the definition";
    return resolveExtension({ ...entry, id: entry.id! }, "definition", {
      where,
      os: Deno.build.os,
      constants,
    });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new HostError("OR_EX_BADDEF", error.message);
  }
}
