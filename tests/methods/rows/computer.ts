import { type Table } from "../conformance.ts";

export const computer: Table = {
  name: "computer",
  rows: () => [
    ["computer.getArch", {}, { satisfies: (arch: string) => ["x64", "arm"].includes(arch) }],
    ["computer.getHostname", {}, { gives: Deno.hostname() }],
    ["computer.getKernelInfo", {}, {
      satisfies: ({ variant, version }: { variant: string; version: string }) =>
        ["Linux", "Darwin", "Windows NT"].includes(variant) && /^\d+\.\d+\.\d+-\d+$/.test(version),
    }],
    ["computer.getOSInfo", {}, {
      satisfies: (info: { name: string; description: string; version: string }) =>
        info.name !== "" && info.description.includes(info.name.split(" ")[0]!) &&
        /^\d+\.\d+\.\d+-\d+$/.test(info.version),
    }],
    ["computer.getMemoryInfo", {}, {
      satisfies: (
        { physical, virtual }: Record<"physical" | "virtual", { total: number; available: number }>,
      ) =>
        physical.total > 2 ** 26 && physical.available > 0 &&
        physical.available < physical.total && virtual.total > 0,
    }],
  ],
};
