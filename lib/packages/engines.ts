/**
 * The programs that run extensions (contracts: AirDC++ 4).
 *
 * @module
 */

import {
  findOnPath,
  findProgram,
  isAbsolutePath,
  type ProgramWorld,
  THIS_MACHINE,
} from "../process/find_program.ts";

/** One entry of the setting `extension_engines`. */
export interface Engine {
  /** As packages name it. */
  name: string;
  /** Programs, separated by `;`; the first that exists is used. */
  command: string;
  /** Stand before the script. */
  arguments: readonly string[];
}

/** Where engines are looked for. */
export interface EngineWorld extends ProgramWorld {
  /** What `./` in a command stands for: the application's own folder. */
  appFolder: string;
}

/** An engine that was found. */
export interface ResolvedEngine {
  name: string;
  /** The path of the program. */
  program: string;
  /** Arguments that stand before the script. */
  args: string[];
}

/** The engine that Deno itself keeps within a package's rights. */
export const DENO_ENGINE = "deno";

/**
 * Engines that are known where nobody configured others. `deno` is this host's own.
 *
 * @example
 * ```ts
 * import { defaultEngines } from "./engines.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultEngines("linux")[0], {
 *   name: "node",
 *   command: "nodejs;node",
 *   arguments: [],
 * });
 * ```
 */
export function defaultEngines(os: typeof Deno.build.os = Deno.build.os): Engine[] {
  const node = os === "windows" ? "./Node.js/node.exe;node" : "nodejs;node";
  return [
    { name: "node", command: node, arguments: [] },
    { name: "python3", command: "python3;python", arguments: [] },
    { name: DENO_ENGINE, command: "deno", arguments: [] },
  ];
}

/** This machine, with `./` beside the executable. */
export function engineWorld(appFolder: string): EngineWorld {
  return { ...THIS_MACHINE, appFolder };
}

/**
 * The program for a package. PATH is searched directly; no shell sees a command (4, HOST).
 *
 * @param names of the engines that the package can be run by, best first
 * @param engines those that are configured
 * @throws {Error} when none of them is configured and there
 */
export async function resolveEngine(
  names: readonly string[],
  engines: readonly Engine[],
  world: EngineWorld,
): Promise<ResolvedEngine> {
  const problems: string[] = [];
  for (const name of names) {
    const engine = engines.find((one) => one.name === name);
    if (engine === undefined) {
      problems.push(`"${name}" is not configured`);
      continue;
    }
    const found = await findEngine(engine, world);
    if ("program" in found) return { name, program: found.program, args: [...engine.arguments] };
    problems.push(`"${name}": ${found.problem}`);
  }
  const wanted = names.map((name) => `"${name}"`).join(" or ") || "an engine, and names none";
  const path = problems.some((problem) => problem.includes("PATH"))
    ? ` (PATH is ${world.env("PATH") ?? "not set"})`
    : "";
  throw new Error(`It needs ${wanted}; ${problems.join("; ") || "nothing was tried"}${path}`);
}

/**
 * Which engines are there: for each name the command that was found, `null` for none. Other than in
 * the original it is the commands that are tested and not the name (4, HOST).
 */
export async function engineStatus(
  engines: readonly Engine[],
  world: EngineWorld,
): Promise<Record<string, string | null>> {
  const found = await Promise.all(engines.map(async (engine) => {
    const result = await findEngine(engine, world);
    return [engine.name, "program" in result ? result.command : null] as const;
  }));
  // The first of a name is the one that is used.
  return Object.fromEntries(found.reverse());
}

type Found = { command: string; program: string } | { problem: string };

async function findEngine({ name, command }: Engine, world: EngineWorld): Promise<Found> {
  const commands = command.split(";").map((part) => part.trim()).filter((part) => part !== "");
  const named = name === DENO_ENGINE ? world.env("OUTRIGGER_DENO") || undefined : undefined;
  if (named !== undefined && commands.includes("deno")) {
    const program = await findProgram(named, world);
    if (program !== undefined) return { command: named, program };
    return { problem: `there is no Deno at "${named}", which OUTRIGGER_DENO names` };
  }
  const tried: string[] = [];
  for (const part of commands) {
    const program = await locate(part, world);
    if (program !== undefined) return { command: part, program };
    tried.push(`"${part}"`);
  }
  if (tried.length === 0) return { problem: "its command is empty" };
  const isNames = commands.some((part) => !/[/\\]/.test(part));
  return { problem: `there is no ${tried.join(" and no ")}${isNames ? " on PATH" : ""}` };
}

function locate(part: string, world: EngineWorld): Promise<string | undefined> {
  if (part.startsWith("./")) {
    return findProgram(`${world.appFolder.replace(/[/\\]$/, "")}/${part.slice(2)}`, world);
  }
  if (isAbsolutePath(part, world.os)) return findProgram(part, world);
  return findOnPath(part, world);
}
