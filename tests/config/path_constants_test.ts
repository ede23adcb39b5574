import { assertEquals, assertThrows } from "@std/assert";
import {
  insertConstants,
  insertIntoCommand,
  pathConstants,
} from "../../lib/config/path_constants.ts";

const NASTY = [
  "/plain/path-1.0_x",
  "/with space/and  two",
  "/it's",
  "/'''",
  '/say "hi"',
  "/a;touch pwned",
  "/a&b|c>d<e",
  "/$(touch pwned)",
  "/`touch pwned`",
  "/${HOME}/$HOME/$&/$1",
  "/back\\slash\\\\",
  "/tail\\",
  "/*?[a]{b,c}!~#",
  "/new\nline",
  "/tab\there",
  "/ünïcödé 日本",
  "~",
  "-rf /",
  "a=b",
  "$",
  "'",
  '"',
  "\\",
  "`",
  "%PATH% ^ (x)",
];

/** A word of a command, and the argument expected of it. */
const PLACES: [string, (value: string) => string][] = [
  ["${NL_PATH}", (value) => value],
  ["${NL_PATH}/bin/more", (value) => `${value}/bin/more`],
  ["--dir=${NL_PATH}/x", (value) => `--dir=${value}/x`],
  ['"${NL_PATH}"', (value) => value],
  ['"${NL_PATH}/a b"', (value) => `${value}/a b`],
  ["'${NL_PATH}/a b'", (value) => `${value}/a b`],
  ["${NL_PATH}:${NL_PATH}", (value) => `${value}:${value}`],
  ["'a'\"b\"${NL_PATH}'c'", (value) => `ab${value}c`],
  ["\"$(printf '%s' ${NL_PATH})\"", (value) => value],
  ['"$(printf %s "${NL_PATH}")"', (value) => value],
  ['"$(echo "$(printf %s ${NL_PATH}/x)")"', (value) => `${value}/x`],
  ['a\\"${NL_PATH}', (value) => `a"${value}`],
  ["\\'${NL_PATH}\\'", (value) => `'${value}'`],
  ['"$(printf a)${NL_PATH}"', (value) => `a${value}`],
  ['"$(printf a; (printf b))"${NL_PATH}', (value) => `ab${value}`],
  ["x#${NL_PATH}", (value) => `x#${value}`],
  ['"$"${NL_PATH}', (value) => `$${value}`],
  ["'${NL_UNKNOWN}'${NL_PATH}", (value) => `\${NL_UNKNOWN}${value}`],
];

for (const [place, expected] of PLACES) {
  Deno.test({
    name: `insertIntoCommand() keeps any path one argument of sh in ${place}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const cwd = await Deno.makeTempDir();
      try {
        // echo in $(…) interprets backslashes in some shells.
        const values = place.includes("echo")
          ? NASTY.filter((value) => !value.includes("\\"))
          : NASTY;
        for (const value of values) {
          const constants = pathConstants(value, () => undefined);
          const command = insertIntoCommand(`printf '%s\\0' ${place} end`, constants, "linux");
          const { stdout, stderr } = await new Deno.Command("/bin/sh", {
            args: ["-c", command],
            cwd,
          }).output();
          const shown = `${command}\n${new TextDecoder().decode(stderr)}`;
          const args = new TextDecoder().decode(stdout).split("\0");
          assertEquals(args, [expected(value), "end", ""], shown);
        }
        assertEquals([...Deno.readDirSync(cwd)], [], "a command within a path was run");
      } finally {
        await Deno.remove(cwd, { recursive: true });
      }
    },
  });
}

const OPAQUE = [
  "echo `ls ${NL_PATH}`",
  'echo "`ls ${NL_PATH}`"',
  "cat <<END\n${NL_PATH}\nEND",
  "echo ${X:-${NL_PATH}}",
  "echo ${X:-'}'} ${NL_PATH}",
  "echo $'a' ${NL_PATH}",
  "echo $((1 + ${NL_PATH}))",
  "echo a # ${NL_PATH}",
  "echo $(case x in x) echo ${NL_PATH};; esac)",
  "echo $(true)#'\n${NL_PATH} '",
  "echo a\\\n#'\n${NL_PATH} '",
];

for (const command of OPAQUE) {
  Deno.test(`insertIntoCommand() takes only plain paths in ${JSON.stringify(command)}`, () => {
    const plain = insertIntoCommand(command, pathConstants("/a/b", () => undefined), "linux");
    assertEquals(plain, command.replace("${NL_PATH}", "/a/b"));
    assertThrows(
      () => insertIntoCommand(command, pathConstants("/a;b", () => undefined), "linux"),
      TypeError,
      '"/a;b" cannot stand for ${NL_PATH}',
    );
  });
}

const UNTOUCHED = [
  "node main.js --x='$HOME'",
  "echo ${NL_UNKNOWN} ${NL_path} ${HOME} $NL_PATH",
  "echo \\${NL_PATH}",
  "echo $${NL_PATH}",
];

for (const command of UNTOUCHED) {
  Deno.test(`insertIntoCommand() leaves ${command} as it is`, () => {
    const constants = pathConstants("/a b", () => undefined);
    assertEquals(insertIntoCommand(command, constants, "linux"), command);
  });
}

const CMD: [string, string, string][] = [
  ["${NL_PATH}/x.exe --a", "C:/app", "C:/app/x.exe --a"],
  ["${NL_PATH}/x.exe --a", "C:/My App", '"C:/My App/x.exe" --a'],
  ['"${NL_PATH}/x.exe" --a', "C:/My App", '"C:/My App/x.exe" --a'],
  ["node ${NL_PATH}/x.js&dir", "C:/a&calc", 'node "C:/a&calc/x.js"&dir'],
  ["x --p=${NL_PATH}", "C:/a ^b", 'x --p="C:/a ^b"'],
  ["x ${NL_PATH}${NL_PATH}", "a b", 'x "a ba b"'],
  ['^"${NL_PATH}', "a b", '^""a b"'],
];

for (const [command, value, expected] of CMD) {
  Deno.test(`insertIntoCommand() writes ${value} for cmd.exe into ${command}`, () => {
    const constants = pathConstants(value, () => undefined);
    assertEquals(insertIntoCommand(command, constants, "windows"), expected);
  });
}

for (const value of ['a"b', "50%", "a\nb"]) {
  Deno.test(`insertIntoCommand() refuses ${JSON.stringify(value)} for cmd.exe`, () => {
    const constants = pathConstants(value, () => undefined);
    assertThrows(() => insertIntoCommand('"${NL_PATH}"', constants, "windows"), TypeError);
  });
}

Deno.test("insertConstants() inserts literally, $& included, and keeps unknown names", () => {
  const constants = pathConstants("/a $& $1 'b'", (name) => `<${name}>`);
  assertEquals(
    insertConstants("${NL_PATH}|${NL_OSSAVEGAMES1PATH}|${NL_OSHOMEPATH}|${NL_OSXPATH}", constants),
    "/a $& $1 'b'|<saveGames1>|<home>|${NL_OSXPATH}",
  );
});

Deno.test("insertIntoCommand() refuses a NUL character anywhere", () => {
  for (const command of ["${NL_PATH}", "'${NL_PATH}'", '"${NL_PATH}"']) {
    const constants = pathConstants("/a\0b", () => undefined);
    assertThrows(() => insertIntoCommand(command, constants, "linux"), TypeError, "NUL");
  }
});
