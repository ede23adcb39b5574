/**
 * Where facts about a machine come from.
 *
 * @module
 */

import { settlesWithin } from "../process/clock.ts";

/** What the operating systems without `/proc` and `/sys` are asked through. */
export type SystemInformation = Pick<
  typeof import("systeminformation"),
  "blockDevices" | "cpu" | "diskLayout" | "fsSize" | "graphics" | "uuid"
>;

/** A machine to ask; the one that this runs on by default. */
export interface MachineSource {
  os?: typeof Deno.build.os;
  /** Folder that holds `proc`, `sys` and `etc` on Linux. Default `""`, the real ones. */
  root?: string;
  /** Asked on Windows and macOS. */
  systemInformation?: () => Promise<SystemInformation>;
}

/** A source with everything that was left out. */
export function machine(source: MachineSource = {}): Required<MachineSource> {
  return {
    os: Deno.build.os,
    root: "",
    // Large, and nothing else needs it.
    systemInformation: async () => (await import("systeminformation")).default,
    ...source,
  };
}

/** How long the programs that the package asks may take, milliseconds. */
const ANSWER_MS = 30_000;

/**
 * Asks the package. Some of the programs behind it can hang.
 *
 * @throws {Error} when there is no answer in time
 */
export async function ask<T>(
  source: Required<MachineSource>,
  question: (system: SystemInformation) => Promise<T>,
): Promise<T> {
  const answer = question(await source.systemInformation());
  if (await settlesWithin(answer, ANSWER_MS)) return await answer;
  throw new Error(`The system told nothing within ${ANSWER_MS} ms`);
}

/** A text without surrounding space; `undefined` where there is none or it cannot be read. */
export async function readTrimmed(path: string): Promise<string | undefined> {
  const text = await Deno.readTextFile(path).catch(() => "");
  // Some of the kernel's texts are padded with NUL.
  return text.replaceAll("\0", "").trim() || undefined;
}

/** Names in a folder in natural order, `sda2` before `sda10`; none where it cannot be read. */
export async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch {
    return [];
  }
  return names.sort(new Intl.Collator("en", { numeric: true }).compare);
}
