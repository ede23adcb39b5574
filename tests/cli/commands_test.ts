import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Command, CommandError, PATH, readInput } from "../../lib/cli/command.ts";
import { commandHelp, COMMANDS, runCommand } from "../../lib/cli/commands.ts";
import { asJson } from "../../lib/cli/logs.ts";

const command: Command = {
  name: "try",
  words: "A [B]",
  count: [1, 2],
  summary: "Tries",
  details: "",
  options: [PATH, { name: "lines", short: "n", value: "N", description: "How many" }, {
    name: "follow",
    short: "f",
    description: "Go on",
  }],
  run: () => Promise.resolve(0),
};

Deno.test("readInput() reads words and flags in any order, numbers as they are written", () => {
  const input = readInput(command, ["-f", "007", "-n", "5", "--path=/a b", "-"]);
  assertEquals(input.words, ["007", "-"]);
  assertEquals([input.flag("follow"), input.flag("json")], [true, false]);
  assertEquals([input.number("lines", 0), input.text("path")], [5, "/a b"]);
});

Deno.test("readInput() refuses what it does not know, with exit code 2 and one line", () => {
  const wrong = [[], ["a", "b", "c"], ["a", "--nope"], ["a", "-x"]];
  for (const args of wrong) {
    const error = assertThrows(() => readInput(command, args), CommandError);
    assertEquals([error.exitCode, error.message.split("\n").length], [2, 1], args.join(" "));
  }
  for (const value of ["-1", "x", "1.5", "99999999999999"]) {
    const input = readInput(command, ["a", `--lines=${value}`]);
    const error = assertThrows(() => input.number("lines", 0), CommandError);
    assertEquals(error.exitCode, 2, value);
  }
  const empty = readInput(command, ["a", "--path="]);
  assertThrows(() => empty.text("path"), CommandError);
});

Deno.test("runCommand() takes no word that is not a command's, so that a host is started", async () => {
  for (const word of ["install", "open", "s", "stat", "x", ""]) {
    assertEquals(await runCommand([word]), undefined, word);
  }
});

Deno.test("commandHelp() names every flag of every command", () => {
  for (const command of COMMANDS.flatMap((it) => [it, ...it.commands ?? []])) {
    const text = commandHelp(command);
    for (const { name } of command.options) assertStringIncludes(text, `--${name}`);
    assertStringIncludes(text, "Exit codes");
    for (const line of text.split("\n")) assert(line.length <= 110 && !line.endsWith(" "), line);
  }
});

Deno.test("asJson() makes records of text lines, and keeps those that are JSON", () => {
  const time = new Date(2026, 0, 2, 3, 4, 5, 67).toISOString();
  assertEquals(
    JSON.parse(asJson("2026-01-02 03:04:05,067 stderr oh no")),
    { time, source: "stderr", text: "oh no" },
  );
  assertEquals(
    JSON.parse(asJson("INFO 2026-01-02 03:04:05,067 hello there outrigger:1 me@here")),
    { time, level: "INFO", message: "hello there" },
  );
  assertEquals(asJson('{"a":1}'), '{"a":1}');
  assertEquals(JSON.parse(asJson("    further")), { text: "    further" });
});
