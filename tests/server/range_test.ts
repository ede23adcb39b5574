import { assertEquals } from "@std/assert";
import { parseRange } from "../../lib/server/range.ts";

// contracts/neutralino.md 2.10, a file of 10 bytes.
const CASES: [header: string | null, expected: ReturnType<typeof parseRange>][] = [
  [null, "whole"],
  ["bytes=2-4", { start: 2, end: 5 }],
  ["bytes=2-", { start: 2, end: 10 }],
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=9-9", { start: 9, end: 10 }],
  ["bytes=0-99", { start: 0, end: 10 }],
  ["bytes=5-2", { start: 5, end: 10 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=20-", "unsatisfiable"],
  ["bytes=10-2", "unsatisfiable"],
  [`bytes=${"9".repeat(400)}-`, "unsatisfiable"],
  [`bytes=1-${"9".repeat(400)}`, { start: 1, end: 10 }],
  ["bytes=-3", "whole"],
  ["bytes=0-1,4-5", "whole"],
  ["bytes=0-1, 4-5", "whole"],
  ["bytes= 0-1", "whole"],
  ["bytes=a-b", "whole"],
  ["bytes=", "whole"],
  ["items=0-1", "whole"],
  ["", "whole"],
];

for (const [header, expected] of CASES) {
  const name = header === null ? "no header" : JSON.stringify(header.slice(0, 20));
  Deno.test(`parseRange() of ${name} for 10 bytes`, () => {
    assertEquals(parseRange(header, 10), expected);
  });
}

Deno.test("parseRange() finds nothing in an empty file", () => {
  assertEquals(parseRange("bytes=0-", 0), "unsatisfiable");
});
