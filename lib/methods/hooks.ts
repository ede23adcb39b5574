/**
 * `hooks.*`: asking everybody before something is done (lib/extensions/PROTOCOL.md). Ours.
 *
 * @module
 */

import type { HookAnswer, Hooks } from "../extensions/hooks.ts";
import { done, type Method, type MethodTable, returned } from "../router/method.ts";
import { type Params, wrongType } from "../router/params.ts";

const DEFAULT_TIMEOUT_MS = 5000;
const LONGEST_TIMEOUT_MS = 3_600_000;

/** The table of `hooks.*`. */
export function hookMethods(hooks: Hooks): MethodTable {
  return new Map<string, Method>([
    ["hooks.add", {
      required: ["hook"],
      run(params, _caller, client) {
        hooks.add(client, params.string("hook"));
        return done();
      },
    }],
    ["hooks.remove", {
      required: ["hook"],
      run: (params, _caller, client) => returned(hooks.remove(client, params.string("hook"))),
    }],
    ["hooks.run", {
      required: ["hook"],
      relays: true,
      async run(params, caller, client) {
        const timeoutMs = params.int("timeoutMs", DEFAULT_TIMEOUT_MS);
        if (!(timeoutMs >= 1 && timeoutMs <= LONGEST_TIMEOUT_MS)) throw wrongType();
        const request = {
          hook: params.string("hook"),
          data: params.json("data"),
          timeoutMs,
          byDefault: params.bool("default", true),
        };
        return returned(await hooks.run(request, caller, client));
      },
    }],
    ["hooks.answer", {
      required: ["runId", "allow"],
      relays: true,
      run: (params, _caller, client) =>
        returned(hooks.answer(client, params.string("runId"), answerOf(params))),
    }],
  ]);
}

function answerOf(params: Params): HookAnswer {
  return {
    allow: params.bool("allow", false),
    ...(params.has("reason") ? { reason: params.string("reason") } : {}),
    ...(params.has("data") ? { data: params.value("data") } : {}),
  };
}
