import { assertEquals } from "@std/assert";
import { isDeeperThan } from "../../lib/router/json_depth.ts";

const ROWS: readonly [text: string, depth: number][] = [
  ["[[[[]]]]", 4],
  ['{"a":{"b":[{}]}}', 4],
  ["[[[]],[[[]]],[]]", 4],
  ['["[[[[[[[[",[[[]]]]', 4],
  [String.raw`["\"[[[[[[[[",[[[]]]]`, 4],
  [String.raw`["\\",[[[]]],"[\\\"[[["]`, 4],
  [String.raw`["\\\\[[[[[[\\","",[[[]]]]`, 4],
];

for (const [text, depth] of ROWS) {
  Deno.test(`isDeeperThan() finds ${depth} levels in ${text}`, () => {
    JSON.parse(text);
    assertEquals([2, 3, 4, 5].map((levels) => isDeeperThan(levels, text)), [
      true,
      true,
      false,
      false,
    ]);
  });
}
