/**
 * `debug.*` (contracts: Neutralino 6.4).
 *
 * @module
 */

import type { Level } from "../log.ts";
import { type Method, type MethodTable, told } from "../router/method.ts";

const LEVELS: ReadonlySet<string> = new Set<Level>(["INFO", "WARNING", "ERROR", "DEBUG"]);

/** The table of `debug.*`. */
export function debugMethods(
  log: { write(level: Level, message: string): void },
): MethodTable {
  return new Map<string, Method>([
    ["debug.log", {
      required: ["message"],
      run(params) {
        const type = params.string("type", "INFO");
        log.write(LEVELS.has(type) ? type as Level : "INFO", params.string("message"));
        return told("Wrote to the log file: neutralino.log");
      },
    }],
  ]);
}
