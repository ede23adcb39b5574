/**
 * Finding programs on PATH without a shell.
 *
 * @module
 */

type OperatingSystem = typeof Deno.build.os;

/** Where programs are looked for. */
export interface ProgramWorld {
  env(name: string): string | undefined;
  os: OperatingSystem;
  /** Whether a path is a file that can be started. Default: looks at the file. */
  isProgram?(path: string): Promise<boolean>;
}

/** This machine. */
export const THIS_MACHINE: ProgramWorld = { env: (name) => Deno.env.get(name), os: Deno.build.os };

/** Endings that Windows starts without a shell or an interpreter; others in PATHEXT do not count. */
const STARTED_ON_WINDOWS = [".com", ".exe", ".bat", ".cmd"];

/**
 * The path of a program of that name. Folders that PATH names relative to the working directory do not
 * count: what lies there is not for us to run.
 *
 * @param name without folders; on Windows with or without an ending
 * @returns `undefined` when there is none
 */
export async function findOnPath(name: string, world: ProgramWorld): Promise<string | undefined> {
  if (/[/\\\0]/.test(name) || name === "") return undefined;
  for (const folder of pathFolders(world)) {
    const found = await findProgram(`${folder.replace(/[/\\]$/, "")}/${name}`, world);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The program at a path, on Windows with an ending of PATHEXT where the path has none. */
export async function findProgram(path: string, world: ProgramWorld): Promise<string | undefined> {
  const isProgram = world.isProgram ?? ((path) => isStartable(path, world.os));
  for (const ending of endings(path, world)) {
    if (await isProgram(path + ending)) return path + ending;
  }
  return undefined;
}

function endings(path: string, { os, env }: ProgramWorld): string[] {
  if (os !== "windows") return [""];
  const lower = path.toLowerCase();
  if (STARTED_ON_WINDOWS.some((ending) => lower.endsWith(ending))) return [""];
  return (env("PATHEXT") || STARTED_ON_WINDOWS.join(";")).split(";")
    .map((ending) => ending.trim().toLowerCase())
    .filter((ending) => STARTED_ON_WINDOWS.includes(ending));
}

function pathFolders({ env, os }: ProgramWorld): string[] {
  const windows = os === "windows";
  return (env("PATH") ?? "").split(windows ? ";" : ":")
    .map((folder) => windows ? folder.replace(/^"(.*)"$/, "$1") : folder)
    .filter((folder) => isAbsolutePath(folder, os));
}

/** Whether a path says by itself where it is. */
export function isAbsolutePath(path: string, os: OperatingSystem): boolean {
  return os === "windows" ? /^([A-Za-z]:[/\\]|\\\\)/.test(path) : path.startsWith("/");
}

async function isStartable(path: string, os: OperatingSystem): Promise<boolean> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (!info?.isFile) return false;
  return os === "windows" || info.mode === null || (info.mode & 0o111) !== 0;
}
