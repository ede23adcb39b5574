/**
 * Starting a shell for a caller (contracts: Neutralino 6.10, "Processes").
 *
 * @module
 */

import { type ProcessGroup, type SpawnCommand, spawnGroup } from "./process_group.ts";
import { type CommandLine, type OperatingSystem, shellCommand } from "./shell.ts";

/** What a caller asks for. */
export interface ShellCall {
  /** Shell text. */
  command: string;
  /** `""`: the host's. */
  cwd: string;
  /** The whole environment; without members: the host's. */
  envs: Record<string, string>;
}

/** Where the three streams go, and whether the shell may outlive the host. */
export type ShellStreams =
  & Required<Pick<SpawnCommand, "stdin" | "stdout" | "stderr">>
  & Pick<SpawnCommand, "outlives">;

/**
 * Starts the shell. In a folder that cannot be entered nothing of the command runs: the shell says
 * so on stderr and ends with code 2.
 */
export function startShell(
  { command, cwd, envs }: ShellCall,
  streams: ShellStreams,
): ProcessGroup {
  const environment = Object.keys(envs).length === 0 ? {} : { env: envs, clearEnv: true };
  const start = (line: CommandLine, folder: { cwd?: string } = {}) =>
    spawnGroup({ ...line, ...streams, ...environment, ...folder });
  if (cwd === "") return start(shellCommand(command));
  try {
    return start(shellCommand(command), { cwd });
  } catch {
    return start(noSuchFolder(cwd));
  }
}

// No `cd`: with `-` or CDPATH it would go to another folder and say which on stdout.
const COMPLAINT = `printf "sh: 1: cd: can't cd to %s\\n" "$1" >&2; exit 2`;

/** The shell complaining about a folder. It gets the name as an argument, never as shell text. */
export function noSuchFolder(folder: string, os: OperatingSystem = Deno.build.os): CommandLine {
  return os === "windows"
    ? shellCommand("echo The system cannot find the path specified.>&2& exit 2", { os })
    : { program: "/bin/sh", args: ["-c", COMPLAINT, "sh", folder] };
}
