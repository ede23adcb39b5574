import { assertEquals } from "@std/assert";
import { cpuInfo } from "../../lib/machine/cpu.ts";
import { disks } from "../../lib/machine/disks.ts";
import { gpuInfo } from "../../lib/machine/gpu.ts";
import { machineId } from "../../lib/machine/machine_id.ts";
import { memoryInfo } from "../../lib/machine/memory.ts";
import { networkInterfaces } from "../../lib/machine/network_interfaces.ts";
import { osInfo } from "../../lib/machine/operating_system.ts";
import { machine, type SystemInformation } from "../../lib/machine/source.ts";
import { withMachine } from "./machine_tree.ts";

/** A machine that is asked through the package, and says this. */
function asked(answers: Record<string, unknown>) {
  const functions = Object.entries(answers).map(([name, value]) => [
    name,
    () => Promise.resolve(value),
  ]);
  return {
    os: "windows" as const,
    systemInformation: () => Promise.resolve(Object.fromEntries(functions) as SystemInformation),
  };
}

Deno.test("gpuInfo() reads cards, not their outputs", async () => {
  await withMachine({
    "sys/class/drm/card0/device/vendor": "0x8086",
    "sys/class/drm/card0/device/device": "0x9a49",
    "sys/class/drm/card0-HDMI-A-1/device/vendor": "0x8086",
    "sys/class/drm/card0-HDMI-A-1/device/device": "0x9a49",
    "sys/class/drm/card1/device/uevent": "DRIVER=simpledrm",
    "sys/class/drm/card10/device/vendor": "0x1234",
    "sys/class/drm/card10/device/device": "0x1111",
    "sys/class/drm/card2/device/vendor": "0x10de",
    "sys/class/drm/card2/device/device": "0x1c03",
    "sys/class/drm/renderD128/device/vendor": "0x10de",
  }, async (root) => {
    const memory = { dedicatedMemory: 0, sharedMemory: 0 };
    assertEquals(await gpuInfo({ os: "linux", root }), [
      { id: 0, deviceId: "0x9a49", vendorId: "0x8086", vendor: "Intel", ...memory },
      { id: 1, deviceId: "0x1c03", vendorId: "0x10de", vendor: "NVIDIA", ...memory },
      { id: 2, deviceId: "0x1111", vendorId: "0x1234", vendor: "Unknown", ...memory },
    ]);
  });
  await withMachine({}, async (root) => assertEquals(await gpuInfo({ os: "linux", root }), []));
});

Deno.test("gpuInfo() asks the package elsewhere", async () => {
  const controllers = [
    { vendor: "Apple", vram: 1536, vramDynamic: true, deviceId: "" },
    { vendor: "Advanced Micro Devices, Inc.", vram: 2, vramDynamic: false, deviceId: "67DF" },
    { vendor: "x", vendorId: "0x10DE", vram: null, vramDynamic: false },
  ];
  assertEquals(await gpuInfo(asked({ graphics: { controllers } })), [
    {
      id: 0,
      deviceId: "",
      vendorId: "",
      vendor: "Apple",
      dedicatedMemory: 0,
      sharedMemory: 1_610_612_736,
    },
    {
      id: 1,
      deviceId: "0x67df",
      vendorId: "",
      vendor: "AMD",
      dedicatedMemory: 2_097_152,
      sharedMemory: 0,
    },
    {
      id: 2,
      deviceId: "",
      vendorId: "0x10de",
      vendor: "NVIDIA",
      dedicatedMemory: 0,
      sharedMemory: 0,
    },
  ]);
});

Deno.test("cpuInfo() asks the package elsewhere", async () => {
  const cpu = {
    manufacturer: "Intel",
    brand: "Core™ i7",
    vendor: "GenuineIntel",
    speed: 2.59,
    cores: 8,
    physicalCores: 4,
    processors: 1,
  };
  const { architecture: _, ...info } = await cpuInfo(asked({ cpu }));
  assertEquals(info, {
    vendor: "GenuineIntel",
    model: "Intel Core™ i7",
    frequency: 2_590_000_000,
    logicalThreads: 8,
    physicalCores: 4,
    physicalUnits: 1,
  });
});

