/**
 * What one can see of an extension.
 *
 * @module
 */

import type { Hub, Traffic } from "../hub/hub.ts";
import { residentBytes } from "../process/memory.ts";
import type { CallBroker, CallCounts } from "./calls.ts";
import type { LastExit } from "./state_change.ts";
import type { Supervisor } from "./supervisor.ts";
import type { ExtensionState } from "./state.ts";

/** Value of `extensions.getInfo`. Members are `null` where there is nothing to tell. */
export interface ExtensionInfo {
  id: string;
  state: ExtensionState;
  /** Why it is in this state, in a clause. */
  reason: string;
  connected: boolean;
  /** Of the shell that runs the command, or of the program itself where the shell made way for it. */
  pid: number | null;
  uptimeMs: number | null;
  /** Restarts in a row. */
  restarts: number;
  lastExit: LastExit | null;
  /** Events that wait for it to connect. */
  queuedEvents: number;
  /** Bytes that its connection has not taken yet. */
  queuedBytes: number;
  traffic: Traffic | null;
  /** Methods that it offers now. */
  methods: string[];
  calls: CallCounts;
  /** Resident memory of its whole process group; `null` where the system does not tell. */
  memoryBytes: number | null;
}

/** Looks at an extension. */
export async function extensionInfo(
  supervisor: Supervisor,
  { hub, calls }: { hub: Hub; calls: CallBroker },
): Promise<ExtensionInfo> {
  const { entry: { id }, pid } = supervisor;
  const client = hub.extension(id);
  return {
    id,
    state: supervisor.state,
    reason: supervisor.reason,
    connected: client !== undefined,
    pid: pid ?? null,
    uptimeMs: supervisor.uptimeMs ?? null,
    restarts: supervisor.restarts,
    lastExit: supervisor.lastExit ?? null,
    queuedEvents: hub.queuedCount(id),
    queuedBytes: client?.queuedBytes ?? 0,
    traffic: client === undefined ? null : { ...client.traffic },
    methods: calls.provided(id),
    calls: calls.counts(id),
    memoryBytes: pid === undefined ? null : await residentBytes(pid) ?? null,
  };
}
