/**
 * Where figures come from.
 *
 * @module
 */

/** The machine in words. */
export function machine(): string[] {
  return [
    `${cpuModel()}, ${navigator.hardwareConcurrency} processors`,
    `${Deno.build.os} ${Deno.osRelease()}, ${Deno.build.arch}`,
    `Deno ${Deno.version.deno} (V8 ${Deno.version.v8})`,
  ];
}

function cpuModel(): string {
  try {
    const info = Deno.readTextFileSync("/proc/cpuinfo");
    return /^model name\s*:\s*(.+)$/m.exec(info)?.[1] ?? "unknown processor";
  } catch {
    return "unknown processor";
  }
}
