import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/cli/command.ts";
import { ProgressBar, progressLine } from "../../lib/cli/ext/progress.ts";
import { type Asked, askPassword, confirm } from "../../lib/cli/prompt.ts";

Deno.test("progressLine() tells bytes, total, part and speed as far as they are known", () => {
  const cases: [Parameters<typeof progressLine>[1], string][] = [
    [{ received: 0, total: 100, ms: 0 }, "x [........................]   0 %  0 B of 100 B"],
    [
      { received: 100, total: 100, ms: 1000 },
      "x [########################] 100 %  100 B of 100 B  100 B/s",
    ],
    // A server may send more than it said.
    [
      { received: 300, total: 100, ms: 1000 },
      "x [########################] 100 %  300 B of 100 B  300 B/s",
    ],
    [{ received: 2048, ms: 1000 }, "x 2.0 KiB  2.0 KiB/s"],
    [{ received: 5, total: 0, ms: 0 }, "x 5 B"],
  ];
  for (const [step, line] of cases) assertEquals(progressLine("x", step), line);
});

function output(isTerminal: boolean, columns = 80) {
  const written: string[] = [];
  return {
    written,
    isTerminal,
    columns: () => columns,
    write: (text: string) => written.push(text),
  };
}

Deno.test("ProgressBar draws one line on a terminal, no wider than it is, and seldom", () => {
  const out = output(true, 40);
  const bar = new ProgressBar("airdcpp-example 1.0.0", out);
  for (let received = 1; received <= 1000; received++) bar.update({ received, total: 1000 });
  bar.end({ fine: true });
  assert(out.written.length < 20, `${out.written.length}`);
  assertEquals(out.written.at(-1), "\n");
  const lines = out.written.slice(0, -1);
  for (const line of lines) assert(line.startsWith("\r") && line.length <= 40 + 3, line);
});

Deno.test("ProgressBar writes one line elsewhere, and none for what failed", () => {
  const fine = output(false);
  const bar = new ProgressBar("a", fine);
  bar.update({ received: 10, total: 20 });
  bar.update({ received: 20, total: 20 });
  bar.end({ fine: true });
  assertEquals(fine.written.map((line) => line.replace(/[\d.]+ s/, "N s")), [
    "Downloaded a: 20 B in N s\n",
  ]);
  for (const isTerminal of [true, false]) {
    const failed = output(isTerminal);
    new ProgressBar("a", failed).end({ fine: false });
    assertEquals(failed.written.join(""), "");
  }
});

interface Typed extends Asked {
  seen: string;
  raw: boolean[];
  write(this: Typed, text: string): void;
}

/** A terminal, or a pipe, with what is typed. */
function typed(text: string, isTerminal = true): Typed {
  const bytes = [...new TextEncoder().encode(text)];
  return {
    isTerminal,
    seen: "",
    raw: [],
    read(into) {
      const next = bytes.shift();
      if (next === undefined) return Promise.resolve(null);
      into[0] = next;
      return Promise.resolve(1);
    },
    setRaw(raw) {
      this.raw.push(raw);
    },
    write(text) {
      this.seen += text;
    },
  };
}

Deno.test("confirm() takes a yes alone for a yes", async () => {
  const cases: [string, boolean][] = [
    ["y\n", true],
    ["YES\r\n", true],
    [" y \n", true],
    ["\n", false],
    ["n\n", false],
    ["yep\n", false],
    ["", false],
    ["y", true],
  ];
  for (const [text, expected] of cases) {
    assertEquals(await confirm("Go on?", typed(text)), expected, JSON.stringify(text));
  }
});

Deno.test("askPassword() asks twice, knows the keys that edit, and shows nothing of it", async () => {
  const cases: [string, string][] = [
    ["abc\rabc\r", "abc"],
    ["äx\x7f\x7fb\rb\n", "b"],
    ["wrong\x15right\rright\r", "right"],
    ["\x7f\x08a\x01b\rab\r", "ab"],
    ["p w\rp w\x04", "p w"],
  ];
  for (const [text, expected] of cases) {
    const terminal = typed(text);
    // What is typed as soon as the question is there must be unseen, too.
    const asked: string[] = [];
    const { write } = terminal;
    terminal.write = function (text) {
      if (text !== "\n") asked.push(`${text}${this.raw.at(-1)}`);
      write.call(this, text);
    };
    assertEquals(await askPassword("Password", terminal), expected, JSON.stringify(text));
    assertEquals(asked, ["Password: true", "Once more: true"]);
    assertEquals(terminal.seen, "Password: \nOnce more: \n");
    assertEquals(terminal.raw, [true, false, true, false]);
  }
});

Deno.test("askPassword() ends with an error where there is none, and gives the terminal back", async () => {
  const cases: [string, number][] = [["\r", 1], ["a\rb\r", 1], ["a\x03", 130], ["", 1]];
  for (const [text, code] of cases) {
    const terminal = typed(text);
    const error = await assertRejects(() => askPassword("P", terminal), CommandError);
    assertEquals([error.exitCode, terminal.raw.at(-1)], [code, false], JSON.stringify(text));
  }
  const long = typed("x".repeat(9000));
  await assertRejects(() => askPassword("P", long), CommandError, "too long");
  assertEquals(long.raw.at(-1), false);
});

Deno.test("askPassword() takes the first line where there is no terminal, and leaves the rest", async () => {
  assertEquals(await askPassword("P", typed("one\r\ntwo\n", false)), "one");
  assertEquals(await askPassword("P", typed("one", false)), "one");
  for (const text of ["", "\n"]) {
    await assertRejects(() => askPassword("P", typed(text, false)), CommandError, "no password");
  }
  await assertRejects(() => askPassword("P", typed("x".repeat(9000), false)), CommandError);
});
