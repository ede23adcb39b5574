import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../bench/options.ts";
import { figure, table } from "../../bench/report.ts";

Deno.test("parseOptions() has defaults for everything", () => {
  assertEquals(parseOptions([], ["a"]), {
    programs: ["run", "executable"],
    cases: [],
    seconds: 0.6,
    rounds: 5,
    write: false,
  });
});

Deno.test("parseOptions() reads every flag", () => {
  const args = ["--program=run", "--seconds=0.5", "--rounds=2", "--case=a,b", "--write"];
  assertEquals(parseOptions(args, ["a", "b"]), {
    programs: ["run"],
    cases: ["a", "b"],
    seconds: 0.5,
    rounds: 2,
    write: true,
  });
});

Deno.test("parseOptions() names what it does not know", () => {
  for (const flag of ["--program=x", "--seconds=0", "--rounds=", "--case=c", "--other", "word"]) {
    const shown = flag.replace(/=.*/, "");
    assertThrows(() => parseOptions([flag], ["a"]), Error, shown);
  }
});

Deno.test("figure() keeps three digits that count", () => {
  assertEquals(
    [0.7512, 12.34, 123.4, 123_456.7, -3.14159].map(figure),
    ["0.75", "12.3", "123", "123,457", "-3.14"],
  );
});

Deno.test("table() shows comparison, target and verdict", () => {
  const summary = (median: number) => ({ median, min: median, max: median });
  const text = table([{
    case: "memory",
    program: "run",
    finding: {
      label: "idle",
      unit: "MB",
      baseline: summary(30),
      host: summary(50),
      compared: { by: "difference", summary: summary(20) },
      target: { bound: "at most", value: 15 },
    },
  }]);
  const cells = text.split("\n")[2]!.split("|").map((cell) => cell.trim());
  assertEquals(cells.slice(1, -1), [
    "memory: idle",
    "run",
    "30.0 MB",
    "50.0 MB",
    "20.0 (20.0..20.0) MB",
    "≤ 15 MB",
    "no",
  ]);
});
