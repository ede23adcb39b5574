/**
 * Measures the host against bare Deno.
 *
 * @module
 */

import { AppFolder } from "./app_folder.ts";
import type { Case } from "./bench.ts";
import { broadcast } from "./cases/broadcast.ts";
import { extensionCalls, supervision } from "./cases/extension_calls.ts";
import { files } from "./cases/files.ts";
import { firstCall } from "./cases/first_call.ts";
import { idleMemory, reconnects } from "./cases/memory.ts";
import { packageApi, packageInstall } from "./cases/packages.ts";
import { payload } from "./cases/payload.ts";
import { pipelined } from "./cases/pipelined.ts";
import { roundTrip } from "./cases/round_trip.ts";
import { staticFiles } from "./cases/static_files.ts";
import { waits } from "./cases/waits.ts";
import { type BenchOptions, parseOptions } from "./options.ts";
import { compiledProgram, type Program, sourceProgram, Unavailable } from "./programs.ts";
import { readme } from "./readme.ts";
import { notes, type Row, table } from "./report.ts";

const CASES: readonly Case[] = [
  pipelined,
  broadcast,
  roundTrip,
  firstCall,
  idleMemory,
  reconnects,
  staticFiles,
  payload,
  files,
  waits,
  extensionCalls,
  supervision,
  packageApi,
  packageInstall,
];

/** What a run brought. */
interface Outcome {
  rows: Row[];
  programs: string[];
  skipped: string[];
  failed: boolean;
}

if (import.meta.main) {
  let options: BenchOptions;
  try {
    options = parseOptions(Deno.args, CASES.map(({ name }) => name));
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    Deno.exit(1);
  }
  const cases = CASES.filter(({ name }) =>
    options.cases.length === 0 || options.cases.includes(name)
  );
  const outcome: Outcome = { rows: [], programs: [], skipped: [], failed: false };
  await using compiled = await compiledUnlessUnavailable(options, outcome);
  for (const name of options.programs) {
    const program = name === "run" ? sourceProgram(compiled) : compiled;
    if (program !== undefined) await measureProgram(program, cases, options, outcome);
  }
  const { rows, programs, skipped, failed } = outcome;
  console.log(
    [table(rows), ...notes(rows)].join("\n"),
  );
  if (options.write) {
    await Deno.writeTextFile(
      new URL("README.md", import.meta.url),
      readme({
        command: ["deno task bench", ...Deno.args].join(" "),
        date: new Date(),
        programs,
        skipped,
        cases,
        rows,
      }),
    );
  }
  Deno.exit(failed ? 1 : 0);
}

async function compiledUnlessUnavailable(
  { programs }: BenchOptions,
  outcome: Outcome,
): Promise<Program | undefined> {
  try {
    return await compiledProgram();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (!programs.includes("executable")) return undefined;
    outcome.skipped.push("executable");
    console.error(`executable left out: ${error.message}`);
    // Nobody asked for it by name when both are the default.
    if (programs.length === 1) outcome.failed = true;
    return undefined;
  }
}

async function measureProgram(
  program: Program,
  cases: readonly Case[],
  { rounds, seconds }: BenchOptions,
  outcome: Outcome,
): Promise<void> {
  const { name } = program;
  await using app = await AppFolder.create();
  outcome.programs.push(`${name}: ${program.description}`);
  for (const { name: caseName, run } of cases) {
    const start = performance.now();
    try {
      const findings = await run({ program, app, rounds, seconds });
      outcome.rows.push(...findings.map((finding) => ({ case: caseName, program: name, finding })));
      console.error(`${name} ${caseName}: ${Math.round(performance.now() - start)} ms`);
    } catch (error) {
      outcome.failed = true;
      console.error(`${name} ${caseName} failed: ${(error as Error).message}`);
    }
  }
}
