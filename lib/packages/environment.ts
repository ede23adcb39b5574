/**
 * The environment of a package's process: what programs need to work and no more, because the host's
 * may hold secrets (contracts: AirDC++ 5, HOST; 18 number 16).
 *
 * @module
 */

/** What the host adds: else Python keeps what it prints until it ends, and loses it when it is stopped. */
const ADDED = { PYTHONUNBUFFERED: "1" };

const PASSED_ON = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_RUNTIME_DIR",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  // Windows
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "USERNAME",
  "USERPROFILE",
  "NUMBER_OF_PROCESSORS",
  "PROCESSOR_ARCHITECTURE",
]);

/**
 * The variables that a package gets: some of the host's, and its own.
 *
 * @example
 * ```ts
 * import { packageEnvironment } from "./environment.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const host = { PATH: "/bin", LC_ALL: "C", AWS_SECRET_ACCESS_KEY: "x" };
 * const { PATH, LC_ALL, AWS_SECRET_ACCESS_KEY, MINE } = packageEnvironment(host, { MINE: "1" });
 * assertEquals([PATH, LC_ALL, AWS_SECRET_ACCESS_KEY, MINE], ["/bin", "C", undefined, "1"]);
 * ```
 */
export function packageEnvironment(
  host: Record<string, string>,
  own: Record<string, string>,
): Record<string, string> {
  const passed = Object.entries(host).filter(([name]) =>
    PASSED_ON.has(name.toUpperCase()) || /^LC_\w+$/.test(name)
  );
  return { ...Object.fromEntries(passed), ...ADDED, ...own };
}
