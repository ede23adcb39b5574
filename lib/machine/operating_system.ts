/**
 * Kernel and operating system (contracts: Neutralino 6.3).
 *
 * @module
 */

import { osName } from "./names.ts";
import { machine, type MachineSource, readTrimmed } from "./source.ts";

/** What `computer.getOSInfo` gives. */
export interface OsInfo {
  name: string;
  description: string;
  /** Of four parts. */
  version: string;
}

/**
 * `major.minor.patch-build` with 0 for missing parts.
 *
 * @example
 * ```ts
 * import { fourPartVersion } from "./operating_system.ts";
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

/** What `computer.getKernelInfo` gives. */
export function kernelInfo(): { variant: string; version: string } {
  const os = osName();
  const variant = os === "Windows" ? "Windows NT" : os;
  return { variant, version: fourPartVersion(Deno.osRelease()) };
}

/** What `computer.getOSInfo` gives. */
export async function osInfo(source?: MachineSource): Promise<OsInfo> {
  const { os, root } = machine(source);
  if (os === "darwin") {
    const { stdout } = await new Deno.Command("sw_vers", { args: ["-productVersion"] }).output();
    const version = new TextDecoder().decode(stdout).trim();
    return { name: "macOS", description: `macOS ${version}`, version: fourPartVersion(version) };
  }
  if (os !== "linux") {
    const release = Deno.osRelease();
    const name = osName(os);
    return { name, description: `${name} ${release}`, version: fourPartVersion(release) };
  }
  const members = parseOsRelease(
    await readTrimmed(`${root}/etc/os-release`) ??
      await readTrimmed(`${root}/usr/lib/os-release`) ?? "",
  );
  const name = members.get("NAME") ?? "Linux";
  return {
    name,
    description: members.get("PRETTY_NAME") ?? name,
    version: fourPartVersion(members.get("VERSION_ID") ?? ""),
  };
}
