/**
 * Memory (contracts: Neutralino 6.3).
 *
 * @module
 */

import { machine, type MachineSource, readTrimmed } from "./source.ts";

/** What `computer.getMemoryInfo` gives; bytes. */
export type MemoryInfo = Record<"physical" | "virtual", { total: number; available: number }>;

/** Bytes of the members of /proc/meminfo, which counts in units of 1024. */
export function parseMemoryInfo(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map((m) => [m[1]!, Number(m[2]) * 1024]),
  );
}

/** What `computer.getMemoryInfo` gives. Without `/proc`, swap stands for the virtual part. */
export async function memoryInfo(source?: MachineSource): Promise<MemoryInfo> {
  const { os, root } = machine(source);
  const text = os === "linux" ? await readTrimmed(`${root}/proc/meminfo`) : undefined;
  if (text === undefined) {
    const info = Deno.systemMemoryInfo();
    return {
      physical: { total: info.total, available: info.available },
      virtual: { total: info.total + info.swapTotal, available: info.available + info.swapFree },
    };
  }
  const info = parseMemoryInfo(text);
  const bytes = (name: string) => info.get(name) ?? 0;
  return {
    physical: { total: bytes("MemTotal"), available: bytes("MemAvailable") },
    virtual: {
      total: bytes("VmallocTotal"),
      available: bytes("VmallocTotal") - bytes("VmallocUsed"),
    },
  };
}
