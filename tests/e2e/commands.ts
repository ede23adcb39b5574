/**
 * Runs the program's commands.
 *
 * @module
 */

import { HOST } from "./program.ts";

/** How a command ended and what it printed. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `outrigger ...` for the app in a folder. */
export async function outrigger(folder: string, ...words: string[]): Promise<Outcome> {
  const [name = "", ...rest] = words;
  return await outriggerRaw(name, ...rest, `--path=${folder}`);
}

/** The same, of no app. */
export function outriggerRaw(...words: string[]): Promise<Outcome> {
  return outriggerWith(words);
}

/** The same. @param options.input what it reads; default nothing */
export async function outriggerWith(
  words: readonly string[],
  { cwd, input, env = {} }: { cwd?: string; input?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const [program, ...args] = HOST;
  const child = new Deno.Command(program, {
    args: [...args, ...words],
    ...(cwd === undefined ? {} : { cwd }),
    env: { NO_COLOR: "1", ...env },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
