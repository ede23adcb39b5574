import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ExtensionLogs, type ExtensionLogsOptions } from "../../lib/extensions/logs.ts";
import { startTestHost } from "../../lib/testing.ts";

async function recorded(
  options: Partial<ExtensionLogsOptions>,
  body: (logs: ExtensionLogs) => void,
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "outrigger-logs-" });
  try {
    const logs = new ExtensionLogs({
      folder,
      format: "text",
      maxBytes: 1000,
      keep: 1,
      report: (message) => {
        throw new Error(message);
      },
      mask: (text) => text.replaceAll("secret", "***"),
      now: () => new Date(2026, 0, 2, 3, 4, 5, 67).getTime(),
      ...options,
    });
    body(logs);
    await logs.close(1000);
    return await Deno.readTextFile(join(folder, "js.x.log")).catch(() => "no file");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const change = {
  extensionId: "js.x",
  from: "stopped",
  to: "starting",
  reason: "the secret host\nhas started",
  exitCode: null,
  restarts: 0,
} as const;

Deno.test("ExtensionLogs writes lines and changes of state, one record a line", async () => {
  const text = await recorded({}, (logs) => {
    logs.change(change);
    logs.line("js.x", "hello", "stdout");
    logs.line("js.x", "oh\rno", "stderr");
  });
  const at = "2026-01-02 03:04:05,067";
  assertEquals(
    text,
    `${at} state stopped → starting: the *** host\n    has started\n` +
      `${at} stdout hello\n${at} stderr oh\n    no\n`,
  );
});

Deno.test("ExtensionLogs writes JSON lines", async () => {
  const text = await recorded({ format: "json" }, (logs) => {
    logs.change(change);
    logs.line("js.x", 'say "hi"', "stdout");
  });
  const [first, second, rest] = text.split("\n");
  const { time, ...state } = JSON.parse(first!);
  assertMatch(time, /^2026-01-0\dT.*Z$/);
  const { extensionId: _, ...members } = change;
  assertEquals(state, { source: "state", ...members, reason: "the *** host\nhas started" });
  assertEquals(JSON.parse(second!).text, 'say "hi"');
  assertEquals(rest, "");
});

Deno.test("ExtensionLogs without a folder or anything to write makes no file", async () => {
  assertEquals(await recorded({}, () => {}), "no file");
  const text = await recorded({ folder: undefined }, (logs) => {
    logs.line("js.x", "hello", "stdout");
    assertEquals(logs.recent("js.x"), [{ stream: "stdout", text: "hello" }]);
  });
  assertEquals(text, "no file");
});

Deno.test("ExtensionLogs.recent() keeps the last lines of the last run, bounded", async () => {
  await recorded({}, (logs) => {
    logs.line("js.x", "of an earlier run", "stdout");
    logs.change(change);
    for (let i = 0; i < 100; i++) logs.line("js.x", `${i} ${"z".repeat(2000)}`, "stderr");
    const lines = logs.recent("js.x");
    assertEquals(lines.length, 40);
    assertEquals(lines[0]!.text.length, 500);
    assertEquals(lines.at(-1)!.text.slice(0, 3), "99 ");
  });
});

Deno.test("a host writes a log of each extension that has something to say, without tokens", async () => {
  const logging = { format: "json" };
  await using app = await startTestHost({
    config: {
      logging,
      extensions: [
        { id: "js.a", command: "cat; echo; echo bye >&2", handshake: "stdin" },
        { id: "js.quiet" },
      ],
    },
  });
  await app.printed('Extension "js.a" ended');
  await app.host.stop();
  const logs = join(app.folder, "logs");
  const names: string[] = [];
  for await (const { name } of Deno.readDir(logs)) names.push(name);
  assertEquals(names, ["js.a.log"]);
  const records = (await Deno.readTextFile(join(logs, "js.a.log"))).trimEnd().split("\n")
    .map((line) => JSON.parse(line));
  const told = records.filter(({ source }) => source !== "state");
  assertEquals(told.map(({ source }) => source), ["stdout", "stderr"]);
  assertMatch(told[0].text, /"nlToken":"\*\*\*"/);
  assertEquals(told[1].text, "bye");
  assertEquals(records[0].to, "starting");
  const host = (await Deno.readTextFile(join(app.folder, "neutralinojs.log"))).trimEnd();
  for (const line of host.split("\n")) assertMatch(JSON.parse(line).level, /INFO|WARNING/);
});

Deno.test({
  name: "the log of an extension that is unloaded is closed, and goes on when it is loaded again",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using app = await startTestHost({ config: {} });
    const page = await app.connectPage();
    const path = join(app.folder, "logs", "js.new.log");
    const command = "sleep 60; true";
    for (let run = 1; run <= 2; run++) {
      await page.call("extensions.load", { id: "js.new", command });
      await page.call("extensions.unload", { extensionId: "js.new" });
      assertEquals(openFiles().filter((file) => file === path), []);
      const text = await Deno.readTextFile(path);
      assertEquals(
        text.match(/state starting → stopping|state stopping → stopped/g)?.length,
        2 * run,
      );
    }
  },
});

function openFiles(): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
    try {
      return [Deno.readLinkSync(`/proc/self/fd/${name}`)];
    } catch {
      return [];
    }
  });
}