Deno.test("disks() asks the package elsewhere", async () => {
  const drive = (device: string) => ({ device, vendor: "V", name: "M", serialNum: "S", size: 10 });
  const windows = asked({
    diskLayout: [drive("\\\\.\\PHYSICALDRIVE0"), { ...drive("\\\\.\\PHYSICALDRIVE1"), vendor: "" }],
    blockDevices: [
      { mount: "C:", device: "\\\\.\\PHYSICALDRIVE0" },
      { mount: "", device: "\\\\.\\PHYSICALDRIVE1" },
    ],
    fsSize: [{ mount: "C:", available: 7 }],
  });
  const common = { model: "M", serial: "S", total: 10 };
  assertEquals(await disks(windows), [
    { id: 0, vendor: "V", mountPoint: "C:", free: 7, ...common },
    { id: 1, vendor: "<unknown>", mountPoint: "<unknown>", free: 0, ...common },
  ]);
  const mac = asked({
    diskLayout: [drive("disk0")],
    blockDevices: [{ mount: "/", device: "disk3" }],
    fsSize: [{ mount: "/", available: 3 }, { mount: "/dev", available: 0 }],
  });
  assertEquals(await disks(mac), [{ id: 0, vendor: "V", mountPoint: "/", free: 3, ...common }]);
});

Deno.test("machineId() reads the first of its files", async () => {
  const id = (root: string) => machineId({ os: "linux", root });
  const dbus = { "var/lib/dbus/machine-id": "b2" };
  await withMachine({ "etc/machine-id": "a1\t\n", ...dbus }, async (root) => {
    assertEquals(await id(root), "a1");
  });
  await withMachine({ "etc/machine-id": "", ...dbus }, async (root) => {
    assertEquals(await id(root), "b2");
  });
  await withMachine({}, async (root) => assertEquals(await id(root), ""));
  assertEquals(await machineId(asked({ uuid: { os: "c3" } })), "c3");
});

Deno.test("osInfo() reads os-release with and without quotes", async () => {
  const text = `NAME="A Linux"\nPRETTY_NAME='Pretty'\nVERSION_ID=12.4`;
  await withMachine({ "usr/lib/os-release": text }, async (root) => {
    const info = { name: "A Linux", description: "Pretty", version: "12.4.0-0" };
    assertEquals(await osInfo({ os: "linux", root }), info);
  });
  await withMachine({}, async (root) => {
    const info = { name: "Linux", description: "Linux", version: "0.0.0-0" };
    assertEquals(await osInfo({ os: "linux", root }), info);
  });
});

Deno.test("memoryInfo() reads /proc/meminfo, and asks the runtime without it", async () => {
  const text = "MemTotal: 100 kB\nMemAvailable:  40 kB\nVmallocTotal: 1000 kB\nVmallocUsed: 1 kB";
  await withMachine({ "proc/meminfo": text }, async (root) => {
    assertEquals(await memoryInfo({ os: "linux", root }), {
      physical: { total: 102_400, available: 40_960 },
      virtual: { total: 1_024_000, available: 1_022_976 },
    });
  });
  await withMachine({}, async (root) => {
    const { physical } = await memoryInfo({ os: "linux", root });
    assertEquals(physical.total, Deno.systemMemoryInfo().total);
  });
});

Deno.test("networkInterfaces() gives each address the MAC of its interface", () => {
  const at = (name: string, family: "IPv4" | "IPv6", address: string, mac: string) => ({
    name,
    family,
    address,
    mac,
  });
  const none = "00:00:00:00:00:00";
  const listed = [
    at("lo", "IPv4", "127.0.0.1", none),
    at("Ethernet ü", "IPv4", "192.0.2.2", "AA:BB:CC:00:11:22"),
    at("lo", "IPv4", "10.255.255.254", none),
    at("Ethernet ü", "IPv6", "fe80::1", "AA:BB:CC:00:11:22"),
    at("__proto__", "IPv6", "fd00::1", "02:00:00:00:00:01"),
  ];
  const mac = "aa:bb:cc:00:11:22";
  const own = { isInternal: false, address: "fd00::1", family: "ipv6", mac: "02:00:00:00:00:01" };
  assertEquals<unknown>(
    networkInterfaces(listed),
    Object.fromEntries([
      ["lo", [
        { isInternal: true, address: "127.0.0.1", family: "ipv4", mac: none },
        { isInternal: true, address: "10.255.255.254", family: "ipv4", mac: none },
      ]],
      ["Ethernet ü", [
        { isInternal: false, address: "192.0.2.2", family: "ipv4", mac },
        { isInternal: false, address: "fe80::1", family: "ipv6", mac },
      ]],
      ["__proto__", [own]],
    ]),
  );
});

Deno.test("the package that is asked on Windows and macOS can be loaded", async () => {
  const { cpu, diskLayout, graphics, uuid } = await machine().systemInformation();
  for (const ask of [cpu, diskLayout, graphics, uuid]) assertEquals(typeof ask, "function");
});
