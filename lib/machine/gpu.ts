/**
 * Graphics processors (contracts: Neutralino 6.3).
 *
 * @module
 */

import { ask, machine, type MachineSource, namesIn, readTrimmed } from "./source.ts";

/** An element of what `computer.getGPUInfo` gives. */
export interface GpuInfo {
  /** Counted from 0. */
  id: number;
  /** Such as `0x1c03`; empty where unknown. */
  deviceId: string;
  vendorId: string;
  /** `NVIDIA`, `AMD`, `Intel`, `Apple` or `Unknown`. */
  vendor: string;
  /** Bytes; 0 where unknown. */
  dedicatedMemory: number;
  sharedMemory: number;
}

const VENDORS = new Map([
  ["0x10de", "NVIDIA"],
  ["0x1002", "AMD"],
  ["0x8086", "Intel"],
  ["0x106b", "Apple"],
]);
const MEBIBYTE = 1 << 20;

/** What `computer.getGPUInfo` gives. */
export async function gpuInfo(source?: MachineSource): Promise<GpuInfo[]> {
  const asked = machine(source);
  const { os, root } = asked;
  if (os !== "linux") {
    const { controllers } = await ask(asked, (system) => system.graphics());
    return controllers.map((controller, id) => {
      const bytes = (controller.vram ?? 0) * MEBIBYTE;
      const vendorId = hexadecimal(controller.vendorId);
      return {
        id,
        deviceId: hexadecimal(controller.deviceId),
        vendorId,
        vendor: VENDORS.get(vendorId) ?? vendorByName(controller.vendor),
        dedicatedMemory: controller.vramDynamic ? 0 : bytes,
        sharedMemory: controller.vramDynamic ? bytes : 0,
      };
    });
  }
  const folder = `${root}/sys/class/drm`;
  const gpus: GpuInfo[] = [];
  // Beside the cards there are their outputs, such as card0-HDMI-A-1.
  for (const card of (await namesIn(folder)).filter((name) => /^card\d+$/.test(name))) {
    const vendorId = await readTrimmed(`${folder}/${card}/device/vendor`);
    const deviceId = await readTrimmed(`${folder}/${card}/device/device`);
    if (vendorId === undefined || deviceId === undefined) continue;
    const vendor = VENDORS.get(vendorId) ?? "Unknown";
    gpus.push({
      id: gpus.length,
      deviceId,
      vendorId,
      vendor,
      dedicatedMemory: 0,
      sharedMemory: 0,
    });
  }
  return gpus;
}

function hexadecimal(id: string | undefined): string {
  const digits = /^(?:0x)?([\da-f]+)$/i.exec(id ?? "")?.[1];
  return digits === undefined ? "" : `0x${digits.toLowerCase()}`;
}

function vendorByName(name: string): string {
  if (/nvidia/i.test(name)) return "NVIDIA";
  if (/\b(amd|ati)\b|advanced micro devices/i.test(name)) return "AMD";
  return /intel/i.test(name) ? "Intel" : /apple/i.test(name) ? "Apple" : "Unknown";
}
