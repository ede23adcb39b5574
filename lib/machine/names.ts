/**
 * What machine and operating system are called on the wire (contracts: Neutralino 2.6, 6.3).
 *
 * @module
 */

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
