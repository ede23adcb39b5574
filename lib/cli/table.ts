/**
 * Tables on a terminal, and numbers for people.
 *
 * @module
 */

/** One cell; `paint` is applied after it is measured. */
export type Cell = string | { text: string; paint: (text: string) => string };

/**
 * Columns as wide as their widest cell, two spaces apart, without spaces at the ends of lines.
 *
 * @example
 * ```ts
 * import { table } from "./table.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(table([["ID", "PID"], ["js.long", "7"]]), "ID       PID\njs.long  7");
 * ```
 */
export function table(rows: readonly (readonly Cell[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, width(textOf(cell)));
    });
  }
  return rows.map((row) =>
    row.map((cell, index) => {
      const text = textOf(cell);
      const shown = typeof cell === "string" ? text : cell.paint(text);
      return index === row.length - 1 ? shown : shown + " ".repeat(widths[index]! - width(text));
    }).join("  ").trimEnd()
  ).join("\n");
}

function textOf(cell: Cell): string {
  // deno-lint-ignore no-control-regex
  return (typeof cell === "string" ? cell : cell.text).replace(/[\x00-\x1f\x7f]+/g, " ");
}

/** Columns of a text: wide letters take two, marks that go onto others none. */
function width(text: string): number {
  let columns = 0;
  for (const letter of text) {
    if (/\p{Mark}/u.test(letter)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
          .test(letter)
        ? 2
        : 1;
  }
  return columns;
}

/** `950 ms`, `12 s`, `3 m 5 s`, `2 h 0 m`, `4 d 1 h`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours} h ${minutes % 60} m`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `512 B`, `2.0 KiB`, `45 MiB`. */
export function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return `${unit > 0 && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${units[unit]}`;
}
