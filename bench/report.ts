/**
 * Findings as a table.
 *
 * @module
 */

import { type Finding, isMet, type Target } from "./findings.ts";
import type { Summary } from "./stats.ts";

/** A finding and where it belongs. */
export interface Row {
  case: string;
  program: "run" | "executable";
  finding: Finding;
}

const HEAD = ["case", "program", "bare Deno", "host", "compared", "target", "met"];

/** A Markdown table, its columns padded so that it reads well as text too. */
export function table(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [
    line(cells[0]!),
    `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`,
    ...cells.slice(1).map(line),
  ].join("\n");
}

/** Notes of findings, a line each. */
export function notes(rows: readonly Row[]): string[] {
  return rows.flatMap(({ case: name, program, finding }) =>
    finding.note === undefined ? [] : [`${name}, ${finding.label}, ${program}: ${finding.note}`]
  );
}

function cellsOf({ case: name, program, finding }: Row): string[] {
  const { label, unit, baseline, host, compared, target } = finding;
  return [
    `${name}: ${label}`,
    program,
    baseline === undefined ? "" : `${figure(baseline.median)} ${unit}`,
    `${figure(host.median)} ${unit}`,
    compared === undefined
      ? ""
      : `${range(compared.summary)}${compared.by === "difference" ? ` ${unit}` : ""}`,
    target === undefined ? "" : targetText(target, compared?.by === "ratio" ? "" : ` ${unit}`),
    { true: "yes", false: "no", undefined: "" }[`${isMet(finding)}`]!,
  ];
}

function targetText({ bound, value }: Target, unit: string): string {
  return `${bound === "at least" ? "≥" : "≤"} ${value}${unit}`;
}

function range({ median, min, max }: Summary): string {
  return `${figure(median)} (${figure(min)}..${figure(max)})`;
}

/** Three digits that count; thousands in full. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
