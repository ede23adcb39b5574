/**
 * `computer.*`: what machine this is (contracts: Neutralino 6.3).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import { architecture } from "../machine/names.ts";
import { type Method, type MethodTable, returned } from "../router/method.ts";

/** The table of `computer.*`. What asks the machine is loaded at the first call. */
export function computerMethods(): MethodTable {
  return new Map<string, Method>([
    ["computer.getMemoryInfo", {
      run: async () => returned(await (await import("../machine/memory.ts")).memoryInfo()),
    }],
    ["computer.getArch", { run: () => returned(architecture()) }],
    ["computer.getKernelInfo", {
      run: async () => returned((await import("../machine/operating_system.ts")).kernelInfo()),
    }],
    ["computer.getOSInfo", {
      run: async () => returned(await (await import("../machine/operating_system.ts")).osInfo()),
    }],
    ["computer.getCPUInfo", {
      run: async () => returned(await (await import("../machine/cpu.ts")).cpuInfo()),
    }],
    ["computer.getGPUInfo", {
      run: async () => returned(await (await import("../machine/gpu.ts")).gpuInfo()),
    }],
    ["computer.getDisks", {
      run: async () => returned(await (await import("../machine/disks.ts")).disks()),
    }],
    ["computer.getHostname", { run: () => returned(Deno.hostname()) }],
    ["computer.getMachineId", {
      run: async () => returned(await (await import("../machine/machine_id.ts")).machineId()),
    }],
    ["computer.getNetworkInterfaces", {
      async run() {
        const { networkInterfaces } = await import("../machine/network_interfaces.ts");
        try {
          return returned(networkInterfaces());
        } catch {
          throw new HostError("NE_CO_UNLTONI");
        }
      },
    }],
    // Without a desktop there is no display, no pointer and no keyboard.
    ["computer.getDisplays", { run: () => returned([]) }],
    ["computer.getMousePosition", { run: () => returned({ x: 0, y: 0 }) }],
    ["computer.setMousePosition", {
      required: ["x", "y"],
      run(params) {
        params.int("x", 0);
        params.int("y", 0);
        throw new HostError("NE_CO_UNLTOSC");
      },
    }],
    ["computer.setMouseGrabbing", {
      run(params) {
        params.bool("grabbing", true);
        throw new HostError("NE_CO_UNLTOMG");
      },
    }],
    ["computer.sendKey", {
      required: ["key"],
      run(params) {
        params.int("key", 0);
        params.string("state", "press");
        throw new HostError("NE_CO_UNLTOSK");
      },
    }],
  ]);
}
