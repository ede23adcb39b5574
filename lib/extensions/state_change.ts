/**
 * What is told of an extension's states and ends.
 *
 * @module
 */

import type { ExtensionState } from "./state.ts";

/** Data of the event `extensionStateChange`. */
export interface StateChange {
  extensionId: string;
  from: ExtensionState;
  /** The same as `from` for an extension that has not connected in time. */
  to: ExtensionState;
  /** A clause for people. */
  reason: string;
  /** Of the end that caused the change; the bare number of a signal. */
  exitCode: number | null;
  /** Restarts in a row. */
  restarts: number;
}

/** How the last run ended. */
export interface LastExit {
  code: number;
  signal: string | null;
  /** ISO 8601, UTC. */
  at: string;
  /** Last lines on stderr, without secrets. */
  stderr: string[];
}
