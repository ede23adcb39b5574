import { assert, assertEquals } from "@std/assert";
import { groupBytes, residentBytes, tasklistBytes } from "../../lib/process/memory.ts";
import { spawnShell } from "./real_processes.ts";

Deno.test("groupBytes() sums up a group, and knows when there is none", () => {
  const text = "  12 100\n 120 7\n  12    3\nabc 5\n";
  assertEquals(groupBytes(text, 12), 103 * 1024);
  assertEquals(groupBytes(text, 2), undefined);
  assertEquals(groupBytes("", 2), undefined);
});

Deno.test("tasklistBytes() reads sizes as any language writes them", () => {
  const line = (size: string) => `"node.exe","42","Console","1","${size} K"\r\n`;
  assertEquals(tasklistBytes(line("12,345")), 12_345 * 1024);
  assertEquals(tasklistBytes(line("12.345")), 12_345 * 1024);
  assertEquals(tasklistBytes(line("12\u00a0345")), 12_345 * 1024);
  assertEquals(tasklistBytes("INFO: No tasks are running"), undefined);
});

Deno.test("residentBytes() asks the system in its own way", async () => {
  const asked: string[] = [];
  const read = ({ program, args }: { program: string; args: string[] }) => {
    asked.push([program, ...args].join(" "));
    return Promise.resolve('"a.exe","7","Console","1","1 K"\n');
  };
  assertEquals(await residentBytes(7, { os: "windows", read }), 1024);
  assertEquals(await residentBytes(7, { os: "darwin", read }), undefined);
  assertEquals(asked, ["tasklist /fi PID eq 7 /fo csv /nh", "ps -A -o pgid= -o rss="]);
  const failing = () => Promise.resolve(undefined);
  assertEquals(await residentBytes(7, { os: "linux", read: failing }), undefined);
});

Deno.test({
  name: "residentBytes() counts what a process has started too",
  ignore: Deno.build.os === "windows",
  async fn() {
    const group = spawnShell("sleep 60 & sleep 60; true");
    try {
      let bytes = 0;
      for (let tries = 0; tries < 100 && bytes < 1_000_000; tries++) {
        bytes = await residentBytes(group.pid) ?? 0;
      }
      assert(bytes > 1_000_000 && bytes < 100_000_000, `${bytes}`);
    } finally {
      group.kill();
      await group.status;
      await group.release();
    }
  },
});
