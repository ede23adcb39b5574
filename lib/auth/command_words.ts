/**
 * Command lines that start one known program and nothing else.
 *
 * A caller whose `commands` are bounded may not write shell language: its command line must be one
 * program and its arguments. What the shell would do more than split it into words is refused
 * without asking whether it would do harm.
 *
 * @module
 */

import type { CommandTouch } from "./scopes.ts";

/** What a command line is checked against. */
export interface CommandRule {
  /** Bare names, and absolute paths. */
  commands: readonly string[];
  os: typeof Deno.build.os;
}

/**
 * The words of a POSIX command line that is one simple command; `undefined` for all others.
 *
 * Words may hold letters, digits and `_ % + , - . / : @ ^` and what is no ASCII; within single quotes
 * anything but control characters; within double quotes the same but `$`, a backquote, a backslash and
 * `!`. The first word may hold no `=`, which would set a variable.
 *
 * @example
 * ```ts
 * import { posixWords } from "./command_words.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(posixWords("git log --format='%h $x'"), ["git", "log", "--format=%h $x"]);
 * assertEquals(posixWords("git log | sh"), undefined);
 * ```
 */
export function posixWords(text: string): string[] | undefined {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) return undefined;
  const piece = /(?:'[^']*'|"[^"$`\\!]*"|[\w%+,\-./:@^=\u0080-\u{10ffff}])/u.source;
  const line = new RegExp(`^ *(?:${piece}+(?: +|$))+$`, "u");
  if (!line.test(text)) return undefined;
  const words = text.match(new RegExp(`${piece}+`, "gu")) ?? [];
  // Quoted or not, the shell's own words and assignments are no programs.
  if (words.length === 0 || words[0]!.includes("=")) return undefined;
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, a, b) => a ?? b));
}

/**
 * The same for `cmd.exe`: words of letters, digits and `_ + , - . / : @ \ =` or one pair of double
 * quotes around a whole word, without `%`, `!`, `^`, `&`, `|`, `<`, `>`, brackets and controls.
 */
export function windowsWords(text: string): string[] | undefined {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f%!^&|<>()]/.test(text)) return undefined;
  const word = /(?:"[^"]*"|[\w+,\-./:@\\=~#\u0080-\u{10ffff}]+)/u.source;
  if (!new RegExp(`^ *${word}(?: +${word})* *$`, "u").test(text)) return undefined;
  const words = text.match(new RegExp(word, "gu")) ?? [];
  return words.map((word) => word.replace(/^"(.*)"$/, "$1"));
}

/**
 * Why a caller may not run a command, in a few words; `undefined` when it may.
 *
 * An item without a slash allows this one word, found by the shell along PATH. An item with one must
 * be an absolute path, and allows this path as it is written. Relative paths never match: what they
 * name depends on a folder that the caller chooses. A variable of the environment could name another
 * program (`PATH`, `LD_PRELOAD`), so that a caller may set none. On Windows names count in lower
 * case, with and without `.exe`, and a bare name allows no other working directory, where `cmd.exe`
 * would look first.
 */
export function commandProblem(touch: CommandTouch, { commands, os }: CommandRule) {
  const windows = os === "windows";
  if (touch.setsEnvironment) return "variables of the environment";
  const words = windows ? windowsWords(touch.text) : posixWords(touch.text);
  if (words === undefined) return `more than one simple command: ${shortened(touch.text)}`;
  const program = nameOf(words[0]!, windows);
  const bare = !(windows ? /[/\\:]/ : /\//).test(program);
  const allowed = (bare ? !isShellWord(program, windows) : isAbsolute(program, windows)) &&
    commands.some((item) => nameOf(item, windows) === program);
  if (!allowed) return shortened(words[0]!);
  if (windows && bare && touch.cwd) return `${words[0]} in another folder`;
}

function nameOf(program: string, windows: boolean): string {
  if (!windows) return program;
  return program.replaceAll("/", "\\").toLowerCase().replace(/\.exe$/, "");
}

function isAbsolute(program: string, windows: boolean): boolean {
  return windows ? /^[a-z]:\\/.test(program) : program.startsWith("/");
}

/**
 * Words with which the shell runs other words: with one of them in the list every program would be
 * in it.
 */
function isShellWord(word: string, windows: boolean): boolean {
  return (windows ? CMD_WORDS : SH_WORDS).has(word);
}

const SH_WORDS = new Set(
  `! { } case do done elif else esac fi for if in then until while . : alias bg command eval exec
  export fc fg hash jobs local readonly return set shift source times trap type ulimit umask unalias
  unset wait`.split(/\s+/),
);

const CMD_WORDS = new Set("call for goto if popd pushd set setlocal start".split(" "));

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
