/**
 * The environment of this process: variables, whatever bytes they hold, and where it works.
 *
 * @module
 */

/**
 * A variable. The runtime refuses to tell one that is not UTF-8; here each bad sequence becomes
 * U+FFFD, as in all that the host says (contracts: Neutralino 0).
 */
export function environmentVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return notUtf8().get(name) ?? "";
  }
}

/** All variables. */
export function environmentVariables(): Record<string, string> {
  const known = Deno.env.toObject();
  return { ...Object.fromEntries(notUtf8()), ...known };
}

/** The working directory; empty when somebody has removed it while the program runs. */
export function workingFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    return "";
  }
}

/** Those that the runtime leaves out. None can have been set since the start: by text nobody could. */
function notUtf8(): Map<string, string> {
  const found = new Map<string, string>();
  if (Deno.build.os !== "linux") return found;
  let entries: string[];
  try {
    const bytes = Deno.readFileSync("/proc/self/environ");
    entries = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\0");
  } catch {
    return found;
  }
  for (const entry of entries) {
    const [, name, value] = /^([^=]+)=([^]*)$/.exec(entry) ?? [];
    if (name !== undefined && entry.includes("\ufffd")) found.set(name, value!);
  }
  return found;
}
