import { assertEquals } from "@std/assert";
import { programsOf } from "../../lib/cli/checks.ts";

Deno.test("programsOf() finds what can be told without a shell, and nothing else", () => {
  const cases: [command: string, programs: string[]][] = [
    ["node main.js", ["node"]],
    ["  '/opt/my app/run' --x", ["/opt/my app/run"]],
    ["A=1 B=2 exec python3 -u x.py", ["python3"]],
    ["cd ext && npm run start; echo done", ["npm"]],
    ["$HOME/bin/x | tee log", ["tee"]],
    ["`which node` x", []],
    ["(sleep 1; node x)", ["sleep", "node"]],
    ["{ sh x.sh; }", []],
    [`node -e "let n = 1; n" x | cat`, ["node", "cat"]],
    ["sh -c 'a; b' 2>&1 && c", ["sh", "c"]],
    ["", []],
  ];
  for (const [command, programs] of cases) assertEquals(programsOf(command), programs, command);
});
