import { assertEquals } from "@std/assert";
import {
  compareVersions,
  isPrerelease,
  isVersion,
  majorOf,
  maxSatisfying,
} from "../../lib/packages/versions.ts";

Deno.test("compareVersions() follows the precedence of semver.org, 11", () => {
  const sorted = [
    "",
    "latest",
    "0.0.1",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.9.0",
    "1.10.0",
    "2.0.0",
    "10.0.0",
  ];
  assertEquals(sorted.toReversed().sort(compareVersions), sorted);
  assertEquals(compareVersions("1.0.0+a", "1.0.0+b"), 0);
});

Deno.test("isVersion(), isPrerelease() and majorOf() tell what a version is", () => {
  const rows: [version: string, is: boolean, pre: boolean, major: number][] = [
    ["1.2.3", true, false, 1],
    ["0.1.0-beta.1", true, true, 0],
    ["12.0.0+build-1", true, false, 12],
    ["1.2", false, false, NaN],
    ["x", false, false, NaN],
    ["1.2.3".padEnd(300, "0"), false, false, NaN],
  ];
  for (const [version, is, pre, major] of rows) {
    assertEquals([isVersion(version), isPrerelease(version), majorOf(version)], [is, pre, major]);
  }
});

Deno.test("maxSatisfying() finds the newest version in a range", () => {
  const versions = ["1.0.0", "1.9.0", "1.10.0", "2.0.0-beta.1", "2.0.0", "3.0.0-rc.1", "bad"];
  const rows: [range: string, found: string | undefined][] = [
    ["^1.0.0", "1.10.0"],
    ["~1.9", "1.9.0"],
    ["1.x", "1.10.0"],
    ["*", "2.0.0"],
    [">=3.0.0-rc.0", "3.0.0-rc.1"],
    ["1.0.0", "1.0.0"],
    ["^4.0.0", undefined],
    ["no range", undefined],
    ["^1.0.0 ||".repeat(1000), undefined],
  ];
  for (const [range, found] of rows) assertEquals(maxSatisfying(versions, range), found, range);
});
