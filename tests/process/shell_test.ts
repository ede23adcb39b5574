import { assertEquals } from "@std/assert";
import { shellCommand } from "../../lib/process/shell.ts";
import { spawnShell, textOf } from "./real_processes.ts";

const TEXT = `echo "a b" && echo 'c;d' & $(e)`;

for (const os of ["linux", "darwin", "freebsd"] as const) {
  Deno.test(`shellCommand() hands the text to /bin/sh on ${os}`, () => {
    assertEquals(shellCommand(TEXT, { os }), { program: "/bin/sh", args: ["-c", TEXT] });
  });
}

Deno.test("shellCommand() hands the text to cmd.exe raw, within one pair of quotes", () => {
  assertEquals(shellCommand(`"C:\\a b\\x.exe" --y "z"`, { os: "windows" }), {
    program: "cmd.exe",
    args: ["/d", "/s", "/c", `""C:\\a b\\x.exe" --y "z""`],
    windowsRawArguments: true,
  });
});

Deno.test("shellCommand() leaves shell syntax to the shell", async () => {
  const group = spawnShell(`X="a  b"; echo "$X" && echo 'c;d' | cat; echo $(echo e)`);
  assertEquals(await textOf(group.stdout), "a  b\nc;d\ne\n");
  await group.status;
  await group.release();
});
