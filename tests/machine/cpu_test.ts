import { assertEquals } from "@std/assert";
import { cpuInfo, parseCpuInfo } from "../../lib/machine/cpu.ts";
import { withMachine } from "./machine_tree.ts";

/** /proc/cpuinfo of processors with these members besides their number. */
function text(processors: Record<string, string | number>[]): string {
  return processors.map((members, index) =>
    Object.entries({ processor: index, ...members })
      .map(([name, value]) => `${name}\t: ${value}\n`).join("")
  ).join("\n");
}

/** Threads, cores and packages. */
function counts(processors: Record<string, string | number>[]): number[] {
  const info = parseCpuInfo(text(processors));
  return [info.logicalThreads, info.physicalCores, info.physicalUnits];
}

const place = (unit: number, core: number) => ({ "physical id": unit, "core id": core });

Deno.test("parseCpuInfo() counts cores by package and core id", () => {
  const cases: [expected: number[], processors: Record<string, number>[]][] = [
    [[4, 2, 1], [place(0, 0), place(0, 1), place(0, 0), place(0, 1)]],
    // Core ids begin anew in each package, and have gaps.
    [[4, 4, 2], [place(0, 0), place(0, 8), place(1, 0), place(1, 8)]],
    [[3, 3, 1], [{ "core id": 0 }, { "core id": 1 }, { "core id": 2 }]],
    [[2, 2, 1], [{}, {}]],
    [[2, 2, 1], [{ "physical id": 0 }, { "physical id": 0 }]],
  ];
  for (const [expected, processors] of cases) assertEquals(counts(processors), expected);
});

Deno.test("parseCpuInfo() reads x86", () => {
  const { vendor, model, frequency } = parseCpuInfo(text([{
    "vendor_id": "GenuineIntel",
    "model": 167,
    "model name": "Some CPU @ 2.60GHz: the best",
    "cpu MHz": "2599.998",
  }]));
  assertEquals(
    { vendor, model, frequency },
    { vendor: "GenuineIntel", model: "Some CPU @ 2.60GHz: the best", frequency: 2_599_998_000 },
  );
});

Deno.test("parseCpuInfo() reads ARM, whose frequency is elsewhere", async () => {
  const processors = text([{ "CPU implementer": "0x41", "CPU part": "0xd08" }, {}]);
  const machine = "Hardware\t: BCM2835\nModel\t\t: Raspberry Pi 4\n";
  await withMachine({
    "proc/cpuinfo": `${processors}\n${machine}`,
    "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "1800000",
  }, async (root) => {
    const { architecture: _, ...info } = await cpuInfo({ os: "linux", root });
    assertEquals(info, {
      vendor: "ARM",
      model: "Raspberry Pi 4",
      frequency: 1_800_000_000,
      logicalThreads: 2,
      physicalCores: 2,
      physicalUnits: 1,
    });
  });
});

Deno.test("cpuInfo() knows the number of threads where nothing can be read", async () => {
  await withMachine({}, async (root) => {
    const { architecture: _, ...info } = await cpuInfo({ os: "linux", root });
    const threads = navigator.hardwareConcurrency;
    assertEquals(info, {
      vendor: "",
      model: "",
      frequency: 0,
      logicalThreads: threads,
      physicalCores: threads,
      physicalUnits: 1,
    });
  });
});
