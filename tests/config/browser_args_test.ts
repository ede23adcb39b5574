import { assertEquals } from "@std/assert";
import { splitArgs } from "../../lib/config/browser_args.ts";

const CASES: [string, string[]][] = [
  ["", []],
  ["   \n\t ", []],
  ["--a  --b=1\n--c", ["--a", "--b=1", "--c"]],
  ['--foo "a b"', ["--foo", "a b"]],
  ['--user-agent="My App" x', ["--user-agent=My App", "x"]],
  ["'it is' \"it's\"", ["it is", "it's"]],
  ["\"\" ''", ["", ""]],
  ['a\\ b \\"c\\"', ["a b", '"c"']],
  ['"a\\"b\\n" \'c\\d\'', ['a"b\\n', "c\\d"]],
  ["$(x) `y` $HOME ; * ~", ["$(x)", "`y`", "$HOME", ";", "*", "~"]],
  ['"open end', ["open end"]],
  ["end\\", ["end\\"]],
];

for (const [text, expected] of CASES) {
  Deno.test(`splitArgs() splits ${JSON.stringify(text)}`, () => {
    assertEquals(splitArgs(text, "linux"), expected);
  });
}

Deno.test("splitArgs() keeps backslashes on Windows", () => {
  assertEquals(splitArgs('--d="C:\\a b\\" C:\\c', "windows"), ["--d=C:\\a b\\", "C:\\c"]);
});
