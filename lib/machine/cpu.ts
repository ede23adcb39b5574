/**
 * The processor (contracts: Neutralino 6.3).
 *
 * @module
 */

import { architecture } from "./names.ts";
import { ask, machine, type MachineSource, readTrimmed } from "./source.ts";

/** What `computer.getCPUInfo` gives; unknown texts are empty. */
export interface CpuInfo {
  vendor: string;
  model: string;
  /** Hertz; 0 where unknown. */
  frequency: number;
  /** As `computer.getArch` has it. */
  architecture: string;
  logicalThreads: number;
  physicalCores: number;
  /** Packages. */
  physicalUnits: number;
}

/** Makers of ARM processors by the number in /proc/cpuinfo. */
const IMPLEMENTERS = new Map([["0x41", "ARM"], ["0x51", "Qualcomm"], ["0x61", "Apple"]]);

/** What `computer.getCPUInfo` gives. */
export async function cpuInfo(source?: MachineSource): Promise<CpuInfo> {
  const asked = machine(source);
  const { os, root } = asked;
  if (os === "linux") {
    const maxFrequency = `${root}/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq`;
    return parseCpuInfo(await readTrimmed(`${root}/proc/cpuinfo`) ?? "", {
      maxKilohertz: Number(await readTrimmed(maxFrequency) ?? 0),
    });
  }
  const cpu = await ask(asked, (system) => system.cpu());
  return {
    vendor: cpu.vendor || cpu.manufacturer,
    model: `${cpu.manufacturer} ${cpu.brand}`.trim(),
    frequency: Math.round(cpu.speed * 1e9),
    architecture: architecture(),
    logicalThreads: cpu.cores || navigator.hardwareConcurrency,
    physicalCores: cpu.physicalCores || cpu.cores || navigator.hardwareConcurrency,
    physicalUnits: cpu.processors || 1,
  };
}

/**
 * The members of /proc/cpuinfo, whose names depend on the architecture.
 *
 * @param options.maxKilohertz used where the text tells no frequency
 */
export function parseCpuInfo(
  text: string,
  { maxKilohertz = 0 }: { maxKilohertz?: number } = {},
): CpuInfo {
  const processors = text.split(/\n\s*\n/).map(members).filter((one) => one.has("processor"));
  // ARM tells of the machine in a block of its own.
  const all = new Map(text.split(/\n\s*\n/).flatMap((block) => [...members(block)]));
  const first = processors[0] ?? all;
  const implementer = all.get("CPU implementer");
  const cores = new Set<string>();
  const units = new Set<string>();
  for (const processor of processors) {
    const unit = processor.get("physical id") ?? "0";
    units.add(unit);
    const core = processor.get("core id");
    if (core !== undefined) cores.add(`${unit} ${core}`);
  }
  const logicalThreads = processors.length || navigator.hardwareConcurrency;
  return {
    vendor: first.get("vendor_id") ??
      (implementer === undefined ? "" : IMPLEMENTERS.get(implementer) ?? implementer),
    model: first.get("model name") ?? all.get("Model") ?? all.get("Hardware") ?? "",
    frequency: Math.round(Number(first.get("cpu MHz") ?? 0) * 1e6) || maxKilohertz * 1000,
    architecture: architecture(),
    logicalThreads,
    // Without core ids nothing tells threads from cores.
    physicalCores: cores.size || logicalThreads,
    physicalUnits: units.size || 1,
  };
}

function members(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/^([^:\n]+?)\s*:[^\S\n]*(.*)$/gm)].map((m) => [m[1]!, m[2]!.trim()]),
  );
}
