/**
 * Moving something to the user's trash (contracts: Neutralino 6.10, `os.trashItem`).
 *
 * @module
 */

import { settlesWithin } from "../process/clock.ts";
import type { CommandLine, OperatingSystem } from "../process/shell.ts";
import { moveToTrashFolder, type TrashFolders } from "./trash_folder.ts";

/** A program with what its environment has besides the host's. */
export interface TrashProgram extends CommandLine {
  env?: Record<string, string>;
}

/** What {@linkcode moveToTrash} depends on. */
export interface TrashOptions {
  os?: OperatingSystem;
  /** Where the trash is. Windows and macOS know it themselves. */
  folders: TrashFolders;
  /** Runs a program to its end; whether it succeeded. */
  run?: (program: TrashProgram) => Promise<boolean>;
}

/** A platform's own way may wait for a slow disk; it is given up after this, milliseconds. */
const PLATFORM_MS = 60_000;

/**
 * Moves a file, folder or link to the trash; a link goes there itself, not what it points to.
 *
 * @throws {Error} when it is not there or cannot be moved; then it is where it was
 */
export async function moveToTrash(path: string, options: TrashOptions): Promise<void> {
  const { os = Deno.build.os, folders, run = runProgram } = options;
  if (os !== "windows" && os !== "darwin") return await moveToTrashFolder(path, folders);
  if (path === "") throw new TypeError("a path is needed");
  await Deno.lstat(path);
  const absolute = isAbsolute(path, os) ? path : `${Deno.cwd()}/${path}`;
  const program = os === "windows" ? windowsTrash(absolute) : macTrash(absolute);
  if (!await run(program)) throw new Error(`"${program.program}" did not move it`);
}

function isAbsolute(path: string, os: OperatingSystem): boolean {
  return path.startsWith("/") || (os === "windows" && /^([A-Za-z]:)?[\\/]/.test(path));
}

const MAC_SCRIPT = `
ObjC.import("Foundation");
function run([path]) {
  const url = $.NSURL.fileURLWithPath(path);
  if (!$.NSFileManager.defaultManager.trashItemAtURLResultingItemURLError(url, null, null)) {
    throw new Error("not moved");
  }
}`;

/** The system's own call, which also knows the trash of other volumes and "Put back". */
function macTrash(path: string): TrashProgram {
  return { program: "/usr/bin/osascript", args: ["-l", "JavaScript", "-e", MAC_SCRIPT, path] };
}

const WINDOWS_SCRIPT = `
$ErrorActionPreference = "Stop"
Add-Type -AssemblyName Microsoft.VisualBasic
$path = $env:OUTRIGGER_TRASH_PATH
$files = [Microsoft.VisualBasic.FileIO.FileSystem]
if (Test-Path -LiteralPath $path -PathType Container) {
  $files::DeleteDirectory($path, "OnlyErrorDialogs", "SendToRecycleBin")
} else {
  $files::DeleteFile($path, "OnlyErrorDialogs", "SendToRecycleBin")
}`;

/** The path is in the environment, never in the text of the script. */
function windowsTrash(path: string): TrashProgram {
  return {
    program: "powershell.exe",
    args: ["-NoProfile", "-NonInteractive", "-Command", WINDOWS_SCRIPT],
    env: { OUTRIGGER_TRASH_PATH: path.replaceAll("/", "\\") },
  };
}

async function runProgram({ program, args, env = {} }: TrashProgram): Promise<boolean> {
  const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
  const child = new Deno.Command(program, { args, env, ...streams }).spawn();
  if (!await settlesWithin(child.status, PLATFORM_MS)) child.kill("SIGKILL");
  return (await child.status).success;
}
