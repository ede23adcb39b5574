/**
 * What is measured: programs in their two forms, source and executable.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";

/** Bare programs that the host is held against. */
export const BASELINES = [
  "echo",
  "echo_at_once",
  "relay",
  "relay_with_replies",
  "fanout",
  "empty",
  "file",
  "files",
  "files_at_once",
  "json",
  "processes",
  "large_texts",
] as const;
export type BaselineName = typeof BASELINES[number];

/** A command that can be started. */
export interface StartCommand {
  program: string;
  args: string[];
}

/** The host and its baselines, all in the same form. */
export interface Program extends AsyncDisposable {
  name: "run" | "executable";
  /** For the report. */
  description: string;
  host: StartCommand;
  baseline(name: BaselineName): StartCommand;
  /** An empty `Deno.serve`, compiled where that is possible: what a start is held against. */
  quickest: StartCommand;
}

/** It cannot be measured here; the message says why. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const COMPILE_DEADLINE_MS = 120_000;
/** As `.ci/compile.ts` has them. */
const COMPILE_FLAGS = [
  "--allow-all",
  "--no-prompt",
  "--no-code-cache",
];

/**
 * Source, run by the Deno that runs this.
 *
 * @param compiled the other form, if there is one
 */
export function sourceProgram(compiled?: Program): Program {
  const command = (...path: string[]): StartCommand => ({
    program: Deno.execPath(),
    args: ["run", "-A", join(ROOT, ...path)],
  });
  return {
    name: "run",
    description: `\`deno run -A\` of Deno ${Deno.version.deno}, host and baselines`,
    host: command("main.ts"),
    baseline: (name) => command("bench", "baselines", `${name}.ts`),
    quickest: compiled?.quickest ?? command("bench", "baselines", "empty.ts"),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * The executable, and baselines compiled now by the same compiler with the same flags.
 *
 * @throws {Unavailable} when there is no executable, or nothing can be compiled
 */
export async function compiledProgram(): Promise<Program> {
  const host = Deno.env.get("OUTRIGGER_BIN") ?? join(ROOT, "dist", executable("outrigger"));
  try {
    await Deno.stat(host);
  } catch {
    throw new Unavailable(`there is no ${host}; "deno task compile" makes dist/outrigger`);
  }
  const compiler = Deno.env.get("OUTRIGGER_COMPILER") ??
    (Deno.env.has("DENORT_BIN") ? "npx -y deno@2.6.8" : Deno.execPath());
  const words = compiler.split(" ");
  const folder = await Deno.makeTempDir({ prefix: "outrigger-bench-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  let version: string;
  try {
    version = (await output(words, ["--version"])).split("\n")[0]!;
    for (const name of BASELINES) {
      await output(words, [
        "compile",
        "--quiet",
        ...COMPILE_FLAGS,
        `--output=${join(folder, executable(name))}`,
        join(ROOT, "bench", "baselines", `${name}.ts`),
      ]);
    }
  } catch (error) {
    await remove();
    throw new Unavailable(`baselines cannot be compiled: ${(error as Error).message}`);
  }
  const base = Deno.env.has("DENORT_BIN") ? ", runtime base from DENORT_BIN" : "";
  return {
    name: "executable",
    description: `executables; baselines compiled by ${version}${base}`,
    host: { program: host, args: [] },
    baseline: (name) => ({ program: join(folder, executable(name)), args: [] }),
    quickest: { program: join(folder, executable("empty")), args: [] },
    [Symbol.asyncDispose]: remove,
  };
}

function executable(name: string): string {
  return Deno.build.os === "windows" ? `${name}.exe` : name;
}

async function output([program, ...first]: string[], args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program!, {
    args: [...first, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(COMPILE_DEADLINE_MS),
  }).output();
  if (success) return new TextDecoder().decode(stdout);
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  throw new Error(lines.find((line) => line.startsWith("error")) ?? lines.at(-1)!);
}
