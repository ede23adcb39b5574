import { assertEquals } from "@std/assert";
import { endReport } from "../../lib/extensions/reports.ts";

const REPORTS: [code: number, said: string[], told: string][] = [
  [2, [], ' If it refuses arguments it does not know, give its entry "handshake": "stdin".'],
  [
    2,
    ["error: unrecognized arguments: --nl-port=1"],
    ' If it refuses arguments it does not know, give its entry "handshake": "stdin".',
  ],
  [2, ["python3: can't open file '/x/main.py': [Errno 2] No such file or directory"], ""],
  [
    127,
    ["/bin/sh: 1: nodee: not found"],
    " The command was not found: is it installed and on PATH?",
  ],
  [
    127,
    ["/bin/sh: 1: --nl-port=1: not found", "panic: cannot parse connection info"],
    " The --nl-* arguments were run as a command: write > file 2>&1 for &> file.",
  ],
];

for (const [code, said, told] of REPORTS) {
  Deno.test(`endReport() tells what code ${code} may mean after ${said[0] ?? "nothing"}`, () => {
    const lines = said.length === 0 ? "" : `\nIts last lines on stderr:\n${said.join("\n")}`;
    assertEquals(
      endReport("x", { code, signal: null }, { everConnected: false, lastErrors: said }),
      `Extension "x" ended with code ${code} before it connected.${told}${lines}`,
    );
  });
}

Deno.test("endReport() tells of a program that sh put into the background", () => {
  const options = { everConnected: false, lastErrors: [], command: "x &> x.log" };
  assertEquals(
    endReport("x", { code: 0, signal: null }, options),
    'Extension "x" ended with code 0 before it connected. Only bash knows &>; for sh the program ' +
      "goes to the background, without its stdin: write > file 2>&1.",
  );
});
