/**
 * `bench/README.md`.
 *
 * @module
 */

import type { Case } from "./bench.ts";
import { machine } from "./machine.ts";
import { notes, type Row, table } from "./report.ts";

/** What a run was. */
export interface RunAccount {
  command: string;
  date: Date;
  /** What each program is. */
  programs: readonly string[];
  /** Programs that could not be measured. The reason is for the terminal: it may hold paths. */
  skipped: readonly string[];
  cases: readonly Pick<Case, "name" | "how">[];
  rows: readonly Row[];
}

/** The whole file. */
export function readme({ command, date, programs, skipped, cases, rows }: RunAccount): string {
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  return `# Bench

Written by \`${command}\` on ${date.toISOString().slice(0, 10)}; don't edit.

${list([...machine(), ...programs, ...skipped.map((name) => `${name}: not measured`)])}

The host is held against bare programs of the same runtime (\`bench/baselines\`) in the same run:
baseline and host are measured in turn, every other round the other way round. Figures are medians over
rounds; "compared" is host / bare Deno (or host - bare Deno, where it has a unit), the median over
rounds and its range. Rows without a target are for orientation.

${table(rows)}

## How

${list(cases.map(({ name, how }) => `**${name}**: ${how}`))}

Load comes from processes of their own that speak WebSocket and HTTP over bare TCP, write prebuilt
frames and count answers by their headers, after having looked at one closely.

## Who was the limit

Bare Deno / host. A generator near 100 % was the limit itself, and the ratio is then nearer to 1 than it is
in truth.

${list(notes(rows))}

## What stands out

Executables whose runtime base is 2.6 or 2.7 lose 40 ms where two small frames follow each other on a
connection and the client sends nothing in between: \`Deno.serve\` of these versions leaves Nagle's
algorithm on (a system call trace shows no TCP_NODELAY), and the client's kernel delays its
acknowledgement. A bare relay that also answers each message shows the same 40 ms; it makes the round trip
and the first call of such executables slow, and is gone with a base of 2.9, as \`deno run\` shows.

## Noise

Server and load share this machine's processors, so absolute figures say little about another machine.
Throughputs differ by some 20 % between runs; a ratio whose range spans its target is neither met nor
missed. Processor times have a resolution of 10 ms. Resident memory counts pages of the runtime that
processes share, and garbage that has not been collected.
`;
}
