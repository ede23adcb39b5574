import { assertEquals } from "@std/assert";
import { type DiskInfo, disks, parseMounts } from "../../lib/machine/disks.ts";
import { type Files, inFolder, withMachine } from "./machine_tree.ts";

/** Files of a block device, and the link to it. `size` is in sectors of 512 bytes. */
function device(name: string, files: Files, folder = "sys/devices/x"): Files {
  return {
    [`sys/class/block/${name}`]: `-> ../../${folder.slice("sys/".length)}/${name}`,
    ...inFolder(`${folder}/${name}`, files),
  };
}

/** Files of a partition. */
function part(disk: string, name: string, files: Files): Files {
  return device(name, { partition: "1", size: "1000", ...files }, `sys/devices/x/${disk}`);
}

const mounts = (...lines: string[]) => ({ "proc/self/mountinfo": lines.join("\n") });
const mount = (number: string, point: string, source: string, root = "/") =>
  `25 1 ${number} ${root} ${point} rw,relatime shared:1 - ext4 ${source} rw`;

/** What is known of the disks of a machine, without what is `<unknown>`. */
async function found(files: Files): Promise<Partial<DiskInfo>[]> {
  let result: DiskInfo[] = [];
  await withMachine(files, async (root) => {
    const freeBytes = (path: string) => Promise.resolve(path.length);
    result = await disks({ os: "linux", root, freeBytes });
  });
  assertEquals(result.map(({ id }) => id), result.map((_, index) => index));
  return result.map(({ id: _, ...disk }) =>
    Object.fromEntries(Object.entries(disk).filter(([, value]) => value !== "<unknown>"))
  );
}

Deno.test("disks() tells all that the kernel tells of a disk", async () => {
  const files = {
    ...device("sda", {
      dev: "8:0",
      size: "2048",
      "device/vendor": "ATA     ",
      "device/model": "Best Disk  ",
      "device/serial": "S1",
    }),
    ...part("sda", "sda1", { dev: "8:1" }),
    ...part("sda", "sda2", { dev: "8:2" }),
    ...mounts(mount("8:1", "/boot", "/dev/sda1"), mount("8:2", "/data\\040ü", "/dev/sda2")),
  };
  assertEquals(await found(files), [{
    vendor: "ATA",
    model: "Best Disk",
    serial: "S1",
    mountPoint: "/boot",
    total: 1_048_576,
    free: 5,
  }]);
});

Deno.test("disks() takes a device without anything said of it", async () => {
  assertEquals(await found(device("sda", { size: "1" })), [{ total: 512, free: 0 }]);
  await withMachine(device("sda", { size: "1" }), async (root) => {
    assertEquals(await disks({ os: "linux", root }), [{
      id: 0,
      vendor: "<unknown>",
      model: "<unknown>",
      serial: "<unknown>",
      mountPoint: "<unknown>",
      total: 512,
      free: 0,
    }]);
  });
});

Deno.test("disks() leaves out what is none, and those without a medium", async () => {
  const names = ["loop0", "ram1", "zram0", "mmcblk0boot0"];
  assertEquals(
    await found({
      ...Object.assign({}, ...names.map((name) => device(name, { size: "5" }))),
      ...device("sr0", { size: "0", "device/model": "DVD" }),
      ...part("mmcblk0", "mmcblk0p1", {}),
    }),
    [],
  );
  await withMachine({}, async (root) => assertEquals(await disks({ os: "linux", root }), []));
});

Deno.test("disks() knows NVMe, flash cards and virtual disks", async () => {
  assertEquals(
    await found({
      ...device("nvme0n1", { size: "2", "device/model": "Fast", "device/serial": "N1" }),
      ...device("mmcblk0", { size: "4", "device/name": "SD32G", "device/serial": "0x12" }),
      ...device("vda", { size: "6", "device/vendor": "0x1af4", serial: "disk-1" }),
      ...part("nvme0n1", "nvme0n1p1", { dev: "259:1" }),
      ...part("mmcblk0", "mmcblk0p10", { dev: "179:10" }),
      ...mounts(mount("259:1", "/", "/dev/root"), mount("179:10", "/card", "/dev/mmcblk0p10")),
    }),
    [
      { model: "SD32G", serial: "0x12", mountPoint: "/card", total: 2048, free: 5 },
      { model: "Fast", serial: "N1", mountPoint: "/", total: 1024, free: 1 },
      { vendor: "0x1af4", serial: "disk-1", total: 3072, free: 0 },
    ],
  );
});

Deno.test("disks() looks through encrypted, logical and joined volumes", async () => {
  const disk = (name: string, holder: string) => ({
    ...device(name, { size: "2" }),
    ...part(name, `${name}1`, { [`holders/${holder}/x`]: "" }),
  });
  const got = await found({
    ...disk("sda", "dm-0"),
    ...disk("sdb", "md0"),
    ...disk("sdc", "md0"),
    ...device("dm-0", { size: "2", dev: "253:0", "dm/name": "crypt", "holders/dm-1/x": "" }),
    ...device("dm-1", { size: "2", dev: "253:1", "dm/name": "vg-home" }),
    ...device("md0", { size: "2", dev: "9:0" }),
    ...mounts(
      mount("253:1", "/home", "/dev/mapper/vg-home"),
      mount("9:0", "/raid", "/dev/md0"),
    ),
  });
  assertEquals(got.map(({ mountPoint }) => mountPoint), [
    "/home",
    "/home",
    "/raid",
    "/home",
    "/raid",
    "/raid",
  ]);
});

Deno.test("disks() prefers the root, and a file system to a folder of it", async () => {
  const place = async (...lines: string[]) => {
    const [disk] = await found({
      ...device("vda", { size: "2", dev: "254:0" }),
      ...mounts(...lines),
    });
    return disk!.mountPoint;
  };
  const bind = mount("254:0", "/etc/hosts", "/dev/vda", "/containers/1/hosts");
  const whole = mount("254:0", "/mnt", "/dev/vda");
  const root = mount("254:0", "/", "/dev/vda", "/@");
  assertEquals(await place(bind, whole, root), "/");
  assertEquals(await place(bind, whole), "/mnt");
  assertEquals(await place(bind), "/etc/hosts");
  // Btrfs mounts have a device number of their own.
  assertEquals(await place(mount("0:35", "/btrfs", "/dev/vda")), "/btrfs");
  assertEquals(await place(mount("0:36", "/tmp", "vda")), undefined);
});

Deno.test("parseMounts() skips what is no line, and unescapes", () => {
  assertEquals(parseMounts(`\nx y\n${mount("1:2", "/a\\040b\\134", "/dev/x\\011")}\n`), [{
    device: "1:2",
    root: "/",
    mountPoint: "/a b\\",
    source: "/dev/x\t",
  }]);
});
