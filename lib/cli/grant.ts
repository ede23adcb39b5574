/**
 * `outrigger grant ID...`: accepting what extensions ask for (lib/extensions/grant_lock.ts).
 *
 * @module
 */

import { type Command, EXIT, PATH } from "./command.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import { StartError } from "../errors.ts";
import {
  type Granted,
  granted,
  isIntact,
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

/** What a grant changes for one extension; each line is a key and its value. */
export interface GrantChange {
  id: string;
  change: "first" | "wider" | "narrower" | "none";
  /** Granted before and not any more. */
  removed: string[];
  /** Granted from now on. */
  added: string[];
}

const TOLD: Record<GrantChange["change"], string> = {
  first: "granted for the first time",
  wider: "wider",
  narrower: "narrower",
  none: "nothing new",
};

const nowhere = () => {};

/**
 * Prints what is new about the extensions' demands and writes it to the lock.
 *
 * @param args ids, `--all`, `--json`, and flags of the host such as `--path=...`
 * @returns the exit code: 0, 1 when something the user gave cannot be used, 2 without an id
 */
export async function runGrant(
  args: readonly string[],
  output: GrantOutput = { out: (line) => console.log(line), err: (line) => console.error(line) },
): Promise<number> {
  const ids = args.filter((arg) => !arg.startsWith("-"));
  const all = args.includes("--all");
  if (ids.length === 0 && !all) {
    output.err("outrigger: Name the extensions to grant, or pass --all");
    return EXIT.usage;
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
    const changes: GrantChange[] = [];
    for (const id of all ? entries.keys() : new Set(ids)) {
      const after = granted(entries.get(id)!.demand!);
      const before = lock.get(id);
      changes.push(difference(id, isIntact(before) ? before : undefined, after));
      lock.set(id, after);
    }
    // With all of them accepted, those that are gone have nothing any more.
    if (all) { for (const id of [...lock.keys()]) if (!entries.has(id)) lock.delete(id); }
    await writeLock(path, lock);
    if (args.includes("--json")) {
      output.out(JSON.stringify({ file: path, extensions: changes }, null, 2));
    } else output.out([...changes.flatMap(textOf), `Written to ${path}`].join("\n"));
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    output.err(`outrigger: ${error.message}`);
    return EXIT.failed;
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

function difference(id: string, before: Granted | undefined, after: Granted): GrantChange {
  if (before?.hash === after.hash) return { id, change: "none", removed: [], added: [] };
  const [old, now] = [before === undefined ? [] : linesOf(before), linesOf(after)];
  return {
    id,
    change: before === undefined ? "first" : wider(after, before).length > 0 ? "wider" : "narrower",
    removed: old.filter((line) => !now.includes(line)),
    added: now.filter((line) => !old.includes(line)),
  };
}

function textOf({ id, change, removed, added }: GrantChange): string[] {
  return [
    `${id}: ${TOLD[change]}`,
    ...removed.map((line) => `  - ${line}`),
    ...added.map((line) => `  + ${line}`),
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
      ...["all", "json"].filter((name) => input.flag(name)).map((name) => `--${name}`),
      ...(path === undefined ? [] : [`--path=${path}`]),
    ];
    const out = (line: string) => terminal.print(line);
    return runGrant(args, { out, err: (line) => terminal.note(line) });
  },
};
