/**
 * Putting values into commands for `cmd.exe` (contracts: Neutralino 1.7).
 *
 * @module
 */

import type { Constants } from "./path_constants.ts";

/** Characters that mean nothing to `cmd.exe` outside quotes. */
const SAFE = /^[A-Za-z0-9_./:\\+-]+$/;

/** Characters no quoting makes literal on a command line. */
const IMPOSSIBLE = /["%\r\n\0]/;

const CONSTANT = /\$\{(NL_[A-Z0-9]+)\}/y;

/** What ends a word outside quotes. */
const WORD_END = /[\s"&|<>^()=;,]/;

/**
 * Replaces constants in a command line for `cmd.exe`. Outside quotes a value that needs it is
 * quoted together with the rest of its word: `${NL_PATH}/bin/x.exe` becomes
 * `"C:/My App/bin/x.exe"`, since a closing quote before `/bin` would end the program's name.
 *
 * @throws {TypeError} when a value has a double quote, a percent sign or a line break
 */
export function cmdInsert(command: string, constants: Constants): string {
  let out = "";
  let quoted = false;
  // Within quotes that are ours and end with the word.
  let added = false;
  let at = 0;
  while (at < command.length) {
    CONSTANT.lastIndex = at;
    const [written, name] = CONSTANT.exec(command) ?? [];
    const value = name === undefined ? undefined : constants(name);
    if (written !== undefined && value !== undefined) {
      if (IMPOSSIBLE.test(value)) {
        throw new TypeError(
          `${JSON.stringify(value)} cannot stand for ${written}: cmd.exe has no way to write a ` +
            "double quote, a percent sign or a line break",
        );
      }
      if (!quoted && !added && !SAFE.test(value)) {
        out += '"';
        added = true;
      }
      out += value;
      at += written.length;
      continue;
    }
    const character = command.charAt(at);
    if (added && WORD_END.test(character)) {
      out += '"';
      added = false;
    }
    if (character === '"') quoted = !quoted;
    const length = character === "^" && !quoted ? 2 : 1;
    out += command.slice(at, at + length);
    at += length;
  }
  return added ? `${out}"` : out;
}
