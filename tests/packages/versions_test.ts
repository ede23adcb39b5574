import { assertEquals } from "@std/assert";
import {
  compareVersions,
  isPrerelease,
  major,
  maxSatisfying,
} from "../../lib/packages/versions.ts";

Deno.test("compareVersions() orders by precedence, not by letters (contract 3.5)", () => {
  const ascending = [
    "0.0.4",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.2.9",
    "1.9.0",
    "1.10.0",
    "2.0.0-beta.2",
    "2.0.0",
    "10.0.0",
  ];
  for (const [index, a] of ascending.entries()) {
    for (const [other, b] of ascending.entries()) {
      assertEquals(compareVersions(a, b), Math.sign(index - other), `${a} ${b}`);
    }
  }
  assertEquals(compareVersions("1.0.0+a", "1.0.0+b"), 0);
});

Deno.test("versions that are no semantic ones are answered with undefined", () => {
  for (const odd of ["", "1", "1.2", "latest", "1.2.3.4", "01.2.3", "1.2.x", "x".repeat(300)]) {
    assertEquals(compareVersions(odd, "1.0.0"), undefined, odd);
    assertEquals(compareVersions("1.0.0", odd), undefined, odd);
    assertEquals(isPrerelease(odd), undefined, odd);
    assertEquals(major(odd), undefined, odd);
  }
});

Deno.test("isPrerelease() and major() read one version", () => {
  assertEquals(isPrerelease("2.0.0-beta.2"), true);
  assertEquals(isPrerelease("2.0.0+build"), false);
  assertEquals(major("12.3.4-rc.1"), 12);
});

Deno.test("maxSatisfying() finds the newest as it is written", () => {
  const versions = ["1.9.0", "v1.10.0", "1.11.0-beta.1", "2.0.0", "odd", "1.2.0"];
  const rows: [string, string | undefined][] = [
    ["^1.2.0", "v1.10.0"],
    ["~1.2.0", "1.2.0"],
    [">=1", "2.0.0"],
    ["^1.11.0-beta", "1.11.0-beta.1"],
    ["*", "2.0.0"],
    ["^3.0.0", undefined],
    ["latest", undefined],
  ];
  for (const [range, expected] of rows) {
    assertEquals(maxSatisfying(versions, range), expected, range);
  }
  assertEquals(maxSatisfying([], "*"), undefined);
});
