/**
 * The states of an extension and every way from one to another.
 *
 * ```text
 *            start                connects
 *  stopped ────────► starting ◄──────────────► connected
 *   ▲ ▲ ▲             │  ▲  │    disconnects      │  │
 *   │ │ │             │  │  └── ends ─┬── ends ────┘  │
 *   │ │ └ ends well ──┼──┼────────────┤               │
 *   │ │               │  │  due       ▼               │
 *   │ │ stop          │  └──── restarting             │
 *   │ └───────────────┼──────────┘    │ too often,    │
 *   │                 │               │ or never      │
 *   │                 │ stop          ▼               │ stop
 *   │                 │            failed ─ start ─► starting
 *   │ ends            ▼                               │
 *   └──────────── stopping ◄──────────────────────────┘
 * ```
 *
 * An extension without a command has no process: it goes from `stopped` to `connected` and back.
 *
 * @module
 */

/** Where an extension stands. */
export type ExtensionState =
  /** Not running, and nothing is to be done about it. */
  | "stopped"
  /** Its process runs, or is about to; it has no connection. */
  | "starting"
  | "connected"
  /** It has ended and waits to be started again. */
  | "restarting"
  /** It has ended and stays so, for a reason that is kept. */
  | "failed"
  /** Asked to end. */
  | "stopping";

/** What can happen to an extension. */
export type Happening =
  | "start"
  | "connects"
  | "disconnects"
  /** Its connection ends, and it has no process. */
  | "leaves"
  /** Its process has ended well, and need not run again. */
  | "endsWell"
  /** Its process has ended, or could not be started, and will be started again. */
  | "endsForNow"
  /** The same, and it will not. */
  | "endsForGood"
  /** The wait before a restart is over. */
  | "due"
  | "stop";

const TRANSITIONS: Readonly<
  Record<ExtensionState, Readonly<Partial<Record<Happening, ExtensionState>>>>
> = {
  stopped: { start: "starting", connects: "connected" },
  starting: {
    connects: "connected",
    endsWell: "stopped",
    endsForNow: "restarting",
    endsForGood: "failed",
    stop: "stopping",
  },
  connected: {
    disconnects: "starting",
    leaves: "stopped",
    endsWell: "stopped",
    endsForNow: "restarting",
    endsForGood: "failed",
    stop: "stopping",
  },
  restarting: { due: "starting", start: "starting", stop: "stopped", connects: "connected" },
  failed: { start: "starting", stop: "stopped", connects: "connected" },
  stopping: { endsWell: "stopped", endsForNow: "stopped", endsForGood: "stopped" },
};

/**
 * Where an extension stands after something happened.
 *
 * @returns `undefined` when that changes nothing: a stopped extension is stopped, a connection ends
 * while the extension is stopping
 *
 * @example
 * ```ts
 * import { after } from "./state.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(after("starting", "connects"), "connected");
 * assertEquals(after("stopped", "stop"), undefined);
 * ```
 */
export function after(state: ExtensionState, happening: Happening): ExtensionState | undefined {
  return TRANSITIONS[state][happening];
}
