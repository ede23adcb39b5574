/**
 * Disks (contracts: Neutralino 6.3).
 *
 * @module
 */

import { ask, machine, type MachineSource, namesIn, readTrimmed } from "./source.ts";
import type { SystemInformation } from "./source.ts";

/** An element of what `computer.getDisks` gives; texts that are not known are `<unknown>`. */
export interface DiskInfo {
  /** Counted from 0. */
  id: number;
  vendor: string;
  model: string;
  serial: string;
  /** Where the disk or a part of it is mounted. */
  mountPoint: string;
  /** Bytes. */
  total: number;
  /** Bytes left at the mount point. */
  free: number;
}

/** A line of /proc/self/mountinfo. */
export interface Mount {
  /** `major:minor`. */
  device: string;
  /** The folder of the file system that is shown; `/` but for bind mounts. */
  root: string;
  mountPoint: string;
  /** Such as `/dev/sda1`. */
  source: string;
}

/** Bytes left on the file system of a folder. */
type FreeBytes = (mountPoint: string) => Promise<number>;

const UNKNOWN = "<unknown>";
const SECTOR = 512;
/** What is no disk of its own: images, memory, and the boot areas of flash chips. */
const LEFT_OUT = /^(loop|z?ram)\d|^mmcblk\d+(boot|rpmb|gp)/;

/** What `computer.getDisks` gives. */
export async function disks(
  source: MachineSource & { freeBytes?: FreeBytes } = {},
): Promise<DiskInfo[]> {
  const asked = machine(source);
  const { os, root } = asked;
  if (os !== "linux") return await ask(asked, disksByPackage);
  const block = `${root}/sys/class/block`;
  const mounts = parseMounts(await readTrimmed(`${root}/proc/self/mountinfo`) ?? "");
  const freeBytes = source.freeBytes ?? bytesLeft;
  const found: DiskInfo[] = [];
  for (const name of (await namesIn(block)).filter((name) => !LEFT_OUT.test(name))) {
    const folder = `${block}/${name}`;
    const total = Number(await readTrimmed(`${folder}/size`) ?? 0) * SECTOR;
    // A drive without a medium has no size.
    if (total === 0 || await readTrimmed(`${folder}/partition`) !== undefined) continue;
    const mountPoint = preferred(mounts, await devicesOf(block, name));
    const text = async (...files: string[]) => {
      for (const file of files) {
        const value = await readTrimmed(`${folder}/${file}`);
        if (value !== undefined) return value;
      }
      return UNKNOWN;
    };
    found.push({
      id: found.length,
      vendor: await text("device/vendor"),
      model: await text("device/model", "device/name"),
      serial: await text("device/serial", "serial"),
      mountPoint: mountPoint ?? UNKNOWN,
      total,
      free: mountPoint === undefined ? 0 : await freeBytes(mountPoint).catch(() => 0),
    });
  }
  return found;
}

/** The lines of /proc/self/mountinfo (proc(5)), in which spaces are escaped. */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, , device, root, mountPoint] = line.split(" ");
    const source = line.split(" - ")[1]?.split(" ")[1];
    if (device === undefined || mountPoint === undefined || source === undefined) return [];
    return [{
      device,
      root: unescaped(root!),
      mountPoint: unescaped(mountPoint),
      source: unescaped(source),
    }];
  });
}

/** A device by its two kinds of name. */
interface Device {
  number: string | undefined;
  name: string;
}

/** A disk, its parts, and what lies on them: encrypted, joined or logical volumes. */
async function devicesOf(block: string, name: string, depth = 0): Promise<Device[]> {
  const folder = `${block}/${name}`;
  const devices = [{ number: await readTrimmed(`${folder}/dev`), name }];
  const mapped = await readTrimmed(`${folder}/dm/name`);
  if (mapped !== undefined) devices.push({ number: undefined, name: mapped });
  if (depth === 4) return devices;
  const parts: string[] = [];
  for (const part of (await namesIn(folder)).filter((part) => part.startsWith(name))) {
    if (await readTrimmed(`${folder}/${part}/partition`) !== undefined) parts.push(part);
  }
  for (const below of [...parts, ...await namesIn(`${folder}/holders`)]) {
    devices.push(...await devicesOf(block, below, depth + 1));
  }
  return devices;
}

/** The most telling of the places where devices are mounted: the root, else a whole file system. */
function preferred(mounts: readonly Mount[], devices: readonly Device[]): string | undefined {
  const own = mounts.filter(({ device, source }) =>
    devices.some(({ number, name }) =>
      // Some file systems have device numbers of their own.
      device === number || (source.startsWith("/dev/") && source.split("/").at(-1) === name)
    )
  );
  const mount = own.find(({ mountPoint }) => mountPoint === "/") ??
    own.find(({ root }) => root === "/") ?? own[0];
  return mount?.mountPoint;
}

async function disksByPackage(system: SystemInformation): Promise<DiskInfo[]> {
  const [layout, volumes, sizes] = await Promise.all([
    system.diskLayout(),
    system.blockDevices(),
    system.fsSize(),
  ]);
  const baseName = (path: string | undefined) => path?.split(/[/\\]/).at(-1)?.toLowerCase() ?? "";
  return layout.map((disk, id) => {
    const own = volumes.filter(({ mount, device }) =>
      mount !== "" && baseName(device) === baseName(disk.device)
    );
    const volume = own.find(({ mount }) => mount === "/") ?? own[0];
    // The volumes of macOS lie on a disk of their own, which is not the real one.
    const mountPoint = volume?.mount ?? (layout.length === 1 ? sizes[0]?.mount : undefined);
    return {
      id,
      vendor: disk.vendor || UNKNOWN,
      model: disk.name || UNKNOWN,
      serial: disk.serialNum || UNKNOWN,
      mountPoint: mountPoint || UNKNOWN,
      total: disk.size,
      free: sizes.find(({ mount }) => mount === mountPoint)?.available ?? 0,
    };
  });
}

async function bytesLeft(mountPoint: string): Promise<number> {
  const { statfs } = await import("node:fs/promises");
  const { bavail, bsize } = await statfs(mountPoint);
  return bavail * bsize;
}

function unescaped(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}
