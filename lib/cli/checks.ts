/**
 * What can be checked of an app that does not run.
 *
 * @module
 */

import { Grant } from "../auth/grant.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import { denoStart } from "../extensions/deno_engine.ts";
import { type Finding, startedElsewhere } from "../extensions/doctor.ts";
import { commandMissing } from "../extensions/doctor_output.ts";

/** One thing that was looked at. */
export interface Check {
  id: string;
  ok: boolean;
  detail: string;
  /** What to do; empty where nothing is wrong. */
  advice: string;
}

/** Whether the host could listen. @param port 0: any, which always works */
export function checkPort(port: number): Check {
  const fine = { id: "port", ok: true, advice: "" };
  if (port === 0) return { ...fine, detail: "the system chooses one" };
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return { ...fine, detail: `${port} is free` };
  } catch (error) {
    return {
      id: "port",
      ok: false,
      detail: `${port} cannot be listened at: ${(error as Error).message}`,
      advice:
        'End the program that has it (is it the host, without "exportAuthInfo"?), or choose another "port"; 0 takes any.',
    };
  }
}

/** Whether the programs that an extension's command begins with are there. */
export async function checkExtension(
  entry: ExtensionEntry,
  { authInfoExported, os = Deno.build.os }: {
    authInfoExported: boolean;
    os?: typeof Deno.build.os;
  },
): Promise<Finding | undefined> {
  const { command, script, env, cwd } = entry;
  if (command === undefined) {
    return authInfoExported ? undefined : startedElsewhere({ command, authInfoExported });
  }
  if (cwd !== undefined && !(await isFolder(cwd))) {
    return {
      id: "cannot-start",
      verdict: `There is no folder "${cwd}" to start it in.`,
      detail: '"cwd" in its entry',
      advice: 'Make it, or change "cwd".',
    };
  }
  if (script !== undefined) return await checkScript({ ...entry, script });
  const path = env.PATH ?? Deno.env.get("PATH") ?? "";
  for (const program of programsOf(command)) {
    if (await isThere(program, { path, cwd: cwd ?? ".", os })) continue;
    return commandMissing(program, command, path);
  }
}

/** Whether the script of one with an engine is there, and what runs it. */
async function checkScript(
  entry: ExtensionEntry & { script: string },
): Promise<Finding | undefined> {
  try {
    await denoStart(entry, new Grant([]));
  } catch (error) {
    return {
      id: "cannot-start",
      verdict: "It cannot be started.",
      detail: (error as Error).message,
      advice: 'Put "script" or "denoBinary" in its entry right, or install Deno.',
    };
  }
}

/** Words that a shell knows itself, as far as commands of extensions begin with them. */
const BUILTIN = new Set(
  ("cd exec env if then else fi while until do done for case esac { } ! . : [ test eval export set " +
    "echo printf read true false exit trap ulimit umask unset wait source call start @echo rem")
    .split(" "),
);

/** What stands between `&&`, `||`, `;`, `|` and line ends, as far as these are not quoted. */
const PARTS = /(?:"[^"]*"|'[^']*'|(?<!&)&(?!&)|[^&;|\n"'])+/g;

/**
 * The programs in shell text, as far as they can be told without running it: the first words of its
 * parts. Those behind variables and the like are left out.
 *
 * @example
 * ```ts
 * import { programsOf } from "./checks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(programsOf("cd ext && A=1 node main.js | 'my tee' x"), ["node", "my tee"]);
 * ```
 */
export function programsOf(command: string): string[] {
  const programs: string[] = [];
  for (const [part] of command.matchAll(PARTS)) {
    const word = /^(?:\s|\(|[A-Za-z_]\w*=\S*\s|exec\s|env\s)*("[^"]*"|'[^']*'|[^\s"']+)/.exec(part)
      ?.[1] ?? "";
    const name = word.replace(/^["']|["']$/g, "");
    if (name !== "" && !BUILTIN.has(name) && !/[$`(){}<>*?&\\=]/.test(name)) programs.push(name);
  }
  return programs;
}

async function isThere(
  program: string,
  { path, cwd, os }: { path: string; cwd: string; os: typeof Deno.build.os },
): Promise<boolean> {
  const windows = os === "windows";
  const endings = windows ? ["", ".exe", ".cmd", ".bat", ".com"] : [""];
  const named = program.includes("/") || (windows && program.includes("\\"));
  const absolute = /^(?:\/|[A-Za-z]:)/.test(program);
  const folders = !named ? path.split(windows ? ";" : ":") : absolute ? [""] : [cwd];
  if (windows && !named) folders.unshift(cwd);
  for (const folder of folders) {
    for (const ending of endings) {
      const file = folder === "" ? program + ending : `${folder}/${program}${ending}`;
      const info = await Deno.stat(file).catch(() => undefined);
      if (info?.isFile && (windows || ((info.mode ?? 0o111) & 0o111) !== 0)) return true;
    }
  }
  return false;
}

async function isFolder(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => undefined))?.isDirectory === true;
}
