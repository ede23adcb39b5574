/**
 * Module `settings`: the server's own settings (contracts: AirDC++ 12.4, E29 to E34).
 *
 * @module
 */

import { ApiError } from "../api_error.ts";
import { Fields, invalid } from "../fields.ts";
import type { ApiModule, ApiRequest } from "../route.ts";

/** Which value of a setting is meant. */
export type ValueMode = "current" | "force_auto" | "force_manual";

/** The settings of the server. */
export interface ServerSettings {
  /** @throws {FieldError} for a key that there is not; so do the others */
  get(keys: readonly string[], mode?: ValueMode): Record<string, unknown>;
  defaults(keys: readonly string[]): Record<string, unknown>;
  /** Definitions as in 8.2. */
  definitions(keys: readonly string[]): unknown[];
  /** Checks all values before any is changed. */
  set(values: Readonly<Record<string, unknown>>): void | Promise<void>;
  reset(keys: readonly string[]): void | Promise<void>;
  setDefaults(values: Readonly<Record<string, unknown>>): void | Promise<void>;
  /** Whether only `admin` may change it: engines and the network (18 #8). */
  needsAdmin(key: string): boolean;
}

const MODES: ReadonlySet<unknown> = new Set(["current", "force_auto", "force_manual"]);

/** Makes the module. */
export function settingsModule(settings: ServerSettings): ApiModule {
  /** 18 #1: an extension has `settings_edit` for the sake of its own settings. */
  function refuseExtensions({ session }: ApiRequest): void {
    if (session.type !== "extension" || session.allows("admin")) return;
    throw new ApiError(403, "Settings of the host are not for extensions to change");
  }

  function refuseUnlessAdmin({ session }: ApiRequest, keys: readonly string[]): void {
    const key = session.allows("admin") ? undefined : keys.find((key) => settings.needsAdmin(key));
    if (key !== undefined) {
      throw new ApiError(403, `Permission admin is missing to change ${JSON.stringify(key)}`);
    }
  }

  function changed(request: ApiRequest): Record<string, unknown> {
    refuseExtensions(request);
    const values = valuesOf(request.body);
    refuseUnlessAdmin(request, Object.keys(values));
    return values;
  }

  return {
    name: "settings",
    routes: [
      {
        method: "POST",
        path: "settings/get",
        permission: "any",
        run({ body }) {
          const fields = new Fields(body);
          const keys = fields.texts("keys");
          const mode = fields.has("value_mode") ? fields.value("value_mode") : "current";
          if (!MODES.has(mode)) throw invalid("value_mode", [...MODES].join(", "));
          return settings.get(keys, mode as ValueMode);
        },
      },
      {
        method: "POST",
        path: "settings/set",
        permission: "settings_edit",
        run: (request) => settings.set(changed(request)),
      },
      {
        method: "POST",
        path: "settings/reset",
        permission: "settings_edit",
        run(request) {
          refuseExtensions(request);
          const keys = new Fields(request.body).texts("keys");
          refuseUnlessAdmin(request, keys);
          return settings.reset(keys);
        },
      },
      {
        method: "POST",
        path: "settings/definitions",
        permission: "settings_view",
        run: ({ body }) => settings.definitions(new Fields(body).texts("keys")),
      },
      {
        method: "POST",
        path: "settings/get_defaults",
        permission: "any",
        run: ({ body }) => settings.defaults(new Fields(body).texts("keys")),
      },
      {
        method: "POST",
        path: "settings/set_defaults",
        permission: "settings_edit",
        run: (request) => settings.setDefaults(changed(request)),
      },
    ],
  };
}

function valuesOf(body: unknown): Record<string, unknown> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalid("settings", "an object of keys and values");
  }
  return body as Record<string, unknown>;
}
