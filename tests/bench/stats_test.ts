import { assert, assertEquals, assertThrows } from "@std/assert";
import { compared, isMet } from "../../bench/findings.ts";
import { compare, quantile, summarize } from "../../bench/stats.ts";

Deno.test("quantile() interpolates between samples, in any order", () => {
  assertEquals(quantile([3, 1, 2], 0.5), 2);
  assertEquals(quantile([4, 1, 3, 2], 0.5), 2.5);
  assertEquals(quantile([10, 0], 0.25), 2.5);
  assertEquals(quantile([7], 0.99), 7);
  // As numbers, not as text.
  assertEquals(quantile([9, 10, 100], 0.5), 10);
});

Deno.test("quantile() keeps the order of what it is given", () => {
  const samples = [3, 1, 2];
  quantile(samples, 0.5);
  assertEquals(samples, [3, 1, 2]);
});

Deno.test("quantile() of nothing throws", () => {
  assertThrows(() => quantile([], 0.5), RangeError, "no samples");
});

Deno.test("summarize() has median and range", () => {
  assertEquals(summarize([5, 1, 9]), { median: 5, min: 1, max: 9 });
});

Deno.test("compare() compares round by round, not medians of all", () => {
  // In the middle round everything was ten times slower.
  const pairs = [[100, 80], [10, 8], [100, 90]] as const;
  assertEquals(compare(pairs, "ratio"), { median: 0.8, min: 0.8, max: 0.9 });
  assertEquals(compare([[20, 45], [30, 40]], "difference"), { median: 17.5, min: 10, max: 25 });
});

Deno.test("isMet() holds the comparison against the target, in its direction", () => {
  const about = { label: "x", unit: "ms", by: "ratio" } as const;
  const finding = (host: number, bound: "at least" | "at most") =>
    compared([[100, host]], { ...about, target: { bound, value: 0.75 } });
  assert(isMet(finding(75, "at least")));
  assertEquals(isMet(finding(74, "at least")), false);
  assert(isMet(finding(75, "at most")));
  assertEquals(isMet(finding(76, "at most")), false);
  assertEquals(isMet(compared([[100, 75]], about)), undefined);
});

Deno.test("isMet() takes the host's own figure when nothing was compared", () => {
  const host = { median: 6, min: 6, max: 6 };
  const target = { bound: "at most", value: 5 } as const;
  assertEquals(isMet({ label: "x", unit: "MB", host, target }), false);
});
