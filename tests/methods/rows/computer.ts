import { missing, type Row, type Table, WRONG_TYPE } from "../conformance.ts";

const fails = (fails: string, message: string): Row[2] => ({ fails, message });
const NO_CURSOR = fails("NE_CO_UNLTOSC", "Unable to set mouse cursor");
const NO_GRABBING = fails("NE_CO_UNLTOMG", "Unable to set mouse grabbing");
const NO_KEYS = fails("NE_CO_UNLTOSK", "Unable to send keys");

/** What every element of an answer must have, by name; `typeof` each. */
const shape = (types: Record<string, string>) => (list: Record<string, unknown>[]) =>
  list.every((one) =>
    Object.keys(one).sort().join() === Object.keys(types).sort().join() &&
    Object.entries(types).every(([name, type]) => typeof one[name] === type)
  );

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
    ["computer.getCPUInfo", {}, {
      satisfies: (cpu: Record<string, number>) =>
        shape({
          vendor: "string",
          model: "string",
          frequency: "number",
          architecture: "string",
          logicalThreads: "number",
          physicalCores: "number",
          physicalUnits: "number",
        })([cpu]) &&
        cpu.logicalThreads! >= cpu.physicalCores! && cpu.physicalCores! >= cpu.physicalUnits! &&
        cpu.physicalUnits! >= 1,
    }],
    ["computer.getGPUInfo", {}, {
      satisfies: shape({
        id: "number",
        deviceId: "string",
        vendorId: "string",
        vendor: "string",
        dedicatedMemory: "number",
        sharedMemory: "number",
      }),
    }],
    ["computer.getDisks", {}, {
      satisfies: shape({
        id: "number",
        vendor: "string",
        model: "string",
        serial: "string",
        mountPoint: "string",
        total: "number",
        free: "number",
      }),
    }],
    ["computer.getMachineId", {}, {
      satisfies: (id: string) => typeof id === "string" && id === id.trim(),
    }],
    ["computer.getNetworkInterfaces", {}, {
      satisfies: (interfaces: Record<string, Record<string, unknown>[]>) =>
        Object.keys(interfaces).length > 0 &&
        Object.values(interfaces).every((addresses) =>
          addresses.length > 0 &&
          shape({ isInternal: "boolean", address: "string", family: "string", mac: "string" })(
            addresses,
          ) &&
          addresses.every(({ address, isInternal, mac }) =>
            (isInternal || (address !== "127.0.0.1" && address !== "::1")) &&
            /^([\da-f]{2}:){5}[\da-f]{2}$/.test(String(mac))
          )
        ),
    }],
    // No desktop.
    ["computer.getDisplays", {}, { gives: [] }],
    ["computer.getMousePosition", {}, { gives: { x: 0, y: 0 } }],
    ["computer.setMousePosition", { x: 1, y: 2.5 }, NO_CURSOR],
    ["computer.setMousePosition", { y: "1" }, missing("x")],
    ["computer.setMousePosition", { x: "1" }, missing("y")],
    ["computer.setMousePosition", { x: 1, y: "1" }, WRONG_TYPE],
    ["computer.setMouseGrabbing", {}, NO_GRABBING],
    ["computer.setMouseGrabbing", { grabbing: false }, NO_GRABBING],
    ["computer.setMouseGrabbing", { grabbing: 1 }, WRONG_TYPE],
    ["computer.sendKey", { key: 30 }, NO_KEYS],
    ["computer.sendKey", { key: 30, state: "other" }, NO_KEYS],
    ["computer.sendKey", { state: "up" }, missing("key")],
    ["computer.sendKey", { key: 30, state: 1 }, WRONG_TYPE],
  ],
};
