/**
 * Module `outrigger`: the host's own methods and events, for extensions of this protocol.
 *
 * @module
 */

import type { Caller } from "../../auth/credentials.ts";
import type { Client } from "../../hub/hub.ts";
import { jsonOfObject } from "../../router/json_text.ts";
import type { Lanes } from "../../router/lanes.ts";
import type { Result } from "../../router/method.ts";
import type { Router } from "../../router/router.ts";
import { ApiError } from "../api_error.ts";
import { EVERY_EVENT } from "../client.ts";
import type { ApiModule } from "../route.ts";
import type { Session } from "../session.ts";

/** What the module is made of. */
export interface OutriggerModuleOptions {
  router: Pick<Router, "execute">;
  /** Who calls; `undefined` for a session that is not that of an extension. */
  callerOf(session: Session): { caller: Caller; client: Client; lanes: Lanes } | undefined;
}

const STATUS = new Map([["NE_RT_NATPRME", 403], ["NE_RT_APIPRME", 403], ["NE_RT_NATNTIM", 404]]);

/** Makes the module. Every event of the hub may be listened to by its name. */
export function outriggerModule({ router, callerOf }: OutriggerModuleOptions): ApiModule {
  return {
    name: "outrigger",
    events: { permission: "any", names: new Map([[EVERY_EVENT, "module"]]), anyName: true },
    routes: [{
      method: "POST",
      path: "outrigger/methods/{name}",
      permission: "any",
      run({ params, body, session }) {
        const origin = callerOf(session);
        if (origin === undefined) throw new ApiError(403, "Only extensions may call methods");
        const { caller, ...from } = origin;
        const call = { method: params.get("name")!, data: body };
        const result = router.execute(call, caller, from);
        return result instanceof Promise ? result.then(answerOf) : answerOf(result);
      },
    }],
  };
}

function answerOf(result: Result): unknown {
  if (result === null) return undefined;
  if (!("error" in result)) return jsonOfObject(result);
  const { code, message } = result.error;
  throw new ApiError(STATUS.get(code) ?? 400, message, { code });
}
