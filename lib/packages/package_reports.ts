/**
 * What users of the API learn by its event log.
 *
 * @module
 */

import type { StateChange } from "../extensions/state_change.ts";

/** How messages of the event log are weighed (contracts: AirDC++ 12.6). */
export type Severity = "notify" | "verbose" | "info" | "warning" | "error";

/**
 * A text for all who read the event log: without what lies where on this machine (contracts:
 * AirDC++ 18 #18).
 *
 * @param folder that of the packages
 */
export function withoutPlaces(text: string, folder: string): string {
  return text.replaceAll(`${folder}/`, "").replace(/ \(PATH is .*\)/s, "");
}

/**
 * What users learn of an end that nobody asked for (contracts: AirDC++ 6.5, 7). Why a start failed may
 * name paths of this machine, which is not for all of them (18 #18).
 *
 * @returns `undefined` where there is nothing to tell
 */
export function reportOfEnd(
  { extensionId: name, from, to, reason, exitCode }: StateChange,
): { text: string; severity: Severity } | undefined {
  // From these it goes on only because somebody wants it.
  if (from === "stopping" || from === "failed") return undefined;
  if (from === "restarting" && to === "stopped") return undefined;
  const report = (text: string, severity: Severity) => ({ text: `"${name}" ${text}`, severity });
  if (to === "restarting") return report(`is started again: ${reason}`, "info");
  if (to === "failed" && exitCode === null) {
    return report("could not be started; the log of the host tells why", "error");
  }
  if (to !== "failed" && to !== "stopped") return undefined;
  return report(`has stopped: ${reason}; see its error.log`, "error");
}
