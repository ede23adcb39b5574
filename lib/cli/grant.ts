/**
 * `outrigger grant ID...`: accepting what extensions ask for (lib/extensions/grant_lock.ts).
 *
 * @module
 */

import { type Command, PATH } from "./command.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import { StartError } from "../errors.ts";
import {
  type Granted,
  granted,
  LOCK_FILE,
  readLock,
  wider,
  writeLock,
} from "../extensions/grant_lock.ts";

/** Where text goes. */
export interface GrantOutput {
  out(line: string): void;
  err(line: string): void;
}

const USAGE = "Usage: outrigger grant ID... | --all [--path=<folder>]";
const nowhere = () => {};

/**
 * Prints what is new about the extensions' demands and writes it to the lock.
 *
 * @param args ids, `--all`, and flags of the host such as `--path=...`
 * @returns the exit code: 0, 1 when something the user gave cannot be used, 2 without an id
 */
export async function runGrant(
  args: readonly string[],
  output: GrantOutput = { out: (line) => console.log(line), err: (line) => console.error(line) },
): Promise<number> {
  const ids = args.filter((arg) => !arg.startsWith("-"));
  const all = args.includes("--all");
  if (ids.length === 0 && !all) {
    output.err(USAGE);
    return 2;
  }
  try {
    const loaded = await load(args, output);
    const entries = new Map((loaded.settings.extensions ?? []).map((entry) => [entry.id, entry]));
    const unknown = ids.filter((id) => !entries.has(id));
    if (unknown.length > 0) {
      const known = [...entries.keys()].join(", ") || "none";
      throw new StartError(
        `Cannot grant ${
          unknown.join(", ")
        }: the configuration has no such extension (it has ${known})`,
      );
    }
    const path = `${loaded.locations.dataPath}/${LOCK_FILE}`;
    const lock = await readLock(path);
    for (const id of all ? entries.keys() : ids) {
      const after = granted(entries.get(id)!.demand!);
      for (const line of difference(id, lock.get(id), after)) output.out(line);
      lock.set(id, after);
    }
    // With all of them accepted, those that are gone have nothing any more.
    if (all) { for (const id of [...lock.keys()]) if (!entries.has(id)) lock.delete(id); }
    await writeLock(path, lock);
    output.out(`Written to ${path}`);
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    output.err(`outrigger: ${error.message}`);
    return 1;
  }
}

async function load(args: readonly string[], { err }: GrantOutput): Promise<LoadedConfig> {
  const loaded = await loadConfig({
    args,
    execPath: Deno.execPath(),
    compiled: Deno.build.standalone,
    cwd: Deno.cwd(),
    env: (name) => Deno.env.get(name),
    os: Deno.build.os,
    log: { debug: nowhere, info: nowhere, warning: err, error: err },
  });
  await loaded.source[Symbol.asyncDispose]();
  return loaded;
}

/** Lines with `+` for what is granted from now on and `-` for what was granted before. */
export function difference(id: string, before: Granted | undefined, after: Granted): string[] {
  if (before?.hash === after.hash) return [`${id}: nothing new`];
  const [old, now] = [before === undefined ? [] : linesOf(before), linesOf(after)];
  const more = before === undefined || wider(after, before).length > 0;
  return [
    `${id}: ${before === undefined ? "granted for the first time" : more ? "wider" : "narrower"}`,
    ...old.filter((line) => !now.includes(line)).map((line) => `  - ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `  + ${line}`),
  ];
}

function linesOf({ run, within }: Granted): string[] {
  const lines = Object.entries(run).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  for (const { of, ...lists } of within) {
    for (const [key, value] of Object.entries(lists)) {
      lines.push(`${key} of ${of}: ${JSON.stringify(value)}`);
    }
  }
  return within.length === 0 ? [...lines, "every native method, without a bound"] : lines;
}

/** The command; see {@linkcode runGrant}. */
export const grant: Command = {
  name: "grant",
  words: "[ID...]",
  count: [0, 1000],
  summary: `Accept what extensions ask for, in ${LOCK_FILE}`,
  details: "A host started with --frozen gives them that and no more.",
  options: [{ name: "all", description: "Accept what every extension asks for" }, PATH],
  run(input, terminal) {
    const path = input.text("path");
    const args = [
      ...input.words,
      ...(input.flag("all") ? ["--all"] : []),
      ...(path === undefined ? [] : [`--path=${path}`]),
    ];
    const out = (line: string) => terminal.print(line);
    return runGrant(args, { out, err: (line) => console.error(line) });
  },
};
