/**
 * The command line.
 *
 * @module
 */

import { parseArgs } from "@std/cli";

/** What to measure. */
export interface BenchOptions {
  programs: ("run" | "executable")[];
  /** Names of cases; empty for all. */
  cases: string[];
  seconds: number;
  rounds: number;
  write: boolean;
}

export const USAGE =
  "deno task bench [--program=run|executable|both] [--seconds=N] [--rounds=N] [--case=a,b] [--write]";

/** @throws {Error} on what it does not know */
export function parseOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const flags = parseArgs(args, {
    string: ["program", "seconds", "rounds", "case"],
    boolean: ["write"],
    unknown: (flag) => {
      throw new Error(`"${flag}" is unknown, expected ${USAGE}`);
    },
  });
  const program = text(flags.program) ?? "both";
  if (program !== "run" && program !== "executable" && program !== "both") {
    throw new Error(`--program is "${program}", expected run, executable or both`);
  }
  const cases = (text(flags.case) ?? "").split(",").filter((name) => name !== "");
  for (const name of cases) {
    if (!known.includes(name)) throw new Error(`--case "${name}", expected ${known.join(", ")}`);
  }
  return {
    programs: program === "both" ? ["run", "executable"] : [program],
    cases,
    seconds: positive("seconds", text(flags.seconds) ?? "0.6"),
    rounds: Math.ceil(positive("rounds", text(flags.rounds) ?? "5")),
    write: flags.write === true,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1000)) {
    throw new Error(`--${name} is "${text}", expected a number above 0`);
  }
  return value;
}
