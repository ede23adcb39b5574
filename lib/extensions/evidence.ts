/**
 * Gathering what is known of an extension for {@linkcode diagnose}.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { groupActivity } from "../process/group_activity.ts";
import type { Refusals } from "../server/refusals.ts";
import type { Evidence } from "./doctor.ts";
import type { ExtensionLogs } from "./logs.ts";
import type { ExtensionRegistry } from "./registry.ts";
import type { Supervisor } from "./supervisor.ts";

/** Where evidence is found. */
export interface EvidenceSources {
  registry: ExtensionRegistry;
  logs: ExtensionLogs;
  refusals: Refusals;
  settings: Settings;
  place: { readonly port: number };
}

/** Looks at an extension and its processes. */
export async function gatherEvidence(
  supervisor: Supervisor,
  { registry, logs, refusals, settings, place }: EvidenceSources,
): Promise<Evidence> {
  const { entry, pid, lastRun } = supervisor;
  const { id, command, env } = entry;
  const activity = pid === undefined ? undefined : await groupActivity(pid);
  return {
    extensionId: id,
    command,
    packaged: entry.packaged === true,
    autoStart: entry.autoStart,
    startTimeoutMs: entry.startTimeoutMs,
    state: supervisor.state,
    reason: supervisor.reason,
    alive: pid !== undefined,
    uptimeMs: supervisor.uptimeMs,
    handshake: lastRun?.handshake,
    lastExit: supervisor.lastExit,
    everConnected: lastRun?.everConnected ?? false,
    lines: logs.recent(id),
    refusals: refusals.since(lastRun?.startedAt ?? 0),
    loaded: registry.ids,
    othersAway: registry.ids.some((other) =>
      other !== id && registry.supervisor(other)!.state !== "connected"
    ),
    port: lastRun?.port ?? place.port,
    path: env.PATH ?? Deno.env.get("PATH") ?? "",
    authInfoExported: settings.exportAuthInfo,
    waitingForInput: activity?.waitingForInput ?? [],
    localPorts: activity?.localPorts ?? [],
  };
}
