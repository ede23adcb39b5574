/**
 * What a case finds out.
 *
 * @module
 */

import { compare, type Comparison, summarize, type Summary } from "./stats.ts";

/** A bound that was set beforehand. */
export interface Target {
  bound: "at least" | "at most";
  value: number;
}

/** One line of the table. */
export interface Finding {
  /** What was measured, such as `32 connections`. */
  label: string;
  unit: string;
  baseline?: Summary;
  host: Summary;
  compared?: { by: Comparison; summary: Summary };
  /** Absent where a figure is only for orientation. */
  target?: Target;
  /** What else is worth knowing: who was busy, a curve. */
  note?: string;
}

/** Whether a finding keeps its target; `undefined` without one. */
export function isMet({ compared, target, host }: Finding): boolean | undefined {
  if (target === undefined) return undefined;
  const figure = (compared?.summary ?? host).median;
  return target.bound === "at least" ? figure >= target.value : figure <= target.value;
}

/** A finding from rounds in which both were measured. */
export function compared(
  pairs: readonly (readonly [baseline: number, host: number])[],
  about: { label: string; unit: string; by: Comparison; target?: Target; note?: string },
): Finding {
  const { label, unit, by, target, note } = about;
  return {
    label,
    unit,
    baseline: summarize(pairs.map(([baseline]) => baseline)),
    host: summarize(pairs.map(([, host]) => host)),
    compared: { by, summary: compare(pairs, by) },
    ...(target === undefined ? {} : { target }),
    ...(note === undefined ? {} : { note }),
  };
}
