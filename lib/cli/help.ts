/**
 * What `--help` prints.
 *
 * @module
 */

import { FLAGS } from "../config/flags.ts";

import { VERSION } from "../version.ts";
import { commandList } from "./commands.ts";

const VALUES = new Map([
  ["string", "=<text>"],
  ["boolean", "[=true|false]"],
  ["integer", "=<number>"],
  ["none", ""],
]);

/** The help text, a line a flag. */
export function helpText(): string {
  const rows = FLAGS.map(({ name, type, description }): [string, string] => [
    `--${name}${VALUES.get(type)}`,
    description,
  ]);
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  const flags = rows.map(([flag, text]) => `  ${flag.padEnd(width)}${text}`).join("\n");
  return `outrigger ${VERSION}: extensions for any program, compatible with Neutralinojs

Usage: outrigger [flags]
       outrigger <command> [arguments]

Serves the app whose neutralino.config.json lies beside the executable (or in the folder that --path
names), starts its extensions and opens its window or browser. Flags take their value behind "=" and
go before what the configuration says.

Commands, for a running host; outrigger <command> --help tells more:
${commandList(width)}

Flags:
${flags}
  ${"--version".padEnd(width)}Print the version
  ${"--help, -h".padEnd(width)}Print this text

Environment:
  OUTRIGGER_BROWSER_ARGS  further browser arguments, such as --no-sandbox in a container
  OUTRIGGER_LOG=debug     log what the host itself does
`;
}
