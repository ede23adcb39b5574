/**
 * Splitting browser arguments written as one text (contracts: Neutralino 7.3: `--foo "a b"` is two).
 *
 * @module
 */

/**
 * Splits as a POSIX shell splits words, and expands nothing. Quotes may stand inside a word:
 * `--user-agent="My App"` is one argument without quotes. On Windows a backslash is a character
 * like others, outside quotes and inside.
 *
 * @param text arguments, an unclosed quote reaches to the end
 */
export function splitArgs(text: string, os: typeof Deno.build.os = Deno.build.os): string[] {
  const escapes = os !== "windows";
  const args: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) args.push(word);
      word = undefined;
    } else if (quote === "" && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (character === quote) {
      quote = "";
    } else if (
      escapes && character === "\\" && next !== "" &&
      (quote === "" || quote === '"' && /[\\"$`]/.test(next))
    ) {
      word = (word ?? "") + next;
      at++;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== undefined) args.push(word);
  return args;
}
