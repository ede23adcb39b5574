/**
 * `host.*`, ours: what the commands `outrigger status` and `outrigger doctor` ask a running host. For
 * backends alone, because it tells about others.
 *
 * @module
 */

import type { Caller } from "../auth/credentials.ts";
import type { LoadedConfig } from "../config/load.ts";
import { HostError } from "../errors.ts";
import type { ExtensionLogs } from "../extensions/logs.ts";
import type { ExtensionRegistry } from "../extensions/registry.ts";
import type { Hub } from "../hub/hub.ts";
import { type Method, type MethodTable, returned } from "../router/method.ts";
import type { Refusals } from "../server/refusals.ts";
import { VERSION } from "../version.ts";

/** What `host.*` looks at. */
export interface HostMethodsOptions {
  /** When the host began to start, by `performance.now`. */
  startedAt: number;
  hub: Hub;
  loaded: LoadedConfig;
  registry: ExtensionRegistry;
  logs: ExtensionLogs;
  refusals: Refusals;
  place: { readonly url: string; readonly port: number };
}

/** Value of `host.getInfo`. */
export interface HostInfo {
  /** Of this program. */
  version: string;
  pid: number;
  uptimeMs: number;
  url: string;
  port: number;
  mode: string;
  applicationId: string;
  appVersion: string | null;
  /** As given, may be relative to the host's working directory. */
  path: string;
  /** Connected pages and backends, the one that asks included. */
  appClients: number;
}

/** The table of `host.*`. */
export function hostMethods(options: HostMethodsOptions): MethodTable {
  const { hub, loaded: { settings, locations }, registry, place, startedAt } = options;
  return new Map<string, Method>([
    ["host.getInfo", {
      run(_params, caller) {
        backendOnly(caller, "host.getInfo");
        const info: HostInfo = {
          version: VERSION,
          pid: Deno.pid,
          uptimeMs: Math.round(performance.now() - startedAt),
          url: place.url,
          port: place.port,
          mode: settings.mode,
          applicationId: settings.applicationId,
          appVersion: settings.version ?? null,
          path: locations.appPath,
          appClients: hub.appCount,
        };
        return returned(info);
      },
    }],
    ["host.diagnose", {
      required: ["extensionId"],
      async run(params, caller) {
        const id = params.string("extensionId");
        backendOnly(caller, "host.diagnose");
        const supervisor = registry.supervisor(id);
        if (supervisor === undefined) throw new HostError("OR_EX_UNKNOWN", id);
        const { gatherEvidence } = await import("../extensions/evidence.ts");
        const { diagnose } = await import("../extensions/doctor.ts");
        return returned(diagnose(await gatherEvidence(supervisor, { ...options, settings })));
      },
    }],
  ]);
}

/** A page, or a backend that stands for an extension, need not know how others are. */
function backendOnly({ kind, extensionId }: Caller, method: string): void {
  if (kind !== "backend" || extensionId !== undefined) {
    throw new HostError("NE_RT_NATPRME", method);
  }
}
