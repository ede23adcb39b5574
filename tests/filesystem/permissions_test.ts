import { assertEquals } from "@std/assert";
import {
  combinedMode,
  namedPermissions,
  PERMISSION_MASKS,
  permissionMask,
} from "../../lib/filesystem/permissions.ts";

Deno.test("each name stands for its bits", () => {
  assertEquals([...PERMISSION_MASKS], [
    ["all", 0o777],
    ["ownerAll", 0o700],
    ["ownerRead", 0o400],
    ["ownerWrite", 0o200],
    ["ownerExec", 0o100],
    ["groupAll", 0o070],
    ["groupRead", 0o040],
    ["groupWrite", 0o020],
    ["groupExec", 0o010],
    ["othersAll", 0o007],
    ["othersRead", 0o004],
    ["othersWrite", 0o002],
    ["othersExec", 0o001],
  ]);
});

Deno.test("bits go to names and back", () => {
  for (let mode = 0; mode <= 0o777; mode++) {
    const names = namedPermissions(mode | 0o4000);
    assertEquals(permissionMask((name) => names[name] === true), mode);
    assertEquals(names.all, mode === 0o777);
    assertEquals(names.groupAll, (mode & 0o070) === 0o070);
  }
  assertEquals(permissionMask(() => false), 0);
});

Deno.test("combinedMode() keeps bits that have no name, but for a replacement", () => {
  assertEquals(combinedMode(0o104755, 0o020, "ADD"), 0o4775);
  assertEquals(combinedMode(0o104755, 0o111, "REMOVE"), 0o4644);
  assertEquals(combinedMode(0o104755, 0o640, "REPLACE"), 0o640);
  assertEquals(combinedMode(0o104755, 0o640, "add"), 0o640);
});
