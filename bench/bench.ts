/**
 * What cases measure with.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { AppFolder } from "./app_folder.ts";
import type { Finding } from "./findings.ts";
import type { Busy } from "./load/job.ts";
import type { Program } from "./programs.ts";

/** What a case is given. */
export interface Bench {
  program: Program;
  app: AppFolder;
  rounds: number;
  /** Length of one measurement. */
  seconds: number;
}

/** Something that is measured. */
export interface Case {
  name: string;
  /** How, in a sentence or two; for the report. */
  how: string;
  run(bench: Bench): Promise<Finding[]>;
}

/** What a generator may take beside its measurement. */
const JOB_DEADLINE_MS = 45_000;

/** Runs a load generator in a process of its own. */
export async function runGenerator<P extends object, R>(
  name: string,
  parameters: P,
): Promise<R> {
  const seconds = "seconds" in parameters ? Number(parameters.seconds) : 0;
  const deadlineMs = JOB_DEADLINE_MS + seconds * 1000;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      fromFileUrl(new URL(`load/${name}.ts`, import.meta.url)),
      JSON.stringify(parameters),
    ],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(deadlineMs),
  }).output();
  if (!success) {
    const said = new TextDecoder().decode(stderr).trim().split("\n").slice(0, 4).join(" | ");
    throw new Error(
      `load generator "${name}": ${said || `no result in ${Math.round(deadlineMs)} ms`}`,
    );
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}

/**
 * Measures baseline and host in turn, so that a change of the machine's speed meets both. Every
 * other round begins with the host.
 */
export async function interleaved<T>(
  rounds: number,
  baseline: () => Promise<T>,
  host: () => Promise<T>,
): Promise<(readonly [baseline: T, host: T])[]> {
  const pairs: (readonly [T, T])[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const first = await named("baseline", baseline);
      pairs.push([first, await named("host", host)]);
    } else {
      const first = await named("host", host);
      pairs.push([await named("baseline", baseline), first]);
    }
  }
  return pairs;
}

/** Says on which side something failed. */
export async function named<T>(side: "baseline" | "host", measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    throw new Error(`${side}: ${(error as Error).message}`, { cause: error });
  }
}

/** Who was busy, for a finding's note: shows what limited a figure. */
export function busyNote(pairs: readonly (readonly [baseline: Busy, host: Busy])[]): string {
  const mean = (pick: (busy: Busy) => number, side: 0 | 1) =>
    pairs.reduce((sum, pair) => sum + pick(pair[side]), 0) / pairs.length;
  const percent = (pick: (busy: Busy) => number) =>
    ([0, 1] as const).map((side) => `${Math.round(mean(pick, side) * 100)} %`).join(" / ");
  return `server's thread ${percent((b) => b.server)} busy, generator's ${
    percent((b) => b.generator)
  }`;
}
