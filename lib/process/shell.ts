/**
 * Shell text as a program and its arguments (contracts: Neutralino 4.1, 6.10).
 *
 * @module
 */

/** An operating system, as `Deno.build.os` names it. */
export type OperatingSystem = typeof Deno.build.os;

/** A program and its argument vector. */
export interface CommandLine {
  program: string;
  args: string[];
  /** Windows: the arguments are handed over as they are, unquoted. */
  windowsRawArguments?: true;
}

/**
 * The command line that runs `command` in the shell of the operating system. The text is not
 * looked at: quotes, `&&` and variables are the shell's business.
 *
 * `cmd.exe` drops the outer pair of quotes (`/s`) and takes everything between them literally, so
 * the text must reach it without the quoting Windows programs usually expect.
 *
 * @example
 * ```ts
 * import { shellCommand } from "./shell.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shellCommand("echo hi", { os: "linux" }), {
 *   program: "/bin/sh",
 *   args: ["-c", "echo hi"],
 * });
 * ```
 */
export function shellCommand(
  command: string,
  { os = Deno.build.os }: { os?: OperatingSystem } = {},
): CommandLine {
  if (os === "windows") {
    return {
      program: "cmd.exe",
      args: ["/d", "/s", "/c", `"${command}"`],
      windowsRawArguments: true,
    };
  }
  return { program: "/bin/sh", args: ["-c", command] };
}
