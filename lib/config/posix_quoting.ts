/**
 * Putting values into commands for `/bin/sh` (contracts: Neutralino 1.7).
 *
 * @module
 */

import type { Constants } from "./path_constants.ts";

/** Characters that mean nothing to a shell anywhere in a word. */
const SAFE = /^[A-Za-z0-9_./:@+-]+$/;

const CONSTANT = /\$\{(NL_[A-Z0-9]+)\}/y;

/**
 * Where in a command a position is. `opaque` is text whose quoting this scanner doesn't follow:
 * backticks, here-documents, `${…}`, `$((…))`, `$'…'`, comments. Only values without special
 * characters go there.
 */
type State = "plain" | "single" | "double" | "opaque";

interface Frame {
  state: State;
  /** `opaque`: what ends it. */
  until?: string;
  /** `plain` within `$(…)`: parentheses opened inside. */
  depth?: number;
}

/**
 * Replaces constants in shell text; each value stays literal and within its word.
 *
 * @throws {TypeError} when a value with special characters would stand in text of state `opaque`
 */
export function posixInsert(command: string, constants: Constants): string {
  const stack: Frame[] = [{ state: "plain" }];
  let out = "";
  let at = 0;
  while (at < command.length) {
    const frame = stack.at(-1) ?? { state: "opaque" };
    CONSTANT.lastIndex = at;
    const [written, name] = CONSTANT.exec(command) ?? [];
    const value = name === undefined ? undefined : constants(name);
    if (written !== undefined && value !== undefined) {
      out += literal(value, frame.state, written);
      at += written.length;
      continue;
    }
    const length = step(command, at, stack, frame);
    out += command.slice(at, at + length);
    at += length;
  }
  return out;
}

function literal(value: string, state: State, written: string): string {
  if (value.includes("\0")) throw new TypeError(`the value of ${written} has a NUL character`);
  if (SAFE.test(value)) return value;
  switch (state) {
    case "plain":
      return `'${value.replaceAll("'", `'\\''`)}'`;
    case "single":
      return value.replaceAll("'", `'\\''`);
    case "double":
      return value.replace(/[\\"$`]/g, (character) => `\\${character}`);
    case "opaque":
      throw new TypeError(
        `${JSON.stringify(value)} cannot stand for ${written} within backticks, \${…}, $'…', a ` +
          "here-document or a comment; expected it in a plain, quoted or $(…) word",
      );
  }
}

/** Moves over what stands at `at`, which is no known constant; @returns its length. */
function step(command: string, at: number, stack: Frame[], frame: Frame): number {
  const character = command.charAt(at);
  const rest = (length: number) => command.substring(at, at + length);
  if (frame.state === "single") {
    if (character === "'") stack.pop();
    return 1;
  }
  if (character === "\\") return 2;
  if (frame.state === "opaque") {
    if (character === frame.until) stack.pop();
    // Quotes and braces within ${…} may hide its end.
    else if (frame.until === "}" && /["'{`]/.test(character)) delete frame.until;
    return 1;
  }
  if (character === "`") return enter(stack, { state: "opaque", until: "`" }, 1);
  if (character === "$") {
    if (rest(3) === "$((") return enter(stack, { state: "opaque" }, 3);
    if (rest(2) === "$(") {
      // The `)` of a pattern in `case` would look like the end of the substitution.
      const followed = !/\bcase\b/.test(command.slice(at));
      return enter(stack, followed ? { state: "plain", depth: 0 } : { state: "opaque" }, 2);
    }
    if (rest(2) === "${") return enter(stack, { state: "opaque", until: "}" }, 2);
    if (rest(2) === "$'" && frame.state === "plain") return enter(stack, { state: "opaque" }, 2);
    // `$$` and its like; the second character begins nothing.
    return /[$!?#*@-]/.test(command.charAt(at + 1)) ? 2 : 1;
  }
  if (character === '"') {
    if (frame.state === "double") stack.pop();
    else stack.push({ state: "double" });
    return 1;
  }
  if (frame.state === "double") return 1;
  if (character === "'") return enter(stack, { state: "single" }, 1);
  if (rest(2) === "<<") return enter(stack, { state: "opaque" }, 2);
  if (character === "#" && (at === 0 || /[\s;&|()<>]/.test(command.charAt(at - 1)))) {
    // After `$(…)` or a continued line it is none; then the rest is not followed.
    const sure = command.charAt(at - 1) !== ")" && command.charAt(at - 2) !== "\\";
    return enter(stack, sure ? { state: "opaque", until: "\n" } : { state: "opaque" }, 1);
  }
  if (frame.depth !== undefined) {
    if (character === "(") frame.depth++;
    else if (character === ")" && frame.depth-- === 0) stack.pop();
  }
  return 1;
}

function enter(stack: Frame[], frame: Frame, length: number): number {
  stack.push(frame);
  return length;
}
