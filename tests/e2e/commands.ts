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
export async function outriggerRaw(...words: string[]): Promise<Outcome> {
  const [program, ...args] = HOST;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args, ...words],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
