/** Row 14: a folder's name stays one argument of an extension's command, whatever it is. */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { startHost } from "../../lib/host.ts";
import { LineWriter } from "../../lib/line_writer.ts";
import { HostLog } from "../../lib/log.ts";
import { until } from "../process/real_processes.ts";
import { needs, posix } from "../tools.ts";

/** Each as a folder's name; every command in them would leave a file `pwned` somewhere. */
const FOLDERS = [
  "with  two spaces ",
  "$(touch pwned)",
  "`touch pwned`",
  "a;touch pwned;b",
  "a&touch pwned&b",
  "a|touch pwned",
  "a>pwned",
  'it\'s "quoted"',
  "'; touch pwned; '",
  '"; touch pwned; "',
  "$HOME ${HOME} $PATH",
  "back\\slash\\",
  "*?[a-z]{1,2}",
  "#comment",
  "~",
  "-n --help",
  "a=b",
  "!history",
  "tab\tnew\nline",
  "ü €",
  "${NL_PATH}",
];

/** Ways in which authors write it; the number of words that the shell should see. */
const COMMANDS: [command: string, argv: (path: string) => string[]][] = [
  ["sh ${NL_PATH}/show.sh ${NL_PATH}", (path) => [path]],
  ['sh "${NL_PATH}/show.sh" "${NL_PATH}/x"', (path) => [`${path}/x`]],
  ["sh '${NL_PATH}/show.sh' '${NL_PATH}'", (path) => [path]],
  ['sh "${NL_PATH}"/show.sh --dir=${NL_PATH} end', (path) => [`--dir=${path}`, "end"]],
  ["exec sh ${NL_PATH}/show.sh a${NL_PATH}b && true", (path) => [`a${path}b`]],
];

/** One line for each argument: its bytes in hex, so that any of them can stand in it. */
const SHOW = `for arg; do printf %s "$arg" | od -An -v -tx1 | tr -d ' \\n'; echo; done > "$0.part"
mv "$0.part" "$0.argv"
`;

function bytesToText(hex: string): string {
  return new TextDecoder().decode(Uint8Array.fromHex(hex));
}

for (const name of FOLDERS) {
  Deno.test({
    name: `${JSON.stringify(name)} as the app's folder stays one argument`,
    ...needs(posix),
    async fn() {
      const outer = await Deno.realPath(await Deno.makeTempDir());
      try {
        for (const [index, [command, expected]] of COMMANDS.entries()) {
          const folder = join(outer, `${index}`, name);
          await Deno.mkdir(folder, { recursive: true });
          await Deno.writeTextFile(join(folder, "show.sh"), SHOW);
          await Deno.writeTextFile(
            join(folder, "neutralino.config.json"),
            JSON.stringify({
              defaultMode: "browser",
              enableServer: true,
              enableExtensions: true,
              extensions: [{ id: "x", command, handshake: "stdin" }],
            }),
          );
          const lines: string[] = [];
          const decoder = new TextDecoder();
          const out = new LineWriter({
            write(bytes) {
              lines.push(decoder.decode(bytes));
              return Promise.resolve(bytes.length);
            },
          });
          await using host = await startHost({
            args: [`--path=${folder}`],
            show: false,
            log: new HostLog({ out }),
          });
          assert(host.port > 0);
          const told = join(folder, "show.sh.argv");
          await until(
            () => Deno.stat(told).then(() => true, () => false),
            `the arguments of ${command} in:\n${lines.join("")}`,
          );
          const argv = (await Deno.readTextFile(told)).trim().split("\n").map(bytesToText);
          assertEquals(argv, expected(folder), command);
        }
        assertEquals(await pwned(outer), []);
        assertEquals(await pwned("."), []);
      } finally {
        await Deno.remove(outer, { recursive: true });
      }
    },
  });
}

/** Files that a command in a name would have made. */
async function pwned(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name === "pwned") found.push(join(folder, name));
    if (isDirectory && dirname(folder) !== ".") {
      if (folder !== ".") found.push(...await pwned(join(folder, name)));
    }
  }
  return found;
}
