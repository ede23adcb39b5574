/**
 * `computer.*`: what machine this is (contracts: Neutralino 6.3).
 *
 * @module
 */

import { type Method, type MethodTable, returned } from "../router/method.ts";

/** `NL_ARCH` and `computer.getArch`. */
export function architecture(arch: string = Deno.build.arch): string {
  return new Map([["x86_64", "x64"], ["aarch64", "arm"]]).get(arch) ?? "unknown";
}

/** `NL_OS` of an operating system as Deno names it. */
export function osName(os: string = Deno.build.os): string {
  return new Map([
    ["linux", "Linux"],
    ["windows", "Windows"],
    ["darwin", "Darwin"],
    ["freebsd", "FreeBSD"],
  ]).get(os) ?? "Unknown";
}

/**
 * `major.minor.patch-build` with 0 for missing parts.
 *
 * @example
 * ```ts
 * import { fourPartVersion } from "./computer.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fourPartVersion("6.18.44-generic"), "6.18.44-0");
 * assertEquals(fourPartVersion("12"), "12.0.0-0");
 * ```
 */
export function fourPartVersion(text: string): string {
  const parts = /(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-(\d+))?/.exec(text) ?? [];
  const [major, minor, patch, build] = [1, 2, 3, 4].map((i) => parts[i] ?? "0");
  return `${major}.${minor}.${patch}-${build}`;
}

/** Members of an os-release file (freedesktop.org os-release), quotes removed. */
export function parseOsRelease(text: string): Map<string, string> {
  const members = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^([A-Z_]+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim());
    if (match) members.set(match[1]!, match[2] ?? match[3] ?? match[4] ?? "");
  }
  return members;
}

/** Bytes of the members of /proc/meminfo, which counts in units of 1024. */
export function parseMemoryInfo(text: string): Map<string, number> {
  return new Map(
    [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map((m) => [m[1]!, Number(m[2]) * 1024]),
  );
}

/** The table of `computer.*`. */
export function computerMethods(): MethodTable {
  const arch = returned(architecture());
  return new Map<string, Method>([
    ["computer.getArch", { run: () => arch }],
    ["computer.getKernelInfo", { run: () => returned(kernelInfo()) }],
    ["computer.getOSInfo", { run: async () => returned(await osInfo()) }],
    ["computer.getMemoryInfo", { run: async () => returned(await memoryInfo()) }],
    ["computer.getHostname", { run: () => returned(Deno.hostname()) }],
  ]);
}

function kernelInfo() {
  const os = osName();
  const variant = os === "Windows" ? "Windows NT" : os;
  return { variant, version: fourPartVersion(Deno.osRelease()) };
}

async function osInfo() {
  if (Deno.build.os === "darwin") {
    const { stdout } = await new Deno.Command("sw_vers", { args: ["-productVersion"] }).output();
    const version = new TextDecoder().decode(stdout).trim();
    return { name: "macOS", description: `macOS ${version}`, version: fourPartVersion(version) };
  }
  if (Deno.build.os !== "linux") {
    const release = Deno.osRelease();
    const name = osName();
    return { name, description: `${name} ${release}`, version: fourPartVersion(release) };
  }
  const text = await Deno.readTextFile("/etc/os-release")
    .catch(() => Deno.readTextFile("/usr/lib/os-release"));
  const members = parseOsRelease(text);
  const name = members.get("NAME") ?? "Linux";
  return {
    name,
    description: members.get("PRETTY_NAME") ?? name,
    version: fourPartVersion(members.get("VERSION_ID") ?? ""),
  };
}

async function readMemoryInfo(): Promise<string> {
  const path = "/proc/meminfo";
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    // The executable has the permissions it needs and not all: then the runtime refuses `/proc`.
    const { stdout } = await new Deno.Command("cat", { args: [path], stderr: "null" }).output();
    return new TextDecoder().decode(stdout);
  }
}

async function memoryInfo() {
  if (Deno.build.os !== "linux") {
    const info = Deno.systemMemoryInfo();
    return {
      physical: { total: info.total, available: info.available },
      virtual: { total: info.total + info.swapTotal, available: info.available + info.swapFree },
    };
  }
  const info = parseMemoryInfo(await readMemoryInfo());
  const bytes = (name: string) => info.get(name) ?? 0;
  return {
    physical: { total: bytes("MemTotal"), available: bytes("MemAvailable") },
    virtual: {
      total: bytes("VmallocTotal"),
      available: bytes("VmallocTotal") - bytes("VmallocUsed"),
    },
  };
}
